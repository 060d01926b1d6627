import BoltCodec
import H2Codec
import MosnConfig
import Testing

@testable import Proxy

@Suite struct RoutingTests {
  let network = SimulatedNetwork(seed: 6)

  private func node(_ routers: String, down: String = "Http2", up: String = "Http2") throws -> ProxyNode {
    ProxyNode(
      network,
      try configuration(
        [("l", 2045, down, up, routers)],
        clusters: [("a", ["127.0.0.1:8080"], ""), ("b", ["127.0.0.1:8081"], "")]))
  }

  private func match(_ match: String, _ cluster: String, _ more: String = "") -> String {
    #"{"match": {\#(match)}, "route": {"cluster_name": "\#(cluster)"\#(more)}}"#
  }

  @Test func prefixPathRegexAndHeadersAreTriedInOrder() throws {
    let servers = [HTTP2Server(network, "127.0.0.1:8080"), HTTP2Server(network, "127.0.0.1:8081")]
    let node = try node(
      [
        match(#""path": "/Exact""#, "a"), match(#""regex": "^/r[0-9]+$""#, "a"),
        match(#""regex": "/found""#, "a"),
        match(#""prefix": "/p", "headers": [{"name": "Service", "value": "x"}]"#, "a"),
        match(#""prefix": "/""#, "b"),
      ].joined(separator: ","))
    let client = HTTP2Client(network, "127.0.0.1:2045")
    for path in ["/exact?q", "/r12", "/r1x", "/x/found/y", "/pa"] { _ = client.get(path) }
    _ = client.get("/pb", service: "x")
    network.run(milliseconds: 200)
    #expect(Set(servers[0].requests.compactMap { $0[":path"] }) == ["/exact?q", "/r12", "/x/found/y", "/pb"])
    #expect(Set(servers[1].requests.compactMap { $0[":path"] }) == ["/r1x", "/pa"])
    node.expectNothingLeft()
  }

  @Test func prefixAndHostAreRewritten() throws {
    let server = HTTP2Server(network, "127.0.0.1:8080")
    let node = try node(match(#""prefix": "/old""#, "a", #", "prefix_rewrite": "/new", "host_rewrite": "h""#))
    let client = HTTP2Client(network, "127.0.0.1:2045")
    _ = client.get("/old/x?y")
    network.run(milliseconds: 100)
    #expect(server.requests.first?[":path"] == "/new/x?y" && server.requests.first?[":authority"] == "h")
    node.expectNothingLeft()
  }

  @Test func redirectsAndDirectResponsesNeedNoServer() throws {
    let node = try node(
      #"{"match": {"prefix": "/r"}, "redirect": {"response_code": 302, "host_redirect": "b"}},"#
        + #"{"match": {"prefix": "/"}, "direct_response": {"status": 418, "body": "tea"}}"#)
    let client = HTTP2Client(network, "127.0.0.1:2045")
    let streams = [client.get("/r/x"), client.get("/other")]
    network.run(milliseconds: 100)
    #expect(client.answer(streams[0]).fields["location"] == "http://b/r/x")
    #expect(client.answer(streams[1]).status == 418 && client.answer(streams[1]).body == Array("tea".utf8))
    node.expectNothingLeft()
  }

  @Test func weightsShareOut() throws {
    let servers = [BoltServer(network, "127.0.0.1:8080"), BoltServer(network, "127.0.0.1:8081")]
    let node = try node(
      #"""
      {"match": {"headers": [{"name": "service", "value": ".*"}]}, "route": {"weighted_clusters": [
        {"cluster": {"name": "a", "weight": 90}}, {"cluster": {"name": "b", "weight": 10}}]}}
      """#, down: "SofaRpc", up: "SofaRpc")
    let client = BoltClient(network, "127.0.0.1:2045")
    for id in 1...1000 as ClosedRange<UInt32> { client.send(.call(id)) }
    network.run(milliseconds: 1000)
    #expect(servers[0].requests.count + servers[1].requests.count == 1000)
    #expect((850...950).contains(servers[0].requests.count))
    node.expectNothingLeft()
  }

  @Test func domainsAreTriedFromExactToAny() throws {
    func host(_ domain: String, _ cluster: String) -> VirtualHost {
      var rule = RouteRule()
      var route = Route()
      route.clusterName = cluster
      rule.action = .forward(route)
      var host = VirtualHost()
      (host.domains, host.routers) = ([domain], [rule])
      return host
    }
    var configuration = MosnConfiguration()
    configuration.clusterManager.clusters = ["any", "long", "short", "exact"].map {
      var cluster = ClusterConfiguration()
      cluster.name = $0
      return cluster
    }
    let clusters = ClusterTable(configuration, keeping: ClusterTable())
    let router = Router(
      [host("*", "any"), host("*.com", "short"), host("*.a.com", "long"), host("x.a.com", "exact")],
      clusters: clusters, limits: ProxyLimits())
    for (authority, cluster) in [
      ("x.A.com:80", "exact"), ("y.a.com", "long"), ("z.com", "short"), ("org", "any"), (".com", "any"),
    ] {
      #expect(router.cluster(forAuthority: authority) == cluster, "\(authority)")
    }
  }

  @Test func unhealthyHostsAreLeftOut() throws {
    let node = ProxyNode(
      network, try simple("SofaRpc", "SofaRpc", hosts: ["127.0.0.1:8080", "127.0.0.1:8081"]))
    let servers = [BoltServer(network, "127.0.0.1:8080"), BoltServer(network, "127.0.0.1:8081")]
    let client = BoltClient(network, "127.0.0.1:2045")
    node.setHealth("127.0.0.1:8080", false)
    for id in 1...10 as ClosedRange<UInt32> { client.send(.call(id)) }
    network.run(milliseconds: 100)
    #expect(servers.map(\.requests.count) == [0, 10])
    node.setHealth("127.0.0.1:8081", false)
    client.send(.call(11))
    network.run(milliseconds: 100)
    #expect(client.answer(11)?.head.status == .connectionClosed)
    node.expectNothingLeft()
  }
}

extension Router {
  /// The cluster of a request for `/`.
  fileprivate func cluster(forAuthority authority: String) -> String? {
    var list = H2HeaderList()
    for (name, value) in [(":method", "GET"), (":path", "/"), (":authority", authority)] {
      list.append(name: name, value: value)
    }
    let head = H2MessageRules.head(of: list, expected: .request, allowsExtendedConnect: false)
    guard case .forward(let shares)? = route(list, head)?.action else { return nil }
    return shares.first?.hosts?.cluster.name
  }
}
