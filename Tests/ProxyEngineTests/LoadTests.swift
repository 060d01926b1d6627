import BoltCodec
import H2Codec
import MosnConfig
import Testing

@testable import ProxyEngine

/// Servers are shared fairly: what is bounded is bounded for the process, and who has much waiting holds up nobody else.
@Suite struct LoadTests {
  let network = SimulatedNetwork(seed: 37)

  private func breaker(_ limits: String) -> String { #""circuit_breakers": [{\#(limits)}]"# }

  @Test func requestsAreCountedForTheProcess() throws {
    let arena = try Arena(network, engines: 2, cluster: breaker(#""max_requests": 10"#))
    arena.bolt.handle = { message, session in
      if message.text != "never" { session.send(BoltMessage(.response(to: message.head))) }
    }
    let clients = (0..<2).map { BoltClient(network, arena.address("bb", engine: $0)) }
    for client in clients { for id in 1...8 as ClosedRange<UInt32> { client.send(.call(id, "never")) } }
    network.run(milliseconds: 100)
    let refused = clients.flatMap { $0.answers.values }.count { $0[0].head.status == .serverThreadpoolBusy }
    #expect(refused == 6 && arena.bolt.requests.count == 10)
    clients.forEach { $0.close() }
    network.run(milliseconds: 100)
    arena.expectNeighboursWell(for: 100)
    arena.expectNothingLeft()
  }

  @Test func requestsThatHaveNotGoneOutAreNotCounted() throws {
    let arena = try Arena(network, cluster: breaker(#""max_requests": 20"#))
    let hog = RawPeer(network, arena.address("hb"))
    hog.send(H2FrameDecoder.preface + RawPeer.settings + RawPeer.heads(200, value: 10, times: 1))
    arena.expectNeighboursWell(for: 300)
    #expect(arena.nodes[0].proxy.calls == 200)
    hog.close()
    arena.expectNothingLeft()
  }

  /// 500 calls of two clients do not take all streams to a host.
  @Test func streamsAreThereForWhoeverNeedsOne() throws {
    let arena = try Arena(network)
    arena.http2.settings = { $0.maxConcurrentStreams = 100 }
    let hogs = (0..<2).map { _ in RawPeer(network, arena.address("hh")) }
    for hog in hogs {
      hog.send(H2FrameDecoder.preface + RawPeer.settings + RawPeer.heads(250, value: 10, times: 1))
    }
    arena.expectNeighboursWell(for: 500)
    #expect(arena.http2.sessions.count <= 7)
    hogs.forEach { $0.close() }
    arena.expectNothingLeft()
  }

  /// One connection that takes one call at a time, each of which lasts 10 ms.
  private func queue(_ more: (inout ProxyLimits) -> Void = { _ in }) throws -> (Arena, hog: BoltClient) {
    var limits = ProxyLimits()
    (limits.connectionsPerHost, limits.callsPerBoltConnection) = (1, 1)
    more(&limits)
    let arena = try Arena(network, limits)
    arena.bolt.handle = { message, session in
      self.network.after(10_000_000) { session.send(BoltMessage(.response(to: message.head))) }
    }
    let hog = BoltClient(network, arena.address("bb"))
    for id in 1...30 as ClosedRange<UInt32> { hog.send(.call(id)) }
    network.run(milliseconds: 5)
    return (arena, hog)
  }

  @Test func callersThatWaitTakeTurns() throws {
    let (arena, hog) = try queue()
    let honest = BoltClient(network, arena.address("bb"))
    for id in 1...2 as ClosedRange<UInt32> { honest.send(.call(id)) }
    network.run(milliseconds: 50)
    #expect(honest.answer(1)?.head.status == .success && honest.answer(2)?.head.status == .success)
    #expect(hog.answers.count < 5)
    network.run(milliseconds: 500)
    // Its own go on in their order.
    let times = (1...30).compactMap { hog.times[$0] }
    #expect(times.count == 30 && times == times.sorted())
    [hog, honest].forEach { $0.close() }
    arena.expectNothingLeft()
  }

  @Test func whoHasMostWaitingMakesRoom() throws {
    let (arena, hog) = try queue { $0.pendingCallsPerHost = 10 }
    let honest = BoltClient(network, arena.address("bb"))
    honest.send(.call(1))
    network.run(milliseconds: 400)
    #expect(honest.answer(1)?.head.status == .success)
    #expect(hog.answers.values.count { $0[0].head.status == .success } == 10)
    #expect(hog.answers.values.count { $0[0].head.status == .serverThreadpoolBusy } == 20)
    [hog, honest].forEach { $0.close() }
    arena.expectNothingLeft()
  }

  @Test func callsThatWaitAreCountedForTheProcess() throws {
    var limits = ProxyLimits()
    (limits.connectionsPerHost, limits.callsPerBoltConnection) = (1, 1)
    let arena = try Arena(
      network, limits, engines: 2, cluster: breaker(#""max_pending_requests": 6"#))
    arena.bolt.handle = { _, _ in }
    let clients = (0..<2).map { BoltClient(network, arena.address("bb", engine: $0)) }
    // Of each engine one is with the server.
    clients.forEach { $0.send(.call(1)) }
    network.run(milliseconds: 100)
    for client in clients { for id in 2...8 as ClosedRange<UInt32> { client.send(.call(id)) } }
    network.run(milliseconds: 100)
    let refused = clients.flatMap { $0.answers.values }.count { $0[0].head.status == .serverThreadpoolBusy }
    #expect(refused == 16 - 2 - 6)
    clients.forEach { $0.close() }
    arena.expectNothingLeft()
  }

  @Test func connectionsAreCountedForTheProcess() throws {
    var limits = ProxyLimits()
    limits.callsPerBoltConnection = 1
    let arena = try Arena(network, limits, engines: 2, cluster: breaker(#""max_connections": 5"#))
    arena.bolt.handle = { _, _ in }
    let clients = (0..<2).map { BoltClient(network, arena.address("bb", engine: $0)) }
    for client in clients { for id in 1...20 as ClosedRange<UInt32> { client.send(.call(id)) } }
    network.run(milliseconds: 500)
    #expect(arena.bolt.sessions.count == 5)
    clients.forEach { $0.close() }
    arena.expectNothingLeft()
  }

  @Test func clientsAreCountedForTheProcess() throws {
    var limits = ProxyLimits()
    // Eight of them are the arena's own.
    limits.downstreamConnections = 11
    let arena = try Arena(network, limits, engines: 2)
    network.run(milliseconds: 10)
    let clients = (0..<6).map { BoltClient(network, arena.address("bb", engine: $0 % 2)) }
    network.run(milliseconds: 10)
    #expect(clients.count(where: \.isClosed) == 3)
    clients.forEach { $0.close() }
    network.run(milliseconds: 10)
    let next = BoltClient(network, arena.address("bb", engine: 1))
    network.run(milliseconds: 10)
    #expect(!next.isClosed)
    next.close()
    arena.expectNothingLeft()
  }

  /// The server drops the first try of each call and keeps the second.
  @Test(arguments: [(#""max_retries": 2"#, 12), ("", 20), (#""max_retries": 0"#, 20)])
  func callsThatAreTriedAgainAreCounted(_ limit: String, _ requests: Int) throws {
    let node = ProxyNode(
      network,
      try simple(
        "SofaRpc", "Http2", route: #""retry_policy": {"retry_on": true, "num_retries": 3}"#,
        cluster: breaker(limit)))
    let server = HTTP2Server(network, "127.0.0.1:8080")
    server.handle = { request, stream, session in
      if server.requests.count <= 10 { session.reset(stream, .internalError) }
    }
    let client = BoltClient(network, "127.0.0.1:2045")
    for id in 1...10 as ClosedRange<UInt32> { client.send(.call(id)) }
    network.run(milliseconds: 500)
    #expect(server.requests.count == requests)
    #expect(client.answers.count == 20 - requests)
    client.close()
    network.run(milliseconds: 100)
    node.expectNothingLeft()
  }
}
