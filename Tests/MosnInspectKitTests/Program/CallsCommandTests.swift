import Foundation
import MosnInspectKit
import Testing

/// `mosn-inspect calls` as scripts use it.
@Suite struct CallsCommandTests {
  static let recordings =
    ["sofarpc-sample", "capture/v1-sync"]
    + ["v1-errors", "v1-oneway", "v1-heartbeat", "sofarpc-h2c-upgrade-sync", "enc-snaplen96"].map {
      "recordings/\($0)"
    }

  /// `UPDATE_GOLDENS=1 swift test --filter CallsCommand` writes the lines anew.
  @Test(arguments: recordings)
  func linesAreTheGolden(_ name: String) throws {
    let text = try Run("calls", GoldenTests.path("\(name).pcap"))
    let json = try Run("calls", "--json", GoldenTests.path("\(name).pcap"))
    #expect((text.status, json.status) == (0, 0))
    #expect(text.errors == json.errors)
    for (output, kind) in [(text.output, "calls.txt"), (json.output, "calls.jsonl")] {
      let file = GoldenTests.fixtures.appending(path: "\(name).\(kind)")
      if ProcessInfo.processInfo.environment["UPDATE_GOLDENS"] == "1" {
        try Data(output.utf8).write(to: file)
      }
      #expect(try String(contentsOf: file, encoding: .utf8) == output)
    }
    #expect(Story.objects(Array(json.output.utf8)).count == text.lines.count)
  }

  private func column(_ arguments: String..., of name: String = "recordings/v1-errors") throws -> [Substring]
  {
    let run = try Run(["calls", "-e", "call"] + arguments + [GoldenTests.path("\(name).pcap")])
    #expect(run.status == 0)
    return run.lines
  }

  @Test func ordersAreChosen() throws {
    #expect(try column() == ["1", "2", "3"])
    #expect(try column("--sort", "latency") == ["3", "1", "2"])
    #expect(try column("--sort", "first-byte") == ["3", "1", "2"])
    #expect(try column("--sort", "bytes") == ["2", "3", "1"])
    #expect(try column("--slowest", "2") == ["3", "1"])
    #expect(try column("--sort", "request", of: "sofarpc-sample") == ["3", "2", "1"])
  }

  @Test func failuresAreChosen() throws {
    #expect(try column("--errors") == ["1", "2", "3"])
    #expect(try column("--errors", of: "capture/v1-sync").isEmpty)
    #expect(try column("--errors", "--slowest", "1") == ["3"])
  }

  @Test func fieldsMakeATable() throws {
    let run = try Run(
      "calls", "-T", "fields", "-E", "header=y", "-E", "separator=,", "-E", "quote=d", "-e", "id", "-e",
      "latency_ms", "-e", "status_name", GoldenTests.path("capture/v1-sync.pcap"))
    #expect(run.lines.prefix(2) == [#""id","latency_ms","status_name""#, #""1","2.862000","SUCCESS""#])
  }

  @Test func readsAPipeAndSeveralFiles() throws {
    let file = GoldenTests.path("capture/v1-sync.pcap")
    let piped = try Run("calls", "-", input: Data(contentsOf: URL(filePath: file)))
    #expect(piped.status == 0)
    #expect(piped.output == (try Run("calls", file)).output)
    let both = try Run("calls", "--json", file, GoldenTests.path("recordings/v1-errors.pcap"))
    let files = Story.objects(Array(both.output.utf8)).compactMap { $0.text("file") }
    #expect(files.count == 9)
    #expect(Set(files).count == 2)
  }

  @Test func aFileMayBeCalledLikeACommand() throws {
    let run = try Run.shell(
      #"cd "$(mktemp -d)" && cp "$1" calls && "$0" ./calls && "$0" -r calls && "$0" calls calls"#)
    #expect(run.status == 0)
    #expect(run.lines.count == 6 + 6 + 3)
  }

  @Test func wrongUsage() throws {
    let file = GoldenTests.path("capture/v1-sync.pcap")
    #expect(try Run("calls").status == 64)
    #expect(try Run("calls", "-V", file).status == 64)
    #expect(try Run("calls", "--slowest", "0", file).status == 64)
    #expect(try Run("calls", "--slowest", "5", "--sort", "bytes", file).status == 64)
    #expect(try Run("calls", "--sort", "size", file).status == 64)
    #expect(try Run("calls", "-T", "fields", file).status == 64)
    #expect(try Run("calls", "/no/such/file").status == 66)
    #expect(try Run("calls", "--help").output.contains("mosn-inspect calls"))
    let wrong = try Run("calls", "-e", "latency", file)
    #expect(wrong.status == 64)
    #expect(wrong.errors.contains("did you mean latency_ms?"))
  }
}
