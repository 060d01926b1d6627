import BoltCodec
import MosnConfig
import Testing

@testable import ProxyEngine

/// Which host a call goes to, and which the next try.
@Suite struct HostChoiceTests {
  let network = SimulatedNetwork(seed: 11)

  /// Three hosts in one cluster, and what is asked of their set.
  private func hosts(_ count: Int = 3) throws -> (set: HostSet, hosts: [Host]) {
    let configuration = try simple(
      "SofaRpc", "SofaRpc", hosts: (0..<count).map { "127.0.0.1:\(8080 + $0)" })
    var upstreams = Upstreams()
    upstreams.adopt(configuration)
    let cluster = try #require(upstreams["c"])
    return (cluster.hosts(for: [:]), cluster.hosts)
  }

  private func eject(_ host: Host) {
    for _ in 0..<ProxyLimits().failuresBeforeEjection { _ = host.connectFailed(at: 0, ProxyLimits()) }
  }

  /// Of 30 choices who is chosen at all.
  private func chosen(_ set: HostSet, avoiding tried: [Host] = []) -> [UInt16] {
    var random = RandomNumbers(seed: 3)
    return Set((0..<30).compactMap { _ in set.pick(avoiding: tried, at: 1, &random)?.address.port }).sorted()
  }

  @Test func hostsThatAreInComeBeforeEjectedOnesAndTheseBeforeTheOnesJustTried() throws {
    let (set, hosts) = try hosts()
    #expect(chosen(set) == [8080, 8081, 8082])
    #expect(chosen(set, avoiding: [hosts[0]]) == [8081, 8082])
    eject(hosts[1])
    #expect(chosen(set) == [8080, 8082])
    #expect(chosen(set, avoiding: [hosts[0]]) == [8082])
    eject(hosts[2])
    #expect(chosen(set, avoiding: [hosts[0]]) == [8081, 8082], "perhaps back; the other has just refused")
    #expect(chosen(set, avoiding: [hosts[0], hosts[1]]) == [8082])
    #expect(chosen(set, avoiding: hosts) == [8080, 8081], "all have refused: not the last one at once")
    hosts[1].probed(false)
    #expect(chosen(set, avoiding: [hosts[0]]) == [8082])
    #expect(chosen(set, avoiding: [hosts[0], hosts[2]]) == [8080])
    hosts[0].probed(false)
    #expect(chosen(set, avoiding: [hosts[2]]) == [8082], "there is no other")
    hosts[2].probed(false)
    #expect(chosen(set).isEmpty)
  }

