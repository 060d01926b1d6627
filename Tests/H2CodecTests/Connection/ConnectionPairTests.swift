import H2Codec
import Support
import Testing

private let body = [UInt8](repeating: 0x42, count: 70_000)

/// A client and a server joined in memory, driven by random commands over random splits.
private struct Pair {
  var client: H2Connection
  var server: H2Connection
  var random: SeededRandom
  /// Bytes on their way.
  private var toServer: [UInt8] = []
  private var toClient: [UInt8] = []
  /// What each side has still to send, and has got, by stream.
  var sending: [H2StreamID: Int] = [:]
  var answering: [H2StreamID: Int] = [:]
  var sent: [H2StreamID: (up: Int, down: Int)] = [:]
  var received: [H2StreamID: (up: Int, down: Int)] = [:]
  var completed: Set<H2StreamID> = []
  var resets: Set<H2StreamID> = []
  var failures: [H2Error] = []
  
  init(seed: UInt64) {
    random = SeededRandom(seed: seed)
    var forClient = H2Connection.Configuration(role: .client)
    var forServer = H2Connection.Configuration(role: .server)
    forClient.settings.initialWindowSize = [0, 100, 1000, 65535, 1 << 20].randomElement(using: &random) ?? 0
    forServer.settings.initialWindowSize = [100, 1000, 65535, 1 << 20].randomElement(using: &random) ?? 1
    forServer.settings.maxConcurrentStreams = Int.random(in: 1...20, using: &random)
    forServer.settings.maxFrameSize = [16384, 1 << 20].randomElement(using: &random) ?? 16384
    forClient.connectionWindow = [65535, 1 << 20].randomElement(using: &random) ?? 0
    forServer.connectionWindow = forClient.connectionWindow
    // Windows of a few bytes make frames of a few bytes.
    forClient.floods = .none
    forServer.floods = .none
    client = H2Connection(forClient)
    server = H2Connection(forServer)
  }

  mutating func step() throws {
    switch Int.random(in: 0..<10, using: &random) {
    case 0: try open()
    case 1: if let id = sending.keys.sorted().randomElement(using: &random) { try sendUp(id) }
    case 2: if let id = answering.keys.sorted().randomElement(using: &random) { try sendDown(id) }
    case 3 where Int.random(in: 0..<8, using: &random) == 0: reset()
    case 4: client.ping(random.next())
    case 5, 6, 7: carryUp(Int.random(in: 1...9000, using: &random))
    default: carryDown(Int.random(in: 1...9000, using: &random))
    }
  }

  private mutating func open() throws {
    guard client.streamsAllowed > 0 else { return }
    let length = Int.random(in: 0..<3, using: &random) == 0 ? 0 : Int.random(in: 0...60_000, using: &random)
    var request = post
    request.append(
      name: "x-note", value: String(repeating: "n", count: Int.random(in: 0...200, using: &random)))
    let id = try client.open(request, endStream: length == 0)
    if length > 0 { sending[id] = length }
    sent[id] = (length, 0)
  }

  private mutating func sendUp(_ id: H2StreamID) throws {
    guard let left = sending[id], client.stream(id) != nil else { return sending[id] = nil }
    let part = Int.random(in: 1...left, using: &random)
    let accepted = try client.sendData(body.span.bytes.extracting(0..<part), on: id, endStream: part == left)
    sending[id] = left == accepted ? nil : left - accepted
  }

  private mutating func sendDown(_ id: H2StreamID) throws {
    guard let left = answering[id], server.stream(id) != nil else { return answering[id] = nil }
    let part = left == 0 ? 0 : Int.random(in: 1...left, using: &random)
    let accepted = try server.sendData(body.span.bytes.extracting(0..<part), on: id, endStream: part == left)
    answering[id] = left == accepted ? nil : left - accepted
  }

  private mutating func reset() {
    guard let id = sent.keys.sorted().suffix(5).randomElement(using: &random) else { return }
    resets.insert(id)
    if Bool.random(using: &random) { client.reset(id, .cancel) } else { server.reset(id, .cancel) }
  }

  mutating func carryUp(_ count: Int) {
    toServer += client.takeOutput()
    let part = toServer.prefix(count)
    toServer.removeFirst(part.count)
    server.receive(Array(part), at: 1)
    while let event = server.next() {
      switch event {
      case .headers(let id, _, let endStream):
        received[id, default: (0, 0)].up += 0
        if endStream { answer(id) }
      case .data(let id, let range, let endStream):
        received[id, default: (0, 0)].up += range.count
        server.consume(range.count, on: id)
        if endStream { answer(id) }
      case .connectionError(let error), .streamError(let error): failures.append(error)
      default: break
      }
    }
  }

  private mutating func answer(_ id: H2StreamID) {
    let length = Int.random(in: 0...40_000, using: &random)
    guard (try? server.sendHeaders(ok, on: id, endStream: false)) != nil else { return }
    answering[id] = length
    sent[id]?.down = length
  }

  mutating func carryDown(_ count: Int) {
    toClient += server.takeOutput()
    let part = toClient.prefix(count)
    toClient.removeFirst(part.count)
    client.receive(Array(part), at: 1)
    while let event = client.next() {
      switch event {
      case .data(let id, let range, let endStream):
        received[id, default: (0, 0)].down += range.count
        client.consume(range.count, on: id)
        if endStream { completed.insert(id) }
      case .connectionError(let error), .streamError(let error): failures.append(error)
      default: break
      }
    }
  }

  /// Lets everything come to its end that the windows allow, and what is under way arrive.
  mutating func settle() throws {
    var isStuck = false
    while !isStuck {
      let before = received.values.reduce(0) { $0 + $1.up + $1.down }
      for id in sending.keys.sorted() { try sendUp(id) }
      for id in answering.keys.sorted() { try sendDown(id) }
      for _ in 0..<3 {
        carryUp(.max)
        carryDown(.max)
      }
      let after = received.values.reduce(0) { $0 + $1.up + $1.down }
      isStuck = after == before && toServer.isEmpty && toClient.isEmpty
    }
  }
}

@Suite struct ConnectionPairTests {
  @Test(arguments: 1...6) func bothSidesStayInStep(seed: UInt64) throws {
    var pair = Pair(seed: seed)
    for _ in 0..<1000 { try pair.step() }
    // A client window of 0 takes nothing more; what it let through must agree all the same.
    try pair.settle()
    #expect(pair.failures.isEmpty, "seed \(seed): \(pair.failures)")
    #expect(pair.client.failure == nil && pair.server.failure == nil)
    #expect(pair.client.connectionSendWindow == pair.server.connectionReceiveWindow, "seed \(seed)")
    #expect(pair.server.connectionSendWindow == pair.client.connectionReceiveWindow, "seed \(seed)")
    #expect(pair.client.localStreams == pair.server.remoteStreams, "seed \(seed)")
    for id in pair.sent.keys {
      let (client, server) = (pair.client.stream(id), pair.server.stream(id))
      #expect((client == nil) == (server == nil), "seed \(seed), stream \(id)")
      if let client, let server {
        #expect(client.sendWindow == server.receiveWindow && server.sendWindow == client.receiveWindow)
      }
    }
    for id in pair.completed.subtracting(pair.resets) {
      #expect(pair.received[id]?.up == pair.sent[id]?.up && pair.received[id]?.down == pair.sent[id]?.down)
    }
    #expect(pair.sent.count > 3, "seed \(seed) did nothing")
  }
}
