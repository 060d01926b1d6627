import BoltCodec
import H2Codec
import MosnConfig
import Support

/// One run of a schedule. The draws that make it up come from `random`, those of the network from its own.
final class ScheduledRun {
  private let schedule: Schedule
  private let network: SimulatedNetwork
  private let node: ProxyNode
  private let trace: Trace
  private var random: SeededRandom
  private var bolts: [BoltClient] = []
  private var http2s: [HTTP2Client] = []
  private var servers: [AnyObject] = []

  private var trouble: Schedule.Trouble { schedule.trouble }
  /// Milliseconds in which the calls come.
  private var spread: Int { trouble == .crowds ? 60 : 600 }

  init(_ schedule: Schedule, seed: UInt64, _ trace: Trace) {
    (self.schedule, self.trace) = (schedule, trace)
    random = SeededRandom(seed: seed &* 0x1_0001 &+ 17)
    network = SimulatedNetwork(seed: seed)
    let trouble = schedule.trouble
    // Small pieces split every head; where bodies are long they would only cost time.
    let isLong = [.windows, .crowds, .stalls].contains(trouble)
    network.largestPiece = [isLong ? 1_500 : 60, 4_000, 20_000][Int(random.next() % 3)]
    if trouble == .connects, random.next() % 2 == 0 { network.silent.insert("127.0.0.1:8081") }
    node = ProxyNode(network, schedule.configurations[0], limits: schedule.limits, seed: seed)
    node.trace = trace
    for port in 8080..<(trouble == .connects ? 8082 : 8083) { serve("127.0.0.1:\(port)") }
    for _ in 0..<3 { call() }
    disturb()
  }

  /// What was done, and what is left when all clients are gone.
  func finish() -> (trace: Trace, leftovers: String) {
    network.run(milliseconds: 2_000)
    for client in bolts { client.close() }
    for client in http2s { client.close() }
    node.setWritable(true) { _ in true }
    network.run(milliseconds: 500)
    // The answer to a heartbeat may be half there.
    if !node.leftovers.isEmpty { network.run(milliseconds: 5) }
    let left = node.leftovers
    trace.note("left: \(left)")
    network.end()
    return (trace, left)
  }

  /// One of `count`.
  private func draw(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }

  private func within(_ milliseconds: Int, _ run: @escaping () -> Void) {
    network.after(UInt64(draw(milliseconds * 1_000)) * 1_000, run)
  }

  private func body(_ text: String) -> [UInt8] {
    let lengths =
      switch trouble {
      case .windows, .stalls: [0, 900, 4_000, 7_000]
      case .crowds: [0, 900, 3_000, 10_500]
      default: [0, 0, 10, 400, 2_000]
      }
    return Array(text.utf8) + [UInt8](repeating: 120, count: lengths[draw(lengths.count)])
  }

  // MARK: Clients

  private func call() {
    if schedule.pair.down == "SofaRpc" { callBolt() } else { callHTTP2() }
  }

  private func callBolt() {
    let client = BoltClient(network, "127.0.0.1:2045")
    bolts.append(client)
    for id in 1...UInt32(trouble == .crowds ? 6 : 3) {
      let content = body("call \(id)")
      let timeout: Int32 = trouble == .timeouts ? [-1, 0, 40, 500][draw(4)] : -1
      var message = BoltMessage.call(id, content, timeout: timeout)
      switch draw(12) {
      case 0: message.head = .oneway(id: id)
      case 1: message = BoltMessage(.heartbeat(id: id))
      default: break
      }
      if trouble == .local {
        switch draw(4) {
        case 0: message.headers = []
        case 1: message.headers.append(.init("path", "/r"))
        case 2: message.headers.append(.init("path", "/d"))
        default: break
        }
      }
      within(spread) { client.send(message) }
      if trouble == .timeouts, draw(6) == 0 { within(spread) { client.send([1, 1]) } }
      if trouble == .faults, draw(30) == 0 { within(spread) { client.send([1, 7, 7, 7, 7, 7, 7, 7, 7]) } }
    }
    leave {
      client.close()
    } half: {
      client.finish()
    }
  }

  private func callHTTP2() {
    let isSmall = trouble == .windows || trouble == .crowds
    let client = HTTP2Client(network, "127.0.0.1:2045", window: isSmall ? [300, 2_000][draw(2)] : 65_535)
    http2s.append(client)
    if trouble == .windows, draw(3) == 0 { client.consumes = false }
    for id in 1...(trouble == .crowds ? 6 : 3) {
      let content = draw(4) == 0 ? [] : body("call \(id)")
      let kind = draw(12)
      let path = trouble == .local ? ["/r", "/d", "/x"][draw(3)] : "/\(id)"
      let lacksService = trouble == .local && draw(3) == 0
      let cancels = trouble == .resets ? draw(3) == 0 : draw(40) == 0
      within(spread) { [self] in
        var fields = [
          (":method", kind == 0 ? "HEAD" : content.isEmpty ? "GET" : "POST"), (":scheme", "http"),
          (":authority", "a"), (":path", path),
        ]
        if !lacksService { fields.append(("service", "testSofa")) }
        let stream: UInt32
        if kind == 1 {
          stream = client.call(fields, ends: false)
          within(100) { client.sendTrailers(stream) }
        } else {
          stream = client.call(fields, body: kind == 0 ? [] : content)
        }
        if cancels { within(60) { client.reset(stream) } }
      }
    }
    leave {
      client.close()
    } half: {
      client.finish()
    }
  }

