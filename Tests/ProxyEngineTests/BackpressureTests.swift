import BoltCodec
import H2Codec
import Testing

@testable import ProxyEngine

/// Who does not read holds up itself, not its neighbours, and not much memory.
@Suite struct BackpressureTests {
  let network = SimulatedNetwork(seed: 5)

  @Test func aStreamThatIsNotReadStopsOnlyItself() throws {
    let node = ProxyNode(network, try simple("Http2", "Http2"))
    let server = HTTP2Server(network, "127.0.0.1:8080")
    server.handle = { request, stream, session in
      session.answer(
        stream, 200, [], [UInt8](repeating: 1, count: request[":path"] == "/large" ? 5_000_000 : 10))
    }
    let slow = HTTP2Client(network, "127.0.0.1:2045")
    slow.consumes = false
    let stuck = slow.get("/large")
    network.run(milliseconds: 500)
    let neighbour = slow.get("/small")
    let other = HTTP2Client(network, "127.0.0.1:2045")
    let fine = other.get("/large")
    network.run(milliseconds: 2000)
    #expect(slow.answer(neighbour).status == 200)
    #expect(other.answer(fine).body.count == 5_000_000)
    #expect(slow.answers[stuck]?.isEnded == false)
    #expect(node.mostBuffered < 3 << 20)
    slow.close()
    network.run(milliseconds: 100)
    node.expectNothingLeft()
  }

  @Test func streamsThatAreNotReadLeaveTheServersConnectionToOthers() throws {
    let node = ProxyNode(network, try simple("Http2", "Http2"))
    let server = HTTP2Server(network, "127.0.0.1:8080")
    server.handle = { request, stream, session in
      session.answer(stream, 200, [], [UInt8](repeating: 1, count: 1_000_000))
    }
    let slow = HTTP2Client(network, "127.0.0.1:2045")
    slow.consumes = false
    let stuck = (1...20).map { _ in slow.get("/large") }
    network.run(milliseconds: 500)
    let other = HTTP2Client(network, "127.0.0.1:2045")
    let fine = other.get("/large")
    network.run(milliseconds: 2000)
    #expect(server.sessions.count == 1, "all calls share a connection")
    #expect(other.answer(fine).body.count == 1_000_000)
    #expect(stuck.allSatisfy { slow.answers[$0]?.isEnded == false })
    // Each stream's window, and no more.
    #expect(node.mostBuffered < 20 * (256 << 10) + (3 << 20))
    slow.close()
    network.run(milliseconds: 100)
    node.expectNothingLeft()
  }

  @Test func callersThatLeaveDoNotMakeTheServerEndTheCallsOfOthers() throws {
    let node = ProxyNode(network, try simple("Http2", "Http2"))
    let server = HTTP2Server(network, "127.0.0.1:8080")
    server.handle = { request, stream, session in
      guard request[":path"] != "/never" else { return }
      self.network.after(2_000_000_000) { session.answer(stream, 200) }
    }
    let honest = HTTP2Client(network, "127.0.0.1:2045")
    let first = honest.get("/slow")
    for _ in 1...10 {
      let leaver = HTTP2Client(network, "127.0.0.1:2045")
      for _ in 1...50 { _ = leaver.get("/never") }
      network.run(milliseconds: 50)
      leaver.close()
      network.run(milliseconds: 10)
    }
    let second = honest.get("/slow")
    network.run(milliseconds: 3000)
    #expect(honest.answer(first).status == 200)
    #expect(honest.answer(second).status == 200)
    #expect(server.requests.count == 502)
    #expect(server.sessions.allSatisfy { $0.http2.failure == nil })
    #expect(server.sessions.count(where: { !$0.isClosed }) == 1, "the retired ones are closed")
    node.expectNothingLeft()
  }

