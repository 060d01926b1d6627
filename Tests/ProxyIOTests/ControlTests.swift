import BoltCodec
import Foundation
import Testing

/// Stop and reload while calls are under way.
@Suite(.serialized) struct ControlTests {
  @Test func stopLetsCallsFinish() throws {
    let relay = try Relay()
    let client = try relay.connect()
    try client.request(7)
    let server = try relay.upstream.accept()
    let request = try #require(try server.receive())

    relay.daemon.program.signal(SIGTERM)
    try relay.daemon.program.line("SIGTERM: stopping")
    try server.send(BoltMessage(.response(to: request.head), content: [1, 2, 3]))
    let answer = try #require(try client.receive())
    #expect(answer.head.id == 7)
    #expect(answer.content == [1, 2, 3])
    #expect(try client.receive() == nil)

    let (status, output) = try relay.daemon.program.finish()
    #expect(status == 0)
    #expect(output.contains("all calls have finished"))
    #expect(!FileManager.default.fileExists(atPath: relay.daemon.folder.appending(path: "mosnd.pid").path()))
  }

  @Test func stopOrderWaitsForTheEnd() throws {
    let relay = try Relay()
    let (status, output) = try relay.daemon.order("stop")
    #expect(status == 0)
    #expect(output == "process \(relay.daemon.program.pid) has stopped")
    #expect(try relay.daemon.program.finish().status == 0)
    #expect(try relay.daemon.order("stop").status == 69)
  }

  @Test func stopEndsWithTheGracePeriod() throws {
    let relay = try Relay(gracefulTimeout: "200ms")
    let client = try relay.connect()
    try client.request(1)
    let server = try relay.upstream.accept()
    _ = try server.receive()
    relay.daemon.program.signal(SIGTERM)
    let (status, output) = try relay.daemon.program.finish()
    #expect(status == 0, "\(output)")
    #expect(output.contains("not all calls have finished in time"))
    _ = (client, server)
  }

  @Test func secondInterruptStopsAtOnce() throws {
    let relay = try Relay()
    let client = try relay.connect()
    try client.request(1)
    let server = try relay.upstream.accept()
    _ = try server.receive()
    relay.daemon.program.signal(SIGINT)
    try relay.daemon.program.line("SIGINT: stopping")
    relay.daemon.program.signal(SIGINT)
    #expect(try relay.daemon.program.finish().status == 130)
  }

  @Test func reloadKeepsCallsAndTakesNewListeners() throws {
    let relay = try Relay()
    let client = try relay.connect()
    try client.request(1)
    let server = try relay.upstream.accept()
    let request = try #require(try server.receive())

    let port = try #require(try BoltListener.freePorts(1).first)
    var configuration = relay.configuration
    configuration.listen("second", port, "SofaRpc", "SofaRpc", to: "echo")
    try relay.daemon.replace(configuration.text)
    let (status, output) = try relay.daemon.order("reload")
    #expect(status == 0, "\(output)")

    try server.send(BoltMessage(.response(to: request.head)))
    #expect(try client.receive()?.head.id == 1)
    let second = try BoltSocket(port: port)
    try second.request(2)
    let next = try #require(try server.receive())
    try server.send(BoltMessage(.response(to: next.head)))
    #expect(try second.receive()?.head.id == 2)
  }

  @Test func aBadFileChangesNothing() throws {
    let relay = try Relay()
    try relay.daemon.replace("{\"servers\": [}")
    let (status, output) = try relay.daemon.order("reload")
    #expect(status == 1)
    #expect(output.contains("config.json:1:14: error: servers[0]: json unmarshal config failed"), "\(output)")
    try relay.daemon.program.line("nothing has changed")
    try relay.checkCall(3)
  }

  @Test func aListenerThatCannotBeBoundChangesNothing() throws {
    let relay = try Relay()
    let taken = try BoltListener()
    var configuration = relay.configuration
    configuration.listen("taken", taken.port, "SofaRpc", "SofaRpc", to: "echo")
    try relay.daemon.replace(configuration.text)
    let (status, output) = try relay.daemon.order("reload")
    #expect(status == 1)
    #expect(
      output.contains("listener taken: 127.0.0.1:\(taken.port) is in use by another process"), "\(output)")
    try relay.checkCall(3)
  }

  @Test func anUpstreamThatDiesIsAnsweredFor() throws {
    let relay = try Relay()
    let client = try relay.connect()
    try client.request(1)
    do {
      let server = try relay.upstream.accept()
      _ = try server.receive()
    }
    let answer = try #require(try client.receive())
    #expect(answer.head.id == 1)
    #expect(answer.head.status != .success)
    try relay.daemon.program.line("closed connection with 127.0.0.1:\(relay.upstream.port) (echo)")
    // The connection goes on, and so does the next call on a new one to the host.
    try client.request(2)
    let again = try relay.upstream.accept()
    let request = try #require(try again.receive())
    try again.send(BoltMessage(.response(to: request.head)))
    #expect(try client.receive()?.head.status == .success)
  }

  @Test func anUpstreamThatIsNotThereIsAnsweredFor() throws {
    let port = try #require(try BoltListener.freePorts(1).first)
    let relay = try Relay(upstreamPort: port)
    let client = try relay.connect()
    try client.request(1)
    let answer = try #require(try client.receive())
    #expect(answer.head.id == 1)
    #expect(answer.head.status != .success)
    try relay.daemon.program.line("cannot connect to 127.0.0.1:\(port) (echo): Connection refused")
  }
}

/// bolt in, bolt out, and the server in the test's hands.
struct Relay {
  let upstream: BoltListener
  let port: UInt16
  let configuration: TestConfiguration
  let daemon: TestDaemon

  init(gracefulTimeout: String = "20s", upstreamPort: UInt16? = nil, more: String = "") throws {
    upstream = try BoltListener()
    port = try #require(try BoltListener.freePorts(1).first)
    var configuration = TestConfiguration()
    configuration.gracefulTimeout = gracefulTimeout
    configuration.listen("bolt", port, "SofaRpc", "SofaRpc", to: "echo", more: more)
    configuration.cluster("echo", upstreamPort ?? upstream.port)
    self.configuration = configuration
    daemon = try TestDaemon(configuration)
  }

  func connect() throws -> BoltSocket { try BoltSocket(port: port) }

  func checkCall(_ id: UInt32) throws {
    let client = try connect()
    try client.request(id)
    let server = try upstream.accept()
    let request = try #require(try server.receive())
    try server.send(BoltMessage(.response(to: request.head)))
    #expect(try client.receive()?.head.id == id)
  }
}
