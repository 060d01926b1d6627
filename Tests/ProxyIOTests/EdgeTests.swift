import BoltCodec
import Foundation
import Testing

/// What the edge does without the engine, and how both keep memory bounded.
@Suite(.serialized) struct EdgeTests {
  @Test func relaysBytesAndTheirEnd() throws {
    let upstream = try BoltListener()
    let port = try #require(try BoltListener.freePorts(1).first)
    var configuration = TestConfiguration()
    configuration.relay("tcp", port, to: "echo")
    configuration.cluster("echo", upstream.port)
    let daemon = try TestDaemon(configuration)

    let client = try BoltSocket(port: port)
    try client.request(5, content: [UInt8](repeating: 7, count: 1 << 20))
    client.endOutput()
    let server = try upstream.accept()
    let request = try #require(try server.receive())
    #expect(request.content.count == 1 << 20)
    #expect(try server.receive() == nil)
    // The other direction is open still.
    try server.send(BoltMessage(.response(to: request.head), content: request.content))
    server.endOutput()
    #expect(try client.receive()?.content == request.content)
    #expect(try client.receive() == nil)
    try daemon.program.line("is relayed to 127.0.0.1:\(upstream.port) (echo)")
  }

  @Test func aClientMayEndItsSideAndStillIsAnswered() throws {
    let relay = try Relay()
    let client = try relay.connect()
    try client.request(1)
    client.endOutput()
    let server = try relay.upstream.accept()
    let request = try #require(try server.receive())
    try server.send(BoltMessage(.response(to: request.head)))
    #expect(try client.receive()?.head.id == 1)
    #expect(try client.receive() == nil)
  }

  /// 64 MiB of answers to a client that reads nothing: it is given up, and its neighbour on the same connection to
  /// the server notices nothing.
  @Test func aClientThatDoesNotReadIsGivenUp() throws {
    let relay = try Relay()
    // What a sanitizer adds is there from the start.
    let before = try peakMegabytes(relay.daemon.program.pid)
    let client = try relay.connect()
    for id in 1...64 { try client.request(UInt32(id)) }
    let server = try relay.upstream.accept()
    let content = [UInt8](repeating: 1, count: 1 << 20)
    let requests = try (1...64).map { _ in try #require(try server.receive()) }
    for request in requests { try server.send(BoltMessage(.response(to: request.head), content: content)) }
    try relay.daemon.program.line("the peer does not read")
    let neighbour = try relay.connect()
    try neighbour.request(7)
    let request = try #require(try server.receive())
    try server.send(BoltMessage(.response(to: request.head)))
    #expect(try neighbour.receive()?.head.id == 7)
    #expect(try peakMegabytes(relay.daemon.program.pid) - before < 80)
  }

  @Test func hostsThatDoNotAnswerProbesAreLeftOut() throws {
    let port = try #require(try BoltListener.freePorts(1).first)
    let listener = try #require(try BoltListener.freePorts(1).first)
    func configuration(unhealthyThreshold: Int) -> TestConfiguration {
      var configuration = TestConfiguration()
      configuration.listen("bolt", listener, "SofaRpc", "SofaRpc", to: "gone")
      configuration.cluster(
        "gone", port,
        more: """
          "health_check": {"protocol": "SofaRpc", "interval": "20ms", "timeout": "1s", "healthy_threshold": 1,
            "unhealthy_threshold": \(unhealthyThreshold)},
          """)
      return configuration
    }
    let daemon = try TestDaemon(configuration(unhealthyThreshold: 2))
    try daemon.program.line("127.0.0.1:\(port) (gone) is unhealthy: Connection refused")
    // A reload does not forget it, also where it would never be found out again.
    try daemon.replace(configuration(unhealthyThreshold: 4_000_000_000).text)
    #expect(try daemon.order("reload").status == 0)
    let back = try BoltListener(port: port)
    try daemon.program.line("127.0.0.1:\(port) (gone) is healthy again")
    _ = back
  }

  @Test(.enabled(if: Program.installed("curl") != nil, "curl is not installed"))
  func figures() throws {
    var configuration = TestConfiguration()
    let ports = try BoltListener.freePorts(2)
    configuration.listen("bolt", ports[0], "SofaRpc", "SofaRpc", to: "echo")
    configuration.cluster("echo", 1)
    configuration.administer(ports[1])
    let daemon = try TestDaemon(configuration)
    try daemon.program.line("administration on http://127.0.0.1:\(ports[1])/metrics")
    let client = try BoltSocket(port: ports[0])
    try daemon.program.line("accepted connection")
    let curl = try #require(Program.installed("curl"))
    let (status, output) = try Program.run(curl, ["-sS", "http://127.0.0.1:\(ports[1])/metrics"])
    #expect(status == 0)
    #expect(output.contains("\nmosnd_downstream_connections 1\n"), "\(output)")
    #expect(output.contains("# TYPE mosnd_accepted_total counter\nmosnd_accepted_total 1\n"), "\(output)")
    #expect(
      try Program.run(curl, ["-sS", "-w%{http_code}", "http://127.0.0.1:\(ports[1])/"]).output.hasSuffix(
        "404"))
    _ = client
  }

  private func peakMegabytes(_ pid: Int32) throws -> Int {
    let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
    return try #require(line.split(separator: " ").dropLast().last.flatMap { Int($0) }) / 1024
  }
}