  @Test func aRequestBodyWaitsForTheServer() throws {
    let node = ProxyNode(network, try simple("Http2", "Http2", route: #""timeout": "2s""#))
    let server = HTTP2Server(network, "127.0.0.1:8080")
    server.consumes = false
    let client = HTTP2Client(network, "127.0.0.1:2045")
    let stuck = client.post([UInt8](repeating: 1, count: 5_000_000))
    network.run(milliseconds: 500)
    let neighbour = client.post([1, 2, 3])
    network.run(milliseconds: 3000)
    #expect(client.answer(neighbour).status == 200)
    #expect(client.answer(stuck).status == 504)
    #expect(node.mostBuffered < 1 << 20)
    node.expectNothingLeft()
  }

  @Test func aBoltClientThatDoesNotReadIsHeldBackAndThenGivenUp() throws {
    var limits = ProxyLimits()
    limits.heldPerConnection = 1 << 20
    let node = ProxyNode(network, try simple("SofaRpc", "SofaRpc"), limits: limits)
    let server = BoltServer(network, "127.0.0.1:8080")
    server.handle = { message, session in
      session.send(BoltMessage(.response(to: message.head), content: [UInt8](repeating: 1, count: 100_000)))
    }
    let client = BoltClient(network, "127.0.0.1:2045")
    let other = BoltClient(network, "127.0.0.1:2045")
    client.send(.call(1))
    network.run(milliseconds: 50)
    node.setWritable(false) { $0.slot == 0 }
    for id in 2...3 as ClosedRange<UInt32> { client.send(.call(id)) }
    network.run(milliseconds: 100)
    let before = server.requests.count
    for id in 4...20 as ClosedRange<UInt32> { client.send(.call(id)) }
    other.send(.call(1))
    network.run(milliseconds: 100)
    #expect(server.requests.count == before + 1, "held back")
    #expect(other.answer(1)?.content.count == 100_000)
    node.setWritable(true) { $0.slot == 0 }
    network.run(milliseconds: 500)
    for id in 1...20 as ClosedRange<UInt32> { #expect(client.answer(id)?.content.count == 100_000) }

    node.setWritable(false) { $0.slot == 0 }
    for id in 21...60 as ClosedRange<UInt32> { client.send(.call(id)) }
    network.run(milliseconds: 500)
    #expect(client.isClosed)
    #expect(node.mostBuffered < 6 << 20)
    node.expectNothingLeft()
  }

  /// `conn_buffer_limit_bytes`.
  @Test(arguments: [(0, 1), (50_000, 1), (1_000, 2)])
  func aConnectionThatHoldsMoreThanItsClusterSaysTakesNoMoreCalls(limit: Int, connections: Int) throws {
    let node = ProxyNode(
      network, try simple("SofaRpc", "SofaRpc", cluster: #""conn_buffer_limit_bytes": \#(limit)"#))
    let server = BoltServer(network, "127.0.0.1:8080")
    let client = BoltClient(network, "127.0.0.1:2045")
    client.send(.call(1))
    network.run(milliseconds: 50)
    node.setWritable(false) { $0.slot == 1 }
    for id in 2...11 as ClosedRange<UInt32> { client.send(.call(id, String(repeating: "a", count: 300))) }
    network.run(milliseconds: 50)
    node.setWritable(true) { $0.slot == 1 }
    network.run(milliseconds: 100)
    for id in 1...11 as ClosedRange<UInt32> { #expect(client.answer(id)?.head.status == .success) }
    #expect(server.sessions.count == connections)
    node.expectNothingLeft()
  }

  @Test func tooManyCallsAreRefusedAtOnce() throws {
    var limits = ProxyLimits()
    limits.callsPerConnection = 10
    limits.pendingCallsPerHost = 5
    let node = ProxyNode(network, try simple("SofaRpc", "SofaRpc"), limits: limits)
    let server = BoltServer(network, "127.0.0.1:8080")
    server.handle = { message, session in
      self.network.after(100_000_000) { session.send(BoltMessage(.response(to: message.head))) }
    }
    let client = BoltClient(network, "127.0.0.1:2045")
    for id in 1...6 as ClosedRange<UInt32> { client.send(.call(id)) }
    network.run(milliseconds: 500)
    #expect(
      (1...6).map { client.answer($0)?.head.status == .success } == [true, true, true, true, true, false])
    for id in 11...21 as ClosedRange<UInt32> { client.send(.call(id)) }
    network.run(milliseconds: 500)
    #expect(client.answer(20)?.head.status == .success)
    #expect(client.answer(21)?.head.status == .serverThreadpoolBusy)
    node.expectNothingLeft()
  }

  @Test func anAnswerBeforeTheRequestEndedEndsBothStreams() throws {
    let node = ProxyNode(network, try simple("Http2", "Http2"))
    let server = HTTP2Server(network, "127.0.0.1:8080")
    server.consumes = false
    server.began = { stream, session in session.answer(stream, 403, [("x", "y")]) }
    let client = HTTP2Client(network, "127.0.0.1:2045")
    let stream = client.post([UInt8](repeating: 1, count: 2_000_000))
    network.run(milliseconds: 500)
    #expect(client.answer(stream).status == 403)
    #expect(client.http2.stream(H2StreamID(rawValue: stream)) == nil)
    #expect(server.sessions.first?.http2.remoteStreams == 0)
    node.expectNothingLeft()
  }

  @Test func fewWhoDoNotReadLeaveRoomForOthers() throws {
    var limits = ProxyLimits()
    limits.bufferedInAll = 512 << 10
    for upstream in ["Http2", "SofaRpc"] {
      let network = SimulatedNetwork(seed: 7)
      let node = ProxyNode(network, try simple("Http2", upstream), limits: limits)
      let large = [UInt8](repeating: 1, count: 50_000)
      let bolt = BoltServer(network, "127.0.0.1:8080")
      bolt.handle = { message, session in
        session.send(BoltMessage(.response(to: message.head), content: large))
      }
      let http2 = upstream == "Http2" ? HTTP2Server(network, "127.0.0.1:8080") : nil
      http2?.handle = { request, stream, session in session.answer(stream, 200, [], large) }
      let hogs = (1...4).map { _ in HTTP2Client(network, "127.0.0.1:2045", window: 0) }
      for hog in hogs { for _ in 1...10 { _ = hog.get("/large") } }
      network.run(milliseconds: 1000)
      #expect(node.mostBuffered < 1 << 20)
      let honest = HTTP2Client(network, "127.0.0.1:2045")
      let call = honest.get("/large")
      network.run(milliseconds: 500)
      #expect(honest.answer(call).status == 200)
      for hog in hogs { hog.close() }
      honest.close()
      network.run(milliseconds: 100)
      node.expectNothingLeft()
    }
  }

  @Test func outputThatNobodyTakesIsBoundedInAll() throws {
    var limits = ProxyLimits()
    limits.bufferedInAll = 2 << 20
    let node = ProxyNode(network, try simple("SofaRpc", "SofaRpc"), limits: limits)
    let server = BoltServer(network, "127.0.0.1:8080")
    server.handle = { message, session in
      session.send(BoltMessage(.response(to: message.head), content: [UInt8](repeating: 1, count: 300_000)))
    }
    let hogs = (1...8).map { _ in BoltClient(network, "127.0.0.1:2045") }
    network.run(milliseconds: 50)
    node.setWritable(false) { $0.slot < 8 }
    for hog in hogs { for id in 1...4 as ClosedRange<UInt32> { hog.send(.call(id)) } }
    network.run(milliseconds: 500)
    #expect(node.mostBuffered < 4 << 20)
    #expect(hogs.contains { $0.isClosed })
    let honest = BoltClient(network, "127.0.0.1:2045")
    honest.send(.call(1))
    network.run(milliseconds: 100)
    #expect(honest.answer(1)?.head.status == .success)
    for hog in hogs { hog.close() }
    honest.close()
    network.run(milliseconds: 100)
    node.expectNothingLeft()
  }

  @Test func bodiesOfOneConnectionAreBounded() throws {
    var limits = ProxyLimits()
    limits.heldPerConnection = 100_000
    // Whoever is not served waits with his body.
    (limits.connectionsPerHost, limits.callsPerBoltConnection) = (1, 1)
    let node = ProxyNode(network, try simple("Http2", "SofaRpc"), limits: limits)
    let server = BoltServer(network, "127.0.0.1:8080")
    server.handle = { message, session in
      self.network.after(20_000_000) { session.send(BoltMessage(.response(to: message.head))) }
    }
    let client = HTTP2Client(network, "127.0.0.1:2045")
    let streams = (0..<20).map { _ in client.post([UInt8](repeating: 1, count: 30_000)) }
    network.run(milliseconds: 1000)
    let statuses = streams.map { client.answer($0).status }
    #expect(
      statuses.contains(200) && statuses.contains(503) && statuses.allSatisfy { [200, 503].contains($0) })
    #expect(server.requests.count == statuses.count { $0 == 200 })
    node.expectNothingLeft()
  }

  /// Found by the fuzzer: what had waited for a connection held its client back until it was answered.
  @Test(arguments: ["SofaRpc", "Http2"])
  func aLongCallThatWasSentDoesNotHoldUpTheNext(_ up: String) throws {
    let node = ProxyNode(network, try simple("SofaRpc", up, route: #""timeout": "60s""#))
    let bolt = up == "SofaRpc" ? BoltServer(network, "127.0.0.1:8080") : nil
    bolt?.handle = { if $0.text == "short" { $1.send(BoltMessage(.response(to: $0.head))) } }
    let http2 = up == "Http2" ? HTTP2Server(network, "127.0.0.1:8080") : nil
    http2?.handle = { if $0.body.count < 10 { $2.answer($1, 200) } }
    let client = BoltClient(network, "127.0.0.1:2045")
    client.send(.call(1, String(repeating: "x", count: 100_000)))
    network.run(milliseconds: 50)
    client.send(.call(2, "short"))
    network.run(milliseconds: 50)
    #expect(client.answer(2)?.head.status == .success)
    network.run(milliseconds: 60_000)
    #expect(client.answer(1)?.head.status == .timeout)
    node.expectNothingLeft()
  }

  /// Found by the fuzzer: a call that ended with its connection left a RST_STREAM there that nobody would take.
  @Test func nothingIsWrittenToAConnectionThatIsGone() throws {
    let node = ProxyNode(network, try simple("SofaRpc", "Http2"))
    let server = HTTP2Server(network, "127.0.0.1:8080")
    server.handle = { _, _, session in session.close() }
    let client = BoltClient(network, "127.0.0.1:2045")
    client.send(.call(1))
    network.run(milliseconds: 1)
    #expect(client.answer(1)?.head.status == .connectionClosed)
    node.expectNothingLeft()
  }
}
