import BoltCodec
import H2Codec
import MosnConfig
import Testing

@testable import ProxyEngine

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

  /// A rule that keeps some out keeps them out however long what they say is.
  @Test(arguments: [2047, 2048, 2049, 20_000], [true, false])
  func expressionsMatchValuesOfAnyLength(length: Int, isPath: Bool) throws {
    let servers = [HTTP2Server(network, "127.0.0.1:8080"), HTTP2Server(network, "127.0.0.1:8081")]
    let condition =
      isPath ? #""regex": "^/a+b$""# : #""headers": [{"name": "x", "value": "^/a+b$", "regex": true}]"#
    let node = try node(match(condition, "a") + "," + match(#""prefix": "/""#, "b"))
    let client = HTTP2Client(network, "127.0.0.1:2045")
    let long = "/" + String(repeating: "a", count: length - 2) + "b"
    func get(_ text: String) {
      _ = client.call([
        (":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", isPath ? text : "/"),
        ("x", text),
      ])
    }
    get(long)
    get(long + "c")
    network.run(milliseconds: 200)
    #expect(servers.map(\.requests.count) == [1, 1])
    #expect(servers[0].requests.first?["x"] == long)
    node.expectNothingLeft()
  }

  /// An expression of so many ways through it that a long value cannot be judged in time: not the rule's cluster, and
  /// not the next one's either.
  @Test func whatCannotBeDecidedLeadsNowhere() throws {
    let matcher = RouteMatcher(rule(headers: [("y", .exact("1")), ("x", .regex("(.*a){400}$"))]))
    func verdict(_ fields: [(String, String)]) -> Verdict {
      var list = H2HeaderList()
      for (name, value) in fields { list.append(name: name, value: value) }
      return matcher.matches(path: nil, HTTP2Headers(fields: list.fields), in: list.bytes.span.bytes)
    }
    let hard = String(repeating: "a", count: 60_000) + "b"
    #expect(verdict([("x", hard), ("y", "1")]) == .undecided)
    #expect(verdict([("x", hard), ("y", "2")]) == .no)
    #expect(verdict([("x", "b"), ("y", "1")]) == .no)
    #expect(verdict([("x", String(repeating: "a", count: 400)), ("y", "1")]) == .yes)
    // Of an expression that is none nothing can be told.
    #expect(
      RouteMatcher(rule(headers: [("x", .regex("("))])).matches(
        path: nil, HTTP2Headers(fields: list(("x", "1")).fields), in: list(("x", "1")).bytes.span.bytes)
        == .undecided)
  }

  private func rule(headers: [(String, ValueMatch)]) -> RouteRule {
    var rule = RouteRule()
    rule.match = .headers
    rule.headers = headers.map { name, value in
      var header = HeaderMatch()
      (header.name, header.value) = (name, value)
      return header
    }
    return rule
  }

  private func list(_ fields: (String, String)...) -> H2HeaderList {
    var list = H2HeaderList()
    for (name, value) in fields { list.append(name: name, value: value) }
    return list
  }

  /// As MOSN 1.x has it.
  @Test func theHeaderMethodIsTheMethod() throws {
    let servers = [HTTP2Server(network, "127.0.0.1:8080"), HTTP2Server(network, "127.0.0.1:8081")]
    let node = try node(
      match(#""prefix": "/", "headers": [{"name": "method", "value": "POST"}]"#, "a") + ","
        + match(#""prefix": "/""#, "b"))
    let client = HTTP2Client(network, "127.0.0.1:2045")
    _ = client.get()
    _ = client.post([1])
    network.run(milliseconds: 200)
    #expect(servers.map { $0.requests.compactMap { $0[":method"] } } == [["POST"], ["GET"]])
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

  /// Whatever the client's windows are.
  @Test(arguments: [100, 65_535, 1 << 20]) func directResponsesArriveWhole(window: Int) throws {
    let body = String(repeating: "tea", count: 40_000)
    let node = try node(
      #"{"match": {"prefix": "/none"}, "direct_response": {"status": 204, "body": "\#(body)"}},"#
        + #"{"match": {"prefix": "/"}, "direct_response": {"status": 418, "body": "\#(body)"}}"#)
    let client = HTTP2Client(network, "127.0.0.1:2045", window: window)
    let fields = [(":scheme", "http"), (":authority", "a"), (":path", "/")]
    let streams = [client.get(), client.get(), client.post([UInt8](repeating: 1, count: 200_000))]
    let head = client.call([(":method", "HEAD")] + fields)
    let none = client.get("/none")
    network.run(milliseconds: 3000)
    for stream in streams {
      #expect(client.answer(stream).status == 418 && client.answer(stream).body == Array(body.utf8))
    }
    #expect(client.answer(head).status == 418 && client.answer(head).body.isEmpty)
    #expect(client.answer(none).status == 204 && client.answer(none).body.isEmpty)
    #expect(client.failure == nil && !client.isClosed)
    #expect(node.records.map(\.failure?.cause) == [nil, nil, nil, nil, nil])
    node.expectNothingLeft()
  }

  @Test func aDirectResponseThatNobodyReadsEndsWithItsClient() throws {
    let body = String(repeating: "tea", count: 40_000)
    let node = try node(#"{"direct_response": {"body": "\#(body)"}}"#)
    let client = HTTP2Client(network, "127.0.0.1:2045", window: 100)
    client.consumes = false
    _ = client.get()
    _ = client.post([UInt8](repeating: 1, count: 200_000))
    network.run(milliseconds: 1000)
    client.close()
    network.run(milliseconds: 100)
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
    let names = ["any", "long", "short", "exact", "port", "ports", "long port", "any's port"]
    configuration.clusterManager.clusters = names.map {
      var cluster = ClusterConfiguration()
      cluster.name = $0
      return cluster
    }
    var upstreams = Upstreams()
    upstreams.adopt(configuration)
    let router = Router(
      [
        host("*", "any"), host("*.com", "short"), host("*.a.com", "long"), host("x.a.com", "exact"),
        host("x.a.com:81", "port"), host("p.org:*", "ports"), host("*.a.com:82", "long port"),
        host("*:83", "any's port"),
      ],
      upstreams)
    for (authority, cluster) in [
      ("x.A.com:80", "exact"), ("y.a.com", "long"), ("z.com", "short"), ("org", "any"), (".com", "any"),
      ("x.a.com:81", "port"), ("X.A.COM:82", "exact"), ("p.org", "ports"), ("p.org:1", "ports"),
      ("y.a.com:82", "long port"), ("y.a.com:81", "long"), ("org:83", "any's port"),
      ("z.com:83", "any's port"),
      ("org:84", "any"), ("[::1]", "any"), ("[::1]:83", "any's port"),
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
