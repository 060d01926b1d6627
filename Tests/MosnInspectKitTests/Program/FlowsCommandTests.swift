import Foundation
import MosnCapture
import MosnInspectKit
import Testing

/// `mosn-inspect flows` as scripts use it.
@Suite struct FlowsCommandTests {
  static let recordings = [
    "flows/http1", "flows/otherrpc", "flows/tcprst", "flows/proxyv1", "sofarpc-sample",
  ]

  /// `UPDATE_GOLDENS=1 swift test --filter FlowsCommand` writes the lines anew.
  @Test(arguments: recordings)
  func linesAreTheGolden(_ name: String) throws {
    let text = try Run("flows", GoldenTests.path("\(name).pcap"))
    let json = try Run("flows", "--json", GoldenTests.path("\(name).pcap"))
    #expect((text.status, json.status) == (0, 0))
    #expect(text.errors == json.errors)
    for (output, kind) in [(text.output, "flows.txt"), (json.output, "flows.jsonl")] {
      let file = GoldenTests.fixtures.appending(path: "\(name).\(kind)")
      if ProcessInfo.processInfo.environment["UPDATE_GOLDENS"] == "1" {
        try Data(output.utf8).write(to: file)
      }
      #expect(try String(contentsOf: file, encoding: .utf8) == output)
    }
    #expect(Story.objects(Array(json.output.utf8)).count == text.lines.count)
  }

  /// A pipe's connections come as they end, a file's in the order of their beginnings.
  @Test func readsAPipe() throws {
    let file = GoldenTests.path("flows/tcprst.pcap")
    let piped = try Run("flows", "-", input: Data(contentsOf: URL(filePath: file)))
    #expect(piped.status == 0)
    #expect(piped.lines.sorted() == (try Run("flows", file)).lines.sorted())
  }

  @Test func aFileMayBeCalledLikeACommand() throws {
    let run = try Run.shell(
      #"cd "$(mktemp -d)" && cp "$1" flows && "$0" ./flows && "$0" -r flows && "$0" flows flows"#)
    #expect(run.status == 0)
    #expect(run.lines.count == 6 + 6 + 3)
  }

  @Test func wrongUsage() throws {
    #expect(try Run("flows").status == 64)
    #expect(try Run("flows", "-V", "a").status == 64)
    #expect(try Run("flows", "/no/such/file").status == 66)
    #expect(try Run("flows", "--help").output.contains("mosn-inspect flows"))
  }

  @Test func theSummaryNamesWhatWasNotDecoded() throws {
    let run = try Run("-q", GoldenTests.path("flows/http1.pcap"))
    #expect(run.errors.contains("\n  not decoded: HTTP/1.1 (1 flow, 540 bytes)\n"))
  }
}
