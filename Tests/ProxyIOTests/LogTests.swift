import BoltCodec
import Foundation
import Testing

@testable import ProxyIO

/// Logs on disk: access logs, formats, reopening.
@Suite(.serialized) struct LogTests {
  @Test func accessLogOfACall() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "mosnd-logs-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "deep/access.log").path()
    let custom = folder.appending(path: "custom.log").path()
    let format =
      "%REQ.service% %Protocol% %response_code% %BytesReceived%/%BytesSent% %UpstreamHostSelected% %Nonsense%"
    let relay = try Relay(
      more:
        #""access_logs": [{"log_path": "\#(path)"}, {"log_path": "\#(custom)", "log_format": "\#(format)"}],"#
    )
    try relay.daemon.program.line("access_logs[1].log_format: %Nonsense% means nothing here")
    let client = try relay.connect()
    try client.request(1, content: [1, 2, 3, 4, 5])
    let server = try relay.upstream.accept()
    let request = try #require(try server.receive())
    try server.send(BoltMessage(.response(to: request.head), content: [9, 9]))
    _ = try client.receive()
    #expect(try relay.daemon.order("stop").status == 0)

    let line = try String(contentsOfFile: path, encoding: .utf8)
    let words = line.split(separator: " ")
    try #require(words.count == 15, "\(line)")
    #expect(words[0].count == 10 && words[0].contains("/"))
    // Both durations, bytes sent, received.
    #expect(words[2].hasSuffix("s") && words[3].hasSuffix("s"))
    #expect(words[4] == "2" && words[5] == "5")
    #expect(words[6] == "bolt" && words[7] == "200" && words[9] == "-" && words[10] == "200")
    #expect(words[12] == "127.0.0.1:\(relay.port)")
    #expect(words[13].hasPrefix("127.0.0.1:"))
    #expect(words[14] == "127.0.0.1:\(relay.upstream.port)\n")
    #expect(
      try String(contentsOfFile: custom, encoding: .utf8)
        == "testSofa bolt 200 5/2 127.0.0.1:\(relay.upstream.port) %Nonsense%\n")
  }

  @Test func reopening() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "mosnd-logs-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "access.log").path()
    let relay = try Relay(more: #""access_logs": [{"log_path": "\#(path)"}],"#)
    try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
    relay.daemon.program.signal(SIGUSR1)
    try relay.daemon.program.line("logs reopened")
    try relay.checkCall(1)
    #expect(try relay.daemon.order("stop").status == 0)
    #expect(try String(contentsOfFile: path, encoding: .utf8).contains(" 200 "))
    #expect(try String(contentsOfFile: path + ".1", encoding: .utf8).isEmpty)
  }

  @Test func aLogThatCannotBeWrittenIsReplaced() throws {
    let relay = try Relay(more: #""access_logs": [{"log_path": "/proc/nowhere/access.log"}],"#)
    try relay.daemon.program.line(
      "log /proc/nowhere/access.log: /proc/nowhere: No such file or directory; standard error is used")
  }

  @Test(arguments: [
    (0, "0ns"), (731, "731ns"), (3_757, "3.757\u{B5}s"), (3_757_863, "3.757863ms"), (1_500_000_000, "1.5s"),
    (2_000_000, "2ms"), (1_000_050, "1.00005ms"),
  ])
  func durations(nanoseconds: UInt64, text: String) {
    #expect("\(Duration(nanoseconds: nanoseconds))" == text)
  }
}
