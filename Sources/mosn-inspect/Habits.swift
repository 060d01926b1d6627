import ArgumentParser

/// Options of tshark and tcpdump that fingers type: those that change nothing here are taken, and those that are something
/// else here are answered with what does it. docs/inspect.md has the table.
struct Habits: ParsableArguments {
  @Flag(name: .customShort("n"), help: "Names are never looked up.")
  var numeric: Int

  @Flag(name: .customShort("l"), help: "Each line is written at once anyway.")
  var lineBuffered = false

  @Flag(name: .customShort("U"), help: "Each packet is read at once anyway.")
  var packetBuffered = false

  @Flag(name: .customLong("immediate-mode"), help: "Packets wait a tenth of a second at most anyway.")
  var immediateMode = false

  @Flag(name: .customShort("S")) var absoluteSequence = false
  @Flag(name: .customShort("K")) var noChecksums = false

  @Option(name: .customShort("Y", allowingJoined: true)) var displayFilter: String?
  @Option(name: .customShort("R", allowingJoined: true)) var readFilter: String?
  @Option(name: .customShort("w", allowingJoined: true)) var write: String?
  @Option(name: .customShort("z", allowingJoined: true)) var statistics: String?
  @Option(name: .customShort("O", allowingJoined: true)) var details: String?
  @Option(name: .customShort("o", allowingJoined: true)) var preference: String?
  @Option(name: .customShort("a", allowingJoined: true)) var autostop: String?
  @Option(name: .customShort("b", allowingJoined: true)) var ringBuffer: String?
  @Option(name: .customShort("G", allowingJoined: true)) var rotation: String?
  @Flag(name: .customShort("x")) var hexadecimal: Int
  @Flag(name: .customShort("X")) var hexadecimalAndASCII: Int
  @Flag(name: .customShort("A")) var ascii = false
  @Flag(name: .customShort("v")) var detailed: Int
  @Flag(name: .customShort("P")) var printSummary = false
  @Flag(name: .customShort("2")) var twoPasses = false

  /// Splits `-Eheader=y` and `-dtcp.port==80,http2`: ArgumentParser would look for an option up to the equals sign.
  static func separated(_ arguments: some Sequence<String>) -> [String] {
    arguments.flatMap { argument in
      guard argument.contains("="), let letter = argument.dropFirst().first, argument.first == "-",
        "dEfY".contains(letter), argument.count > 2
      else { return [argument] }
      return ["-\(letter)", String(argument.dropFirst(2))]
    }
  }

  func validate() throws {
    if let answer { throw ValidationError(answer) }
  }

  private var answer: String? {
    if let text = displayFilter ?? readFilter {
      return
        "-Y \(text): there is no display filter; choose packets with -f (pcap-filter(7)), messages with --json | jq"
    }
    if write != nil { return "-w: nothing is recorded here; tcpdump -w FILE does, and FILE is read here" }
    if let statistics {
      return "-z \(statistics): there are no statistics by that name; -q shows the summary"
    }
    if let details { return "-O \(details): -V shows every field of all messages" }
    if preference != nil {
      return "-o: there are no preferences; -d tcp.port==NUMBER,bolt tells a port's protocol"
    }
    if autostop != nil { return "-a: -c N stops after N packets, timeout(1) after a time" }
    if ringBuffer != nil || rotation != nil { return "-b, -G: nothing is recorded here; tcpdump -w does" }
    if hexadecimal > 0 || hexadecimalAndASCII > 0 || ascii {
      return "-x, -X and -A: -V shows the bytes of each message, --frames -V those of each HTTP/2 frame"
    }
    if detailed > 0 { return "-v: -V shows every field, --version the version" }
    if printSummary { return "-P: a line for each message is what is shown without -V" }
    if twoPasses { return "-2: one pass is enough here" }
    return nil
  }
}
