import BoltCodec
import Foundation
import Synchronization
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
    let (status, output) = try relay.daemon.stop()
    #expect(status == 0, "\(output)")
    #expect(output.contains("not all calls have finished in time"))
    // The call is given up, and its caller told so.
    let answer = try #require(try client.receive())
    #expect(answer.head.id == 1 && answer.head.status == .connectionClosed)
    #expect(try client.receive() == nil)
    _ = server
  }

  /// Connections come and go on both event loops while they are told to end.
  @Test func stopUnderLoadLeavesNothingBehind() throws {
    for _ in 1...10 {
      let relay = try Relay(gracefulTimeout: "50ms", processor: 2)
      let crowd = Crowd(port: relay.port)
      try relay.daemon.program.line("new stream detected")
      let (status, output) = try relay.daemon.stop()
      crowd.leave()
      #expect(status == 0)
      #expect(!output.contains("ERROR"), "\(output)")
    }
  }

  /// Standard output and a log are pipes that nobody reads, and the log's is full before long.
  @Test func logsThatNobodyReadsHoldNothingUp() throws {
    var stalled: Int32 = -1
    let relay = try Relay(
      more: #""access_logs": [{"log_path": "fifo"}],"#, defaultLog: "stderr", shell: "exec > out"
    ) { folder in
      for name in ["out", "fifo"] { try #require(mkfifo(folder.appending(path: name).path(), 0o600) == 0) }
      stalled = open(folder.appending(path: "out").path(), O_RDONLY | O_NONBLOCK)
    }
    defer { close(stalled) }
    let client = try relay.connect()
    let server = try relay.serve(client)
    // Four lines each, of which a pipe takes some hundred.
    for id in 2...1000 {
      try client.request(UInt32(id))
      let request = try #require(try server.receive())
      try server.send(BoltMessage(.response(to: request.head)))
      #expect(try client.receive()?.head.id == UInt32(id))
    }
    #expect(try relay.daemon.order("reload").status == 0)
    relay.daemon.program.signal(SIGUSR1)
    try relay.daemon.program.line("logs reopened")
    let (status, output) = try relay.daemon.stop()
    #expect(status == 0)
    #expect(output.contains("[INFO] stopped"), "\(output)")
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

  private let adminPort: UInt16

  /// - Parameters:
  ///   - more: keys of the listener.
  ///   - admin: whether there is an administration interface, for `figure`.
  init(
    gracefulTimeout: String = "20s", upstreamPort: UInt16? = nil, more: String = "", admin: Bool = false,
    processor: Int = 1, defaultLog: String = "stdout", shell: String? = nil,
    prepare: (URL) throws -> Void = { _ in }
  ) throws {
    upstream = try BoltListener()
    let ports = try BoltListener.freePorts(2)
    (port, adminPort) = (ports[0], ports[1])
    var configuration = TestConfiguration()
    configuration.gracefulTimeout = gracefulTimeout
    configuration.processor = processor
    configuration.defaultLog = defaultLog
    if admin { configuration.administer(adminPort) }
    configuration.listen("bolt", port, "SofaRpc", "SofaRpc", to: "echo", more: more)
    configuration.cluster("echo", upstreamPort ?? upstream.port)
    self.configuration = configuration
    daemon = try TestDaemon(configuration, shell: shell, prepare: prepare)
  }

  /// One of the administration interface's figures.
  func figure(_ name: String) throws -> Int {
    let curl = try #require(Program.installed("curl"))
    let (_, output) = try Program.run(curl, ["-sS", "http://127.0.0.1:\(adminPort)/metrics"])
    let line = try #require(output.split(separator: "\n").first { $0.hasPrefix("\(name) ") }, "\(output)")
    return try #require(line.split(separator: " ").last.flatMap { Int($0) })
  }

  /// Has a call of the client answered.
  ///
  /// - Returns: the server's connection, over which later calls come too.
  func serve(_ client: BoltSocket) throws -> BoltSocket {
    try client.request(1)
    let server = try upstream.accept()
    let request = try #require(try server.receive())
    try server.send(BoltMessage(.response(to: request.head)))
    #expect(try client.receive()?.head.id == 1)
    return server
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

/// Clients that connect, call and leave, as fast as they can.
private final class Crowd: Sendable {
  private let isOver = Atomic(false)
  private let group = DispatchGroup()

  init(port: UInt16) {
    for _ in 1...4 {
      DispatchQueue.global().async(group: group) {
        while !self.isOver.load(ordering: .relaxed) {
          try? BoltSocket(port: port).request(1)
        }
      }
    }
  }

  func leave() {
    isOver.store(true, ordering: .relaxed)
    group.wait()
  }
}
