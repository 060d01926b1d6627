import ArgumentParser
import MosnCapture
import MosnInspectKit

/// Where packets come from.
struct InputOptions: ParsableArguments {
  @Argument(help: ArgumentHelp("The capture file to read.", valueName: "file"), completion: .file())
  var path: String?

  @Option(name: .customShort("r"), help: ArgumentHelp("The capture file to read.", valueName: "file"))
  var read: String?

  @Option(
    name: [.customShort("i"), .long], help: ArgumentHelp("Listen to this interface.", valueName: "name"))
  var interface: String?

  @Flag(name: [.customShort("D"), .long], help: "List the interfaces there are.")
  var listInterfaces = false

  @Option(
    name: [.customShort("f"), .long],
    help: ArgumentHelp("Read only packets this filter lets through (pcap-filter(7)).", valueName: "bpf"))
  var filter: String?

  @Option(
    name: [.customShort("c"), .long], help: ArgumentHelp("Stop after so many packets.", valueName: "n"))
  var count: Int?

  @Option(
    name: [.customShort("s"), .long],
    help: ArgumentHelp("Listening: bytes kept of each packet.", valueName: "bytes"))
  var snapshotLength: Int?

  @Flag(name: [.customShort("p"), .long], help: "Listening: leave the interface out of promiscuous mode.")
  var noPromiscuous = false

  @Option(
    name: [.customShort("d"), .long],
    help: ArgumentHelp(
      "Take a port for a protocol without looking, e.g. tcp.port==12200,bolt; may be repeated.",
      valueName: "rule"))
  var decodeAs: [String] = []

  var isLive: Bool { interface != nil }

  func validate() throws {
    let sources = [path, read, interface].compactMap { $0 }
    if sources.isEmpty, !listInterfaces {
      throw ValidationError("name a capture file (\"-\" for standard input), or an interface with -i")
    }
    if sources.count > 1 { throw ValidationError("give one of: a file, -r FILE, -i INTERFACE") }
    if let count, count < 1 { throw ValidationError("-c wants a number of packets from 1 on") }
    for rule in decodeAs where PortAssignment(rule) == nil {
      throw ValidationError("-d \(rule): expected tcp.port==NUMBER,bolt or tcp.port==NUMBER,http2")
    }
    if let snapshotLength, !(1...262_144).contains(snapshotLength) {
      throw ValidationError("-s wants 1 to 262144 bytes")
    }
  }

  var assignments: [PortAssignment] { decodeAs.compactMap(PortAssignment.init) }

  func open(_ stopSwitch: StopSwitch) throws(CaptureError) -> CaptureReader {
    var options = CaptureOptions(filter: filter)
    options.promiscuous = !noPromiscuous
    if let snapshotLength { options.snapshotLength = snapshotLength }
    if let interface { return try .live(interface: interface, options: options, stopSwitch: stopSwitch) }
    return try .file(read ?? path ?? "-", options: options, stopSwitch: stopSwitch)
  }
}