  private func leave(_ close: @escaping () -> Void, half: @escaping () -> Void) {
    switch draw(trouble == .resets || trouble == .timeouts ? 4 : 24) {
    case 0: within(700, close)
    case 1: within(700, half)
    default: break
    }
  }

  // MARK: Servers

  private func serve(_ address: String) {
    if schedule.pair.up == "SofaRpc" {
      let server = BoltServer(network, address)
      server.handle = { [unowned self] in answer($0, on: $1) }
      server.answersHeartbeats = trouble != .timeouts || draw(2) == 0
      servers.append(server)
    } else {
      let server = HTTP2Server(network, address) { [self] settings in
        switch trouble {
        case .windows: settings.initialWindowSize = [500, 3_000][draw(2)]
        case .crowds: settings.maxConcurrentStreams = [1, 3][draw(2)]
        default: break
        }
      }
      if trouble == .windows, draw(4) == 0 { server.consumes = false }
      server.handle = { [unowned self] in answer($0, on: $1, of: $2) }
      if trouble == .heads {
        server.began = { [unowned self] stream, session in
          if draw(6) == 0 { session.answer(stream, 200, [("early", "yes")], [1, 2, 3]) }
        }
      }
      servers.append(server)
    }
  }

  private func answer(_ request: BoltMessage, on session: BoltServer.Session) {
    let answer = BoltMessage(.response(to: request.head), headers: request.headers, content: request.content)
    let delay = UInt64(draw(30_000)) * 1_000
    switch trouble {
    case .faults where draw(2) == 0: break
    case .retries where draw(3) == 0: return session.reset()
    case .heads where draw(2) == 0:
      return session.send(BoltMessage(.response(to: request.head, status: .serverThreadpoolBusy)))
    case .timeouts where draw(3) == 0:
      return network.after(UInt64(draw(400)) * 1_000_000) { session.send(answer) }
    case .none, .faults, .retries, .resets, .windows, .heads, .local, .reload, .drain, .timeouts, .connects,
      .crowds, .stalls:
      return network.after(delay) { session.send(answer) }
    }
    switch draw(9) {
    case 0: session.reset()
    case 1: session.close()
    case 2: break
    case 3:
      session.send(answer)
      session.send(answer)
    case 4: session.send([9])
    case 5: network.after(1_200_000_000) { session.send(answer) }
    case 6: session.send(BoltMessage(.response(id: request.head.id &+ 1), content: [1]))
    case 7: session.send(BoltMessage(.goaway(id: 1)))
    default: session.send(BoltMessage(.request(id: 5, timeout: 1_000), content: [7]))
    }
  }

  private func answer(_ request: HTTP2Server.Request, on stream: H2StreamID, of session: HTTP2Server.Session)
  {
    let fields = request.fields.filter { !$0.0.hasPrefix(":") && $0.0 != "content-length" }
    let delay = UInt64(draw(30_000)) * 1_000
    let answer = { session.answer(stream, 200, fields, request.body, trailers: request.trailers) }
    switch trouble {
    case .faults where draw(2) == 0: fault(stream, of: session, answer)
    case .retries where draw(2) == 0:
      if draw(3) == 0 { session.reset(stream, .refusedStream) } else { session.answer(stream, 503) }
    case .heads where draw(2) == 0: head(request, on: stream, of: session)
    case .timeouts where draw(3) == 0: network.after(UInt64(draw(400)) * 1_000_000, answer)
    case .none, .faults, .retries, .resets, .windows, .heads, .local, .reload, .drain, .timeouts, .connects,
      .crowds, .stalls:
      network.after(delay, answer)
    }
  }

  private func fault(_ stream: H2StreamID, of session: HTTP2Server.Session, _ answer: @escaping () -> Void) {
    switch draw(10) {
    case 0: session.link.reset(from: session)
    case 1: session.close()
    case 2: break
    case 3: session.reset(stream, .internalError)
    case 4: session.reset(stream, .refusedStream)
    case 5: session.goAway()
    case 6: session.shutdown()
    case 7: session.send([UInt8](repeating: 255, count: 30))
    case 8: network.after(1_200_000_000, answer)
    default:
      session.begin(stream, 200, [("half", "yes")], [1, 2, 3])
      if draw(2) == 0 { session.reset(stream, .internalError) }
    }
  }

  private func head(
    _ request: HTTP2Server.Request, on stream: H2StreamID, of session: HTTP2Server.Session
  ) {
    switch draw(5) {
    case 0: session.answer(stream, 204)
    case 1: session.answer(stream, 200, [("grpc-status", "12")])
    case 2:
      session.answer(stream, 103, [("link", "x")])
      session.answer(stream, 200, [], request.body)
    case 3: session.answer(stream, 200, [], request.body, trailers: [("grpc-status", "0")])
    default: session.answer(stream, 500, [], [5])
    }
  }

  // MARK: The engine

  private func disturb() {
    switch trouble {
    case .reload:
      for _ in 0..<3 {
        within(700) { [self] in node.apply(schedule.configurations[draw(schedule.configurations.count)]) }
      }
    case .drain: within(500) { [self] in node.drain() }
    case .connects:
      for _ in 0..<4 {
        let (port, isHealthy) = (8080 + draw(3), draw(2) == 0)
        within(700) { [self] in node.setHealth("127.0.0.1:\(port)", isHealthy) }
      }
    case .stalls:
      for _ in 0..<4 {
        let victim = draw(4)
        within(500) { [self] in
          node.setWritable(false) { $0.slot % 4 == victim }
          within(900) { [self] in node.setWritable(true) { $0.slot % 4 == victim } }
        }
      }
    case .none, .faults, .retries, .resets, .windows, .heads, .local, .timeouts, .crowds:
      break
    }
  }
}
