import Foundation
import Testing

/// What scripts rely on: options, what goes where, and the exit status.
@Suite struct ProgramTests {
  private let sample = GoldenTests.path("sofarpc-sample.pcap")

  @Test func messagesGoToOutputAndTheSummaryToErrors() throws {
    let run = try Run(sample)
    #expect(run.status == 0)
    #expect(run.lines.count == 6)
    #expect(!run.output.contains("\u{1b}"))
    #expect(
      run.errors.hasPrefix("36 packets, 3 flows (3 decoded), 6 messages (4 bolt, 2 HTTP/2), 0 undecoded"))
    #expect(try Run("-r", sample).output == run.output)
  }

  // MARK: exit status

  @Test func noSuchFile() throws {
    let run = try Run("/no/such/file.pcap")
    #expect(run.status == 66)
    #expect(run.output.isEmpty)
    #expect(run.errors.contains("/no/such/file.pcap"))
  }

  @Test func notACapture() throws {
    let run = try Run("-", input: Data("<html>no capture</html>, whatever its name says\n".utf8))
    #expect(run.status == 65)
    #expect(run.errors.hasPrefix("mosn-inspect: "))
    #expect(try Run("-").status == 65)
  }

  @Test func aBadFilter() throws {
    let run = try Run("-f", "tcp prot 1", sample)
    #expect(run.status == 64)
    #expect(run.errors.hasPrefix("mosn-inspect: "))
  }

  @Test(arguments: [
    [], ["-i", "lo", "-r", "b"], ["--no-such-option", "a"], ["-c", "0", "a"], ["-d", "tcp.port=1,bolt", "a"],
    ["-T", "fields", "a"], ["-T", "fields", "-e", "nonsense", "a"], ["--max-content", "-1", "a"],
    ["--max-memory", "0", "a"], ["-E", "colour=y", "-e", "id", "a"], ["-s", "262145", "-i", "lo"],
    ["-t", "x", "a"],
  ])
  func wrongUsage(_ arguments: [String]) throws {
    let program = try #require(Run.program)
    let quoted = arguments.map { "'\($0)'" }.joined(separator: " ")
    let run = try Run.shell("'\(program)' \(quoted)")
    #expect(run.status == 64)
    #expect(run.output.isEmpty)
    #expect(run.errors.contains("Error: "))
  }

  @Test func aCutFileIsReadToItsCut() throws {
    let run = try Run(GoldenTests.path("capture/derived-truncated-file.pcap"))
    #expect(run.status == 0)
    #expect(!run.lines.isEmpty)
    #expect(run.errors.contains("mosn-inspect: warning: "))
  }

  @Test func helpAndVersion() throws {
    #expect(try Run("--help").status == 0)
    #expect(try Run("--version").output.hasPrefix("mosn-inspect "))
  }

  // MARK: pipes

  @Test func aReaderThatGoesAwayIsNoError() throws {
    let run = try Run.shell("set -o pipefail; \"$0\" \"$1\" | head -1")
    #expect(run.lines.count == 1)
    #expect(run.status == 0 || run.errors.isEmpty)
    let gone = try Run.shell("\"$0\" \"$1\" 2>&1 >&- | cat; (\"$0\" \"$1\"; echo $? >&2) | true")
    #expect(gone.output.isEmpty || gone.output.contains("standard output"))
  }

  @Test func aFullDiskIsAnError() throws {
    guard FileManager.default.fileExists(atPath: "/dev/full") else { return }
    let run = try Run.shell("\"$0\" \"$1\" > /dev/full")
    #expect(run.status == 74)
    #expect(run.errors.contains("standard output cannot be written"))
  }

  @Test func standardInputIsRead() throws {
    let plain = try Run(sample).output
    #expect(try Run("-", input: Data(contentsOf: URL(filePath: sample))).output == plain)
    #expect(try Run.shell("gzip -c \"$1\" | \"$0\" -").output == plain)
  }

  // MARK: options

  @Test func aCountEndsTheReading() throws {
    let run = try Run("-c", "4", sample)
    #expect(run.lines.count == 1)
    #expect(run.errors.hasPrefix("4 packets"))
  }

  @Test func aFilterChoosesPackets() throws {
    let run = try Run("-f", "tcp port 8080", sample)
    #expect(run.lines.count == 2)
    #expect(run.output.contains("> 127.0.0.1:8080"))
  }

  @Test func fieldsAreColumns() throws {
    let run = try Run(
      "-T", "fields", "-e", "protocol", "-e", "kind", "-e", "id", "-E", "header=y", "-E", "separator=,",
      sample)
    #expect(run.lines.first == "protocol,kind,id")
    #expect(run.lines.dropFirst().first == "bolt,request,1")
    #expect(run.lines.count == 7)
    #expect(try Run("-e", "kind", sample).lines.count == 6)
  }

  @Test func jsonLines() throws {
    let run = try Run("--json", sample)
    #expect(Story.objects(Array(run.output.utf8)).count == 6)
    #expect(try Run("-T", "json", sample).output == run.output)
  }

  @Test func framesAreShownOneByOne() throws {
    let run = try Run("--frames", sample)
    #expect(run.output.contains("SETTINGS"))
    #expect(run.lines.count > 6)
    #expect(run.errors.contains("HTTP/2 frames"))
  }

  @Test func quietShowsTheSummary() throws {
    let run = try Run("-q", sample)
    #expect(run.output.isEmpty)
    #expect(run.errors.hasPrefix("36 packets"))
  }

  @Test func aPortIsTakenForAProtocol() throws {
    let run = try Run("-d", "tcp.port==2046,bolt", sample)
    #expect(run.status == 0)
    #expect(!run.output.contains("HTTP/2"))
    #expect(run.output.contains("127.0.0.1:8080"))
  }

  @Test func timesInUTC() throws {
    let run = try Run("-t", "ud", "-c", "4", sample)
    let text = try #require(run.lines.first)
    let date = try Regex(#" \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{9} "#)
    #expect(text.contains(date))
    #expect(try Run("-V", sample).output.contains("+4       id"))
  }

  @Test func coloursOnDemand() throws {
    #expect(try Run("--color", "always", sample).output.contains("\u{1b}["))
  }
}
