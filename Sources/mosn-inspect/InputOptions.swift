import ArgumentParser
import MosnCapture
import MosnInspectKit

/// Where packets come from: the same options for every view of them.
struct InputOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "Capture files (\"-\" is standard input), several in the order of time; behind them a filter as with -f.",
      valueName: "file"),
    completion: .file())
  var operands: [String] = []

  @Option(
    name: .customShort("r", allowingJoined: true),
    help: ArgumentHelp("A capture file to read; may be repeated.", valueName: "file"), completion: .file())
  var read: [String] = []

  @Option(
    name: [.customShort("i", allowingJoined: true), .long],
    help: ArgumentHelp("Listen to this interface; \"any\" is all of them.", valueName: "name"))
  var interface: String?

  @Flag(name: [.customShort("D"), .long], help: "List the interfaces there are.")
  var listInterfaces = false

  @Option(
    name: [.customShort("f", allowingJoined: true), .long],
    help: ArgumentHelp("Read only packets this filter lets through (pcap-filter(7)).", valueName: "bpf"))
  var filter: String?

  @Option(
    name: [.customShort("c", allowingJoined: true), .long],
    help: ArgumentHelp("Stop after so many packets.", valueName: "n"))
  var count: Int?

  @Option(
    name: [.customShort("s", allowingJoined: true), .long],
    help: ArgumentHelp("Listening: bytes kept of each packet; 0 for all.", valueName: "bytes"))
  var snapshotLength: Int?

  @Option(
    name: [.customShort("B", allowingJoined: true), .long],
    help: ArgumentHelp(
      "Listening: what the kernel may hold while we are busy, in KiB.", valueName: "kib"))
  var bufferSize = CaptureOptions().kernelBufferSize >> 10

  @Flag(name: [.customShort("p"), .long], help: "Listening: leave the interface out of promiscuous mode.")
  var noPromiscuous = false

  @Option(
    name: [.customShort("d", allowingJoined: true), .long],
    help: ArgumentHelp(
      "Take a port for a protocol without looking, e.g. tcp.port==12200,bolt; may be repeated.",
      valueName: "rule"))
  var decodeAs: [String] = []

  @OptionGroup(visibility: .hidden) var habits: Habits

  var isLive: Bool { interface != nil }

  func validate() throws {
    if read.isEmpty, operands.isEmpty, !isLive, !listInterfaces {
      throw ValidationError("name a capture file (\"-\" for standard input), or an interface with -i")
    }
    if isLive, !read.isEmpty || !sources.files.isEmpty {
      throw ValidationError("give files or -i INTERFACE, not both")
    }
    if filter != nil, sources.filter != nil, !sources.files.isEmpty || isLive {
      throw ValidationError(
        "give one filter: -f \(filter ?? ""), or \(sources.filter ?? "") at the end; \"and\" joins two")
    }
    if let count, count < 1 { throw ValidationError("-c wants a number of packets from 1 on") }
    for rule in decodeAs where PortAssignment(rule) == nil {
      throw ValidationError("-d \(rule): expected tcp.port==NUMBER,bolt or tcp.port==NUMBER,http2")
    }
    if let snapshotLength, !(0...CaptureOptions.longestSnapshot).contains(snapshotLength) {
      throw ValidationError("-s wants 1 to \(CaptureOptions.longestSnapshot) bytes, or 0 for all")
    }
    if !(1...CaptureOptions.largestBuffer >> 10).contains(bufferSize) {
      throw ValidationError("-B wants 1 to \(CaptureOptions.largestBuffer >> 10) KiB")
    }
  }

  var assignments: [PortAssignment] { decodeAs.compactMap(PortAssignment.init) }

  /// The files and the filter that are named.
  var sources: Operands { Operands(operands, read: read, isLive: isLive) }

  func open(_ stopSwitch: StopSwitch) throws(CaptureError) -> CaptureReader {
    let sources = sources
    var options = CaptureOptions(filter: filter ?? sources.filter)
    options.promiscuous = !noPromiscuous
    options.kernelBufferSize = bufferSize << 10
    if let snapshotLength, snapshotLength > 0 { options.snapshotLength = snapshotLength }
    if let interface { return try .live(interface: interface, options: options, stopSwitch: stopSwitch) }
    guard !sources.files.isEmpty else { throw .noSuchFile(path: operands.first ?? "") }
    do throws(CaptureError) {
      return try .files(sources.files, options: options, stopSwitch: stopSwitch)
    } catch {
      if filter == nil, case .badFilter(_, let column, let message) = error, let first = sources.firstOfFilter
      {
        throw .neitherFileNorFilter(
          name: first, filter: options.filter ?? "", column: column, message: message)
      }
      throw error
    }
  }
}