  /// A was down and is left out; it is back, and B goes down. Each call has a host that lives.
  @Test(arguments: ["SofaRpc", "Http2"])
  func anEjectedHostIsTheSecondChoice(_ up: String) throws {
    let (a, b) = ("127.0.0.1:8080", "127.0.0.1:8081")
    let node = ProxyNode(network, try simple("SofaRpc", up, hosts: [a, b]))
    let bolts = up == "SofaRpc" ? [BoltServer(network, a), BoltServer(network, b)] : []
    let http2s = up == "Http2" ? [HTTP2Server(network, a), HTTP2Server(network, b)] : []
    network.refusing = [a]
    let client = BoltClient(network, "127.0.0.1:2045")
    func call(_ ids: ClosedRange<UInt32>) {
      for id in ids {
        client.send(.call(id))
        network.run(milliseconds: 10)
        #expect(client.answer(id)?.head.status == .success, "\(up), call \(id)")
      }
    }
    call(1...20)
    #expect(ejections(node) == 1)
    network.refusing = [b]
    for server in bolts { for session in server.sessions { session.close() } }
    for server in http2s { for session in server.sessions { session.close() } }
    network.run(milliseconds: 10)
    call(21...40)
    #expect(
      node.events.contains { if case .hostReturned(_, let host) = $0 { "\(host)" == a } else { false } })
    node.expectNothingLeft()
  }

  private func ejections(_ node: ProxyNode) -> Int {
    node.events.count { if case .hostEjected = $0 { true } else { false } }
  }

  @Test func whoHasNoDescriptorBlamesNoHost() throws {
    let (a, b) = ("127.0.0.1:8080", "127.0.0.1:8081")
    let node = ProxyNode(network, try simple("SofaRpc", "SofaRpc", hosts: [a, b]))
    node.lacksDescriptors = true
    network.refusing = [a, b]
    let client = BoltClient(network, "127.0.0.1:2045")
    for id in 1...20 as ClosedRange<UInt32> {
      client.send(.call(id))
      network.run(milliseconds: 5)
      #expect(client.answer(id)?.head.status == .connectionClosed)
    }
    #expect(ejections(node) == 0)
    node.expectNothingLeft()
  }

  /// With as many tries as hosts every host is tried.
  @Test func noHostIsTriedTwiceWhileAnotherWasNotTriedAtAll() throws {
    let hosts = (8080...8085).map { "127.0.0.1:\($0)" }
    let node = ProxyNode(
      network,
      try simple(
        "SofaRpc", "SofaRpc", hosts: hosts,
        route: #""retry_policy": {"retry_on": true, "num_retries": 5}"#))
    let server = BoltServer(network, hosts[3])
    let client = BoltClient(network, "127.0.0.1:2045")
    for id in 1...12 as ClosedRange<UInt32> {
      client.send(.call(id))
      network.run(milliseconds: 20)
      #expect(client.answer(id)?.head.status == .success)
    }
    #expect(server.requests.count == 12)
    node.expectNothingLeft()
  }

  @Test func aProbeThatComesThroughEndsAnEjection() throws {
    let (a, b) = ("127.0.0.1:8080", "127.0.0.1:8081")
    let node = ProxyNode(network, try simple("SofaRpc", "SofaRpc", hosts: [a, b]))
    let (first, second) = (BoltServer(network, a), BoltServer(network, b))
    network.refusing = [a]
    let client = BoltClient(network, "127.0.0.1:2045")
    for id in 1...20 as ClosedRange<UInt32> {
      client.send(.call(id))
      network.run(milliseconds: 5)
    }
    #expect(ejections(node) == 1 && second.requests.count == 20)
    network.refusing = []
    node.setHealth(a, true)
    for id in 21...30 as ClosedRange<UInt32> {
      client.send(.call(id))
      network.run(milliseconds: 5)
    }
    #expect(first.requests.count == 5)
    node.expectNothingLeft()
  }

  @Test func aReloadKeepsWhatIsKnownOfHosts() throws {
    let (a, b) = ("127.0.0.1:8080", "127.0.0.1:8081")
    let configuration = try simple("SofaRpc", "SofaRpc", hosts: [a, b])
    let node = ProxyNode(network, configuration)
    let (first, second) = (BoltServer(network, a), BoltServer(network, b))
    node.setHealth(a, false)
    node.apply(configuration)
    let client = BoltClient(network, "127.0.0.1:2045")
    for id in 1...10 as ClosedRange<UInt32> { client.send(.call(id)) }
    network.run(milliseconds: 50)
    #expect(first.requests.isEmpty && second.requests.count == 10)
    node.expectNothingLeft()
  }

  /// A cluster that moves within the file is the same cluster.
  @Test func aHostWithTLSStaysWhenTheFileIsRearranged() throws {
    let tls = #""tls_context": {"status": true, "server_name": "a", "ca_cert": "ca.pem"}"#
    let routes = [(name: "l", port: 2045, down: "SofaRpc", up: "SofaRpc", routers: route(to: "c"))]
    let cluster = (name: "c", hosts: ["127.0.0.1:8080"], more: tls)
    let node = ProxyNode(network, try configuration(routes, clusters: [cluster]))
    let server = BoltServer(network, "127.0.0.1:8080")
    let client = BoltClient(network, "127.0.0.1:2045")
    client.send(.call(1))
    network.run(milliseconds: 50)
    node.apply(
      try configuration(routes, clusters: [("new", ["127.0.0.1:8081"], ""), cluster]))
    client.send(.call(2))
    network.run(milliseconds: 50)
    #expect(client.answer(2)?.head.status == .success)
    #expect(server.sessions.count == 1 && server.sessions[0].isClosed == false)
    node.expectNothingLeft()
  }

  /// Who stays under the same address is the same host, with its health and pools, wherever it stands in the list.
  @Test func aReloadKeepsTheHostsThatStay() throws {
    let ports = Array(8080..<8180)
    var upstreams = Upstreams()
    func adopt(_ ports: [Int]) throws -> [Host] {
      upstreams.adopt(try simple("SofaRpc", "SofaRpc", hosts: ports.map { "127.0.0.1:\($0)" }))
      return upstreams.hosts
    }
    let old = try adopt(ports)
    let after = try adopt([9000] + ports.dropFirst(50).reversed())
    #expect(after.map { Int($0.address.port) } == [9000] + ports.dropFirst(50).reversed())
    #expect(zip(after.dropFirst(), old.reversed()).allSatisfy { $0 === $1 })
    #expect(!old.contains { $0 === after[0] })
    #expect(old.map(\.isRemoved) == ports.map { $0 < 8130 })
  }
}
