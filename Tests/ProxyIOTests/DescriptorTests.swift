import BoltCodec
import Foundation
import Testing

/// A process whose descriptors run out.
@Suite(.serialized) struct DescriptorTests {
  /// A client that opens connections without end gets three quarters of what there is; the others' calls still reach
  /// their host, and a reload its file.
  @Test func clientsLeaveDescriptorsForCallsAndReloads() throws {
    let relay = try Relay(shell: "ulimit -n 48")
    let neighbour = try relay.connect()
    try relay.daemon.program.line("accepted connection")
    let crowd = try (0..<48).map { _ in try relay.connect() }
    // Those beyond are closed at once.
    #expect(try crowd.last?.receive() == nil)
    try relay.daemon.program.line(
      "too few descriptors are left (limits.descriptor_share); at most 48 descriptors")

    try neighbour.request(1)
    let server = try relay.upstream.accept()
    let request = try #require(try server.receive())
    try server.send(BoltMessage(.response(to: request.head)))
    #expect(try neighbour.receive()?.head.status == .success)
    let (status, output) = try relay.daemon.order("reload")
    #expect(status == 0, "\(output)")

    let (_, log) = try relay.daemon.stop()
    #expect(log.components(separatedBy: "at most 48 descriptors").count == 2, "one line for all of them")
  }

  @Test(.enabled(if: Program.installed("curl") != nil, "curl is not installed"))
  func acceptingPausesWhenThereIsNoDescriptorAtAll() throws {
    // One more than a daemon at rest has: one client, and no second.
    let rest = try Relay(admin: true)
    let inUse = try FileManager.default.contentsOfDirectory(
      atPath: "/proc/\(rest.daemon.program.pid)/fd"
    ).count
    _ = try rest.daemon.stop()

    let relay = try Relay(admin: true, shell: "ulimit -n \(inUse + 1)")
    let start = Date()
    let first = try relay.connect()
    try relay.daemon.program.line("accepted connection")
    let second = try relay.connect()
    try relay.daemon.program.line("cannot accept on 127.0.0.1:\(relay.port): Too many open files")
    // A bolt heartbeat is answered without a descriptor: its loop is not busy accepting in vain.
    for id in 1...200 {
      try first.send(BoltMessage(.heartbeat(id: UInt32(id))))
      #expect(try first.receive()?.head.id == UInt32(id))
    }
    first.endOutput()
    #expect(try first.receive() == nil)
    // Whose place the second takes.
    try second.send(BoltMessage(.heartbeat(id: 7)))
    #expect(try second.receive()?.head.id == 7)
    second.endOutput()
    #expect(try second.receive() == nil)

    let shortages = try relay.figure("mosnd_descriptor_shortages_total")
    let most = Int(Date().timeIntervalSince(start) / 0.1) + 2
    #expect(shortages >= 1 && shortages <= most, "\(shortages) in the time of \(most) pauses")
  }

  @Test func theSoftLimitIsRaised() throws {
    let relay = try Relay(shell: "ulimit -Sn 64")
    try relay.daemon.program.line("descriptors: the limit was 64 and is ")
    let limits = try String(contentsOfFile: "/proc/\(relay.daemon.program.pid)/limits", encoding: .utf8)
    let words = try #require(limits.split(separator: "\n").first { $0.hasPrefix("Max open files") })
      .split(separator: " ")
    #expect(words[3] == words[4], "\(words)")
  }

  /// Otherwise the first socket would be the standard error that the log is written to.
  @Test func standardOutputsThatAreClosedAreTaken() throws {
    let relay = try Relay(defaultLog: "stdout", shell: "exec 2>&- <&-")
    for number in [0, 2] {
      #expect(
        try FileManager.default.destinationOfSymbolicLink(
          atPath: "/proc/\(relay.daemon.program.pid)/fd/\(number)") == "/dev/null")
    }
  }

  @Test func tooFewForTheEventLoopsAreRefused() throws {
    let script = "ulimit -n 8; exec \"$0\" \"$@\""
    var configuration = TestConfiguration()
    configuration.listen("bolt", 1, "SofaRpc", "SofaRpc", to: "echo")
    configuration.cluster("echo", 2)
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).json")
    try configuration.text.write(to: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: file) }
    let (status, output) = try Program.run(
      "/bin/sh",
      ["-c", script, Program.path(of: "mosnd"), "start", "-c", file.path(), "--pid", file.path() + ".pid"])
    #expect(status == 71)
    #expect(output.contains("the process may have 8 descriptors, and needs "), "\(output)")
  }
}
