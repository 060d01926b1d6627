import ArgumentParser
import Glibc
import MosnCapture
import MosnInspectKit

struct MosnInspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mosn-inspect",
    abstract: "Shows the HTTP/2, gRPC and SOFA bolt messages of captures, one line each, on any port.",
    discussion: """
      Reads pcap and pcapng files (plain, gzip or zstd; "-" is standard input) or listens to an interface. \
      TCP streams are put back together; lost, repeated and reordered packets are dealt with and reported. \
      HTTP/2 is found by content, in clear text: requests, responses, trailers, resets and GOAWAY become messages, \
      --frames shows each frame. Messages go to standard output, a summary to standard error.

        mosn-inspect FILE [FILE ...] [tcp port 8080]   a line for each message
        mosn-inspect -V FILE                           headers, bodies and every field of it
        mosn-inspect --json FILE | jq                  a JSON object for each
        mosn-inspect -T fields -e http2.headers.path FILE
        mosn-inspect -i eth0 port 12200

      mosn-inspect calls FILE shows a line per call instead: latency, outcome and why (mosn-inspect calls --help); \
      mosn-inspect flows FILE a line per TCP connection, decoded or not (mosn-inspect flows --help).

      Exit status: 0 all read (also when the file is cut short, with a warning); 64 wrong usage or filter; \
      65 not a capture or damaged; 66 no such file; 69 no such interface; 74 read or write error; 77 no permission; \
      130 interrupted while reading a file or a pipe.
      """,
    version: "mosn-inspect 0.1.0")

  @OptionGroup var input: InputOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Bounds") var bounds: BoundOptions

  func validate() throws {
    try input.validate()
    try output.validate()
  }

  func run() throws {
    if input.listInterfaces { return try listInterfaces() }
    try Inspection.run(input, MessagesView(options: output, contents: contents()), bounds.limits)
  }

  private func contents() throws -> ContentReader {
    do throws(DescriptorFileError) {
      let schema = try DescriptorFile.schema(of: output.proto)
      return ContentReader(unpackingUpTo: output.maxContent, schema: schema)
    } catch {
      Diagnostics.error("\(error)")
      throw ExitCode(error.exitCode)
    }
  }

  private func listInterfaces() throws {
    do throws(CaptureError) {
      for (index, interface) in try CaptureReader.interfaces().enumerated() {
        let details = interface.details.map { " (\($0))" } ?? ""
        let addresses = interface.addresses.isEmpty ? "" : "  \(interface.addresses.joined(separator: " "))"
        let state = interface.isUp ? "" : "  down"
        print("\(index + 1). \(interface.name ?? "?")\(details)\(addresses)\(state)")
      }
    } catch {
      Diagnostics.error("\(error)")
      throw ExitCode(error.exitCode)
    }
  }
}

/// Lines for the person at the terminal, on standard error.
enum Diagnostics {
  static func error(_ text: String) { write("mosn-inspect: \(text)") }

  static func write(_ line: String, terminator: String = "\n") {
    var line = line + terminator
    line.withUTF8 { _ = Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}

extension CaptureError {
  /// The status of sysexits(3) that fits.
  var exitCode: Int32 {
    switch self {
    case .neitherFileNorFilter(let name, _, _, _): name.contains { "./".contains($0) } ? EX_NOINPUT : EX_USAGE
    case .badFilter, .standardInputIsTerminal: EX_USAGE
    case .empty, .notACapture, .unsupportedVersion, .cutInHeader, .damaged: EX_DATAERR
    case .noSuchFile, .isDirectory: EX_NOINPUT
    case .noSuchInterface, .cannotListInterfaces: EX_UNAVAILABLE
    case .unreadable, .interfaceFailed: EX_IOERR
    case .permissionDenied, .noPermissionToCapture: EX_NOPERM
    }
  }
}
