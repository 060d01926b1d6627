import Testing

@testable import MosnConfig

/// What the keys mean, where that is more than their value.
@Suite struct ModelTests {
  func rule(_ file: SmallFile) throws -> RouteRule {
    let configuration = try #require(file.configuration, "\(file.remarks)")
    return try #require(configuration.server.listeners.first?.virtualHosts.first?.routers.first)
  }

  @Test(arguments: [
    (#""prefix": "/a""#, RouteMatch.prefix("/a")),
    (#""path": "/a""#, .path("/a")),
    (#""regex": "/a.*""#, .regex("/a.*")),
    (#""headers": [{"name": "service", "value": ".*"}]"#, .service(.any)),
    (#""headers": [{"name": "Service", "value": "a.b"}]"#, .service(.exact("a.b"))),
    (#""headers": [{"name": "service", "value": "a.+", "regex": true}]"#, .service(.regex("a.+"))),
    (#""headers": [{"name": "x", "value": "1"}]"#, .headers),
    (#""prefix": "/", "headers": [{"name": "service", "value": "a"}]"#, .prefix("/")),
    ("", .headers),
  ]) func matches(keys: String, match: RouteMatch) throws {
    #expect(try rule(SmallFile(match: keys)).match == match)
  }

  @Test func headersBesideTheLeadingConditionStay() throws {
    let both = #"[{"name": "service", "value": "a"}, {"name": "b", "value": "c.*", "regex": true}]"#
    #expect(try rule(SmallFile(match: "\"headers\": \(both)")).headers.map(\.value) == [.regex("c.*")])
    #expect(try rule(SmallFile(match: "\"path\": \"/\", \"headers\": \(both)")).headers.count == 2)
  }

  @Test func aRuleWithoutMatchTakesEveryRequest() throws {
    let text = SmallFile().text.replacing(#""match": {"prefix": "/"},"#, with: "")
    let configuration = try #require(MosnConfig.parse(Array(text.utf8)).configuration)
    let rule = try #require(configuration.server.listeners.first?.virtualHosts.first?.routers.first)
    #expect(rule.match == .headers && rule.headers.isEmpty)
  }

  /// Passing over a condition that cannot be looked at could open what the rule closes, passing over the rule what
  /// it keeps from the next.
  @Test(arguments: [
    (#""prefix": "/a", "headers": [{"name": "x", "value": "(", "regex": true}]"#, RouteMatch.prefix("/a")),
    (#""regex": "(""#, .headers),
    (#""headers": [{"name": "service", "value": "(", "regex": true}]"#, .headers),
    (#""variables": [{"name": "x"}], "headers": [{"name": "y", "value": "z"}]"#, .headers),
    (#""dsl_expressions": [{"expression": "true"}]"#, .headers),
    // Within a filter values of the wrong type are left out.
    (#""prefix": 5"#, .headers),
    (#""prefix": "/a", "headers": [{"name": "x", "value": 5}]"#, .prefix("/a")),
    (#""path": "/a", "headers": [5]"#, .path("/a")),
  ]) func aRuleWithAnUnreadableConditionLeadsNowhere(keys: String, match: RouteMatch) throws {
    let file = SmallFile(match: keys)
    let rule = try rule(file)
    #expect(rule.match == match && rule.headers.isEmpty && rule.action == .none)
    // What is printed says the same.
    let printed = try #require(file.configuration).printed
    let again = try #require(MosnConfig.parse(Array(printed.utf8)).configuration)
    let copy = try #require(again.server.listeners.first?.virtualHosts.first?.routers.first)
    #expect(copy.match == match && copy.headers.isEmpty && copy.action == .none)
  }

  @Test func conditionsThatAreNoObjectLeadNowhere() throws {
    let text = SmallFile().text.replacing(#""match": {"prefix": "/"}"#, with: #""match": []"#)
    let configuration = try #require(MosnConfig.parse(Array(text.utf8)).configuration)
    let rule = try #require(configuration.server.listeners.first?.virtualHosts.first?.routers.first)
    #expect(rule.action == .none)
  }

  @Test func variablesBesideAPathCountForNothingAsInMOSN() throws {
    guard case .forward = try rule(SmallFile(match: #""prefix": "/", "variables": [{"name": "x"}]"#)).action
    else { Issue.record("not forwarded"); return }
  }

  @Test func aListenerWithoutNameIsCalledByItsAddress() {
    #expect(SmallFile(name: #""name": """#).configuration?.server.listeners.first?.name == "127.0.0.1:2045")
  }

  @Test func whatStandsForXIsWhatSubProtocolSays() throws {
    let file = SmallFile(
      downstream: "X,Http2", upstream: "X", proxy: #""extend_config": {"sub_protocol": "boltv2"},"#)
    let proxy = try #require(file.configuration?.server.listeners.first?.proxy)
    #expect(proxy.downstream.names == [.boltv2, .http2] && proxy.upstream.names == [.boltv2])
    #expect(SmallFile(upstream: "").configuration?.server.listeners.first?.proxy?.upstream.names == [])
  }

  func listener(filters: String, more: String = "") throws -> ListenerConfiguration {
    let text = """
      {"servers": [{"listeners": [{"address": ":1", "filter_chains": [{\(more) "filters": [\(filters)]}]}]}]}
      """
    let (configuration, diagnostics) = MosnConfig.parse(Array(text.utf8))
    return try #require(configuration?.server.listeners.first, "\(diagnostics)")
  }

  @Test(arguments: [
    (#"{"cluster": "a", "routes": [{"cluster": "b"}]}"#, "a"), (#"{"routes": [{"cluster": "b"}]}"#, "b"),
    ("{}", nil),
  ]) func connectionsGoToTheClusterOrTheFirstRoute(config: String, destination: String?) throws {
    let listener = try listener(filters: #"{"type": "tcp_proxy", "config": \#(config)}"#)
    #expect(listener.tcpProxy?.destination == destination)
  }

  @Test func theFirstFilterThatTakesConnectionsCounts() throws {
    let listener = try listener(
      filters: #"{"type": "tcp_proxy", "config": {"cluster": "a"}}, {"type": "proxy"}"#)
    #expect(listener.tcpProxy != nil && listener.proxy == nil)
  }

  /// Nothing may be served in plain text where TLS was asked for.
  @Test(arguments: ["\"sds_source\": {\"a\": 1}", "\"fall_back\": true", "\"type\": \"loader\""])
  func aListenerWhoseCertificatesComeFromElsewhereIsDead(key: String) throws {
    let listener = try listener(
      filters: #"{"type": "proxy", "config": {"downstream_protocol": "Http2"}}"#,
      more: "\"tls_context\": {\"status\": true, \(key)},")
    #expect(listener.proxy == nil && listener.tls.isEmpty)
  }

  @Test func namesOfTLSVersionsAreTheSameWhateverTheirCase() throws {
    let listener = try listener(
      filters: "",
      more:
        #""tls_context": {"status": true, "cert_chain": "c", "private_key": "k", "min_version": "TLSv1_2"},"#)
    #expect(listener.tls.first?.minimumVersion == .tls12)
  }

  @Test func clustersMayShareTheTLSOfTheirManager() throws {
    let text = """
      {"servers": [{}], "cluster_manager": {"tls_context": {"status": true, "server_name": "n"}, "clusters": [
        {"name": "a", "cluster_manager_tls": true}, {"name": "b"}]}}
      """
    let configuration = try #require(MosnConfig.parse(Array(text.utf8)).configuration)
    #expect(configuration.cluster(named: "a")?.tls?.serverName == "n")
    #expect(configuration.cluster(named: "b")?.tls == nil)
    #expect(configuration.cluster(named: "b")?.loadBalancer == .roundRobin)
  }

  @Test func aBootstrapOfXDSStartsAndServesNothing() throws {
    let text = #"{"dynamic_resources": {"ads_config": {}}, "static_resources": {"clusters": []}}"#
    let (configuration, diagnostics) = MosnConfig.parse(Array(text.utf8))
    #expect(configuration?.server.listeners.isEmpty == true)
    #expect(
      diagnostics.contains {
        $0.path == "dynamic_resources"
          && $0.message.hasPrefix("xDS is not done: no management server is asked")
      })
    let printed = try #require(configuration).printed
    #expect(MosnConfig.parse(Array(printed.utf8)).configuration?.printed == printed)
  }

  @Test func routersOfTheServerComeBeforeConnectionManagers() throws {
    func router(_ host: String) -> String {
      """
      {"router_config_name": "r", "virtual_hosts": [{"name": "\(host)", "domains": ["*"], "routers": []}]}
      """
    }
    let text = """
      {"servers": [{"routers": [\(router("server's"))], "listeners": [{"address": ":1", "filter_chains": [{"filters": [
      {"type": "proxy", "config": {"downstream_protocol": "bolt", "router_config_name": "r"}},
      {"type": "connection_manager", "config": \(router("listener's"))}]}]}]}]}
      """
    let configuration = try #require(MosnConfig.parse(Array(text.utf8)).configuration)
    #expect(configuration.server.listeners.first?.virtualHosts.map(\.name) == ["server's"])
    let manager = "servers[0].listeners[0].filter_chains[0].filters[1].config"
    #expect(
      MosnConfig.remarks(text).contains {
        $0.hasSuffix("duplicate router r: it replaces the one at \(manager)")
      })
  }

  @Test func weightedClustersComeBeforeTheCluster() throws {
    let route = #""cluster_name": "out", "weighted_clusters": [{"cluster": {"name": "out", "weight": 3}}]"#
    guard case .forward(let read) = try rule(SmallFile(route: route)).action,
      case .weighted(let clusters) = read.target
    else { Issue.record("not weighted"); return }
    #expect(clusters.map(\.name) == ["out"])
    #expect(clusters.map(\.weight) == [3])
  }

  @Test func timesAndRetriesOfARoute() throws {
    let route = """
      "cluster_name": "out", "timeout": 1500000000, "prefix_rewrite": "/b", "metadata_match":
      {"filter_metadata": {"mosn.lb": {"zone": "a"}}},
      "retry_policy": {"retry_on": true, "num_retries": 2, "status_codes": [503]}
      """
    guard case .forward(let read) = try rule(SmallFile(route: route)).action else {
      Issue.record("not forwarded"); return
    }
    #expect(read.timeout == Nanoseconds("1.5s"))
    #expect(read.retryPolicy?.retries == 2)
    #expect(read.retryPolicy?.statusCodes == [503])
    #expect(read.metadataMatch.values == ["zone": "a"])
    #expect(read.prefixRewrite == "/b")
  }

  @Test func redirectsAndDirectResponses() throws {
    let redirect = SmallFile(rule: #""redirect": {"host_redirect": "b", "response_code": 302},"#)
    guard case .redirect(let target) = try rule(redirect).action else { Issue.record("no redirect"); return }
    #expect(target.hostRedirect == "b" && target.responseCode == 302)
    let direct = SmallFile(rule: #""direct_response": {"status": 403, "body": "no"},"#)
    guard case .respond(let response) = try rule(direct).action else { Issue.record("no response"); return }
    #expect(response.status == 403 && response.body == "no")
  }

  @Test func keysAreTheSameWhateverTheirCase() throws {
    let text = Sample.inline.replacing("bind_port", with: "BIND_Port").replacing("servers", with: "Servers")
    #expect(MosnConfig.remarks(text) == [])
    #expect(MosnConfig.parse(Array(text.utf8)).configuration?.server.listeners.first?.bindPort == true)
  }

  @Test func theLastOfEqualKeysCounts() {
    let file = SmallFile(listener: #""log_path": "a", "LOG_PATH": "b","#)
    #expect(file.configuration?.server.listeners.first?.logPath == "b")
  }

  @Test func nullIsAsGoodAsAbsent() {
    let file = SmallFile(server: #""graceful_timeout": null, "processor": null, "routers": [null],"#)
    #expect(file.remarks == [])
    #expect(file.configuration?.server.gracefulTimeout == Nanoseconds("30s"))
  }

  @Test func oneFilterChainMayStandWithoutItsArray() {
    let text = SmallFile().text.replacing(
      #""filter_chains": [{"filters""#, with: #""filter_chains": {"filters""#
    )
    .replacing("}]}]}}]}]}]}],", with: "}]}]}}]}}]}],")
    #expect(
      MosnConfig.remarks(text) == [
        "warning: servers[0].listeners[0].filter_chains: expected an array, found its only element"
      ])
  }

  @Test(arguments: [("-5", 1), ("0", 1), ("1", 1), ("128", 128), ("129", 128), ("99999999999", 128)])
  func weightsOfHostsAreMovedIntoTheirRange(text: String, weight: UInt32) {
    let file = SmallFile(host: "\"address\": \"a:1\", \"weight\": \(text)")
    #expect(file.configuration?.clusterManager.clusters.first?.hosts.first?.weight.rawValue == weight)
  }

  @Test func commentsMayStandWhereBlanksMay() {
    let text = "/* a\n * b */ " + SmallFile().text.replacing("\n", with: " // c\n") + "// d"
    #expect(MosnConfig.remarks(text) == [])
  }
}
