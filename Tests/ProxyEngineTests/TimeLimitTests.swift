import BoltCodec
import H2Codec
import Testing

@testable import ProxyEngine

/// How long a call may take: what its caller or its route says, and nothing else unless an operator wants it.
@Suite struct TimeLimitTests {
  let network = SimulatedNetwork(seed: 13)
  static let second: UInt64 = 1_000_000_000

  /// Answers after ten minutes.
  private func slowServers() -> (BoltServer, HTTP2Server) {
    let (bolt, http2) = (BoltServer(network, "127.0.0.1:8080"), HTTP2Server(network, "127.0.0.1:8081"))
    bolt.handle = { message, session in
      self.network.after(600 * Self.second) { session.send(BoltMessage(.response(to: message.head))) }
    }
    http2.handle = { _, stream, session in
      self.network.after(600 * Self.second) { session.answer(stream, 200) }
    }
    return (bolt, http2)
  }

  /// Seconds of the caller's and of the route's own limit, and when the call is over.
  static let limits: [(own: Int32, route: String, over: UInt64)] = [
    (-1, "", 600), (0, "", 600), (-1, "0s", 600), (120, "", 120), (120, "0s", 120), (-1, "100s", 100),
    (120, "100s", 100), (100, "120s", 100), (700, "", 600), (2_147_483, "650s", 600),
  ]

  @Test(arguments: [("SofaRpc", 8080), ("Http2", 8081)], limits)
  func aCallTakesAsLongAsItsOwnLimitsSay(
    _ up: (name: String, port: Int), _ limit: (own: Int32, route: String, over: UInt64)
  ) throws {
    let servers = slowServers()
    let node = ProxyNode(
      network,
      try simple(
        "SofaRpc", up.name, hosts: ["127.0.0.1:\(up.port)"],
        route: limit.route.isEmpty ? "" : #""timeout": "\#(limit.route)""#))
    let client = BoltClient(network, "127.0.0.1:2045")
    client.send(.call(1, timeout: limit.own > 0 ? limit.own * 1000 : limit.own))
    network.run(for: (limit.over - 1) * Self.second)
    #expect(client.answers.isEmpty && node.proxy.calls == 1)
    network.run(for: 2 * Self.second)
    #expect(client.answer(1)?.head.status == (limit.over == 600 ? .success : .timeout))
    withExtendedLifetime(servers) {}
    node.expectNothingLeft()
  }

  @Test func theCapIsAKey() throws {
    let servers = slowServers()
    let node = ProxyNode(network, try simple("SofaRpc", "SofaRpc"))
    node.apply(try simple("SofaRpc", "SofaRpc", limits: #""call_time": "20s""#))
    let client = BoltClient(network, "127.0.0.1:2045")
    client.send(.call(1))
    client.send(.call(2, timeout: 100_000))
    network.run(for: 21 * Self.second)
    #expect(client.answer(1)?.head.status == .timeout && client.answer(2)?.head.status == .timeout)
    withExtendedLifetime(servers) {}
    node.expectNothingLeft()
  }

  @Test(arguments: [true, false])
  func aCallWithoutALimitEndsWhenItsCallerLeaves(_ reset: Bool) throws {
    let servers = slowServers()
    let node = ProxyNode(network, try simple("SofaRpc", "SofaRpc"))
    let client = BoltClient(network, "127.0.0.1:2045")
    client.send(.call(1))
    network.run(for: 100 * Self.second)
    #expect(node.proxy.calls == 1)
    // Whoever only sends no more may still read, but not for ever.
    if reset { client.close() } else { client.finish() }
    network.run(for: (reset ? 1 : 61) * Self.second)
    #expect(node.proxy.calls == 0 && node.proxy.downstreamConnections == 0)
    withExtendedLifetime(servers) {}
    node.expectNothingLeft()
  }

  @Test func callsWithoutALimitCountAgainstTheBounds() throws {
    let servers = slowServers()
    let node = ProxyNode(
      network,
      try simple("SofaRpc", "SofaRpc", cluster: #""circuit_breakers": [{"max_requests": 3}]"#))
    let client = BoltClient(network, "127.0.0.1:2045")
    for id in 1...5 as ClosedRange<UInt32> { client.send(.call(id)) }
    network.run(for: 100 * Self.second)
    #expect(client.answer(4)?.head.status == .serverThreadpoolBusy)
    #expect(client.answer(5)?.head.status == .serverThreadpoolBusy)
    #expect(client.answers[1] == nil && node.proxy.calls == 3)
    client.close()
    network.run(for: Self.second)
    withExtendedLifetime(servers) {}
    node.expectNothingLeft()
  }

  @Test func aServerWithoutSettingsIsNotWaitedForLongerThanAConnectMayTake() throws {
    final class Mute: Peer {
      func receive(_ bytes: [UInt8], on link: Link) {}
    }
    let mute = Mute()
    network.listen(at: "127.0.0.1:8080") { _ in mute }
    let node = ProxyNode(
      network, try simple("SofaRpc", "Http2", cluster: #""connect_timeout": "3s""#))
    let client = BoltClient(network, "127.0.0.1:2045")
    client.send(.call(1))
    network.run(for: 7 * Self.second)
    #expect(client.answer(1)?.head.status == .connectionClosed)
    node.expectNothingLeft()
  }
}
