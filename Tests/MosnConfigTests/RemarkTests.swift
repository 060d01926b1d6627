import Testing

@testable import MosnConfig

/// What MOSN starts with, and we too, but not in silence.
@Suite struct RemarkTests {
  static let virtualHost = "servers[0].listeners[0].filter_chains[0].filters[0].config.virtual_hosts[0]"
  static let proxy = "servers[0].listeners[0].filter_chains[0].filters[0].config"
  static let dead = "the listener is dead, every connection to it is closed at once"
  static let noServer = "it connects to no server, and callers get 502 or, in bolt, status 16"
  static let plain = #""name": "out", "type": "SIMPLE", "lb_type": "LB_RANDOM""#

  static let cases: [(SmallFile, [String])] = [
    (
      SmallFile(listener: #""lo_path": "stdout","#),
      ["warning: servers[0].listeners[0].lo_path: unknown key; did you mean log_path?"]
    ),
    (SmallFile(top: #""zzz": 1,"#), ["warning: zzz: unknown key"]),
    (SmallFile(top: #""admin": {},"#), ["warning: admin: no address: any free port of 127.0.0.1 is taken"]),
    (SmallFile(top: #""Pid": "/run/mosn.pid","#), ["warning: pid: has no effect in mosnd"]),
    (
      SmallFile(top: #""tracing": {"enable": true},"#),
      ["warning: tracing: has no effect in mosnd, nor has anything in it"]
    ),
    (
      SmallFile(listener: #""log_path": "a", "Log_Path": "b","#),
      [
        "warning: servers[0].listeners[0].Log_Path: duplicate key: log_path is the same key, the last one counts"
      ]
    ),
    (
      SmallFile(listener: #""log_path": "a", "log_path": "b","#),
      ["warning: servers[0].listeners[0].log_path: duplicate key: the last one counts"]
    ),
    (
      SmallFile(proxy: #""name": 5,"#),
      [
        "warning: servers[0].listeners[0].filter_chains[0].filters[0].config.name: "
          + "expected a string, found number 5; left out"
      ]
    ),
    (
      SmallFile(route: #""cluster_name": "oud""#),
      [
        "warning: \(virtualHost).routers[0].route: there is no cluster oud: requests get 404; did you mean out?"
      ]
    ),
    (
      SmallFile(route: #""weighted_clusters": [{"cluster": {"name": "out", "weight": 0}}]"#),
      ["warning: \(virtualHost).routers[0].route.weighted_clusters: the weights sum to 0: requests get 404"]
    ),
    (
      SmallFile(match: #""prefix": "/", "path": "/a""#),
      ["warning: \(virtualHost).routers[0].match.path: ignored: prefix comes first"]
    ),
    (
      SmallFile(match: #""regex": "(a""#),
      [
        "warning: \(virtualHost).routers[0].match.regex: not a valid expression: expected ')': \(RouteRule.unreadable)"
      ]
    ),
    (
      SmallFile(rule: #""redirect": {"path_redirect": "/b"},"#),
      ["warning: \(virtualHost).routers[0].route: ignored: redirect comes first"]
    ),
    (
      SmallFile(proxy: #""router_config_name": "r","#),
      [
        "warning: servers[0].listeners[0].filter_chains[0].filters[0].config.router_config_name: no routes are called r"
      ]
    ),
    (
      SmallFile(downstream: "SofaRpc,dubbo"),
      ["warning: \(proxy).downstream_protocol: mosnd does not speak dubbo"]
    ),
    (
      SmallFile(downstream: ""),
      [
        "warning: \(proxy).downstream_protocol: Protocol in String Needed in Proxy Network Filter: \(dead)"
      ]
    ),
    (
      SmallFile(downstream: "http2"),
      ["warning: \(proxy).downstream_protocol: mosnd does not speak http2: \(dead); did you mean Http2?"]
    ),
    (
      SmallFile(downstream: "Http1"),
      [
        "warning: \(proxy).downstream_protocol: mosnd does not speak HTTP/1: a request is answered with 505 and the connection closed"
      ]
    ),
    (
      SmallFile(downstream: "Auto"),
      [
        "warning: \(proxy).downstream_protocol: mosnd finds bolt and HTTP/2 by Auto; a request in HTTP/1 is answered with 505"
      ]
    ),
    (
      SmallFile(downstream: "X", proxy: #""extend_config": {"sub_protocol": "dubbo"},"#),
      ["warning: \(proxy).downstream_protocol: mosnd does not speak dubbo: \(dead)"]
    ),
    (
      SmallFile(downstream: "X"),
      [
        "warning: \(proxy).downstream_protocol: mosnd does not speak X, unless extend_config.sub_protocol says which protocol it is: \(dead)"
      ]
    ),
    (SmallFile(downstream: "X", proxy: #""extend_config": {"sub_protocol": "bolt"},"#), []),
    (SmallFile(upstream: ""), []),
    (SmallFile(upstream: "Auto"), []),
    (
      SmallFile(upstream: "Http1"),
      ["warning: \(proxy).upstream_protocol: mosnd does not speak HTTP/1: \(noServer)"]
    ),
    (
      SmallFile(upstream: "X", proxy: #""extend_config": {"sub_protocol": "x-bolt"},"#),
      ["warning: \(proxy).upstream_protocol: mosnd does not speak x-bolt: \(noServer); did you mean bolt?"]
    ),
    (
      SmallFile(route: #""cluster_name": "out", "upstream_protocol": "Http1""#),
      [
        "warning: \(virtualHost).routers[0].route.upstream_protocol: mosnd does not speak HTTP/1: \(noServer)"
      ]
    ),
    (SmallFile(route: #""cluster_name": "out", "upstream_protocol": "bolt""#), []),
    (SmallFile(match: ""), []),
    (
      SmallFile(match: #""variables": [{"name": "x", "value": "y"}]"#),
      [
        "warning: \(virtualHost).routers[0].match: variables cannot be looked at: \(RouteRule.unreadable)",
        "warning: \(virtualHost).routers[0].match.variables: has no effect in mosnd",
      ]
    ),
    (
      SmallFile(domains: #""a", "A""#),
      [
        "warning: \(virtualHost).domains[1]: duplicate domain: A stands at \(virtualHost).domains[0] too: every request gets 404"
      ]
    ),
    (
      SmallFile(proxy: #""x": 1,"#),
      ["warning: \(proxy).x: unknown key"]
    ),
    (SmallFile(name: #""name": """#), []),
    (
      SmallFile(server: #""default_log_level": "info","#),
      [
        "warning: servers[0].default_log_level: unsupported log level: info: INFO is used; did you mean INFO?"
      ]
    ),
    (SmallFile(server: #""processor": "4","#), []),
    (
      SmallFile(server: #""processor": "many","#),
      [#"warning: servers[0].processor: string "many" is no number: all processors are used"#]
    ),
    (
      SmallFile(address: #""network": "unix", "address": "/tmp/m.sock""#),
      ["warning: servers[0].listeners[0].network: only tcp is implemented: the listener is not bound"]
    ),
    (SmallFile(cluster: #""name": "out""#), []),
    (
      SmallFile(cluster: #""name": "out", "type": "SIMPEL", "lb_type": "LB_ROUND_ROBIN""#),
      [
        "warning: cluster_manager.clusters[0].type: unknown cluster type: SIMPEL: SIMPLE is used; did you mean SIMPLE?",
        "warning: cluster_manager.clusters[0].lb_type: unknown lb type: LB_ROUND_ROBIN: LB_ROUNDROBIN is used; did you mean LB_ROUNDROBIN?",
      ]
    ),
    (
      SmallFile(cluster: plain + #", "health_check": {"protocol": "http1"}"#),
      [
        "warning: cluster_manager.clusters[0].health_check.protocol: unsupported health check protocol: http1: "
          + "its hosts are not probed; did you mean Http1?"
      ]
    ),
    (
      SmallFile(host: #""hostname": "a""#),
      ["warning: cluster_manager.clusters[0].hosts[0]: address is missing: the host is never used"]
    ),
    (
      SmallFile(route: #""cluster_name": "out", "metadata_match": {"zone": "a"}"#),
      [
        "warning: \(virtualHost).routers[0].route.metadata_match: Metadata for routing format invalid: expected "
          + #"`{"filter_metadata": {"mosn.lb": {name: value}}}`"#
      ]
    ),
    (
      SmallFile(
        listener: #""access_logs": [{"log_format": "%start_time% %upstream_transport_failure_reason%"}],"#),
      [
        "warning: servers[0].listeners[0].access_logs[0].log_format: "
          + "%upstream_transport_failure_reason% means nothing here and stays as it is"
      ]
    ),
    (
      SmallFile(
        top: #""admin": {"address": {"socket_address": {"address": "127.0.0.1", "port_value": "15000"}}},"#),
      []
    ),
    (
      SmallFile(host: #""address": "127.0.0.1:8080", "weight": 1000"#),
      ["warning: cluster_manager.clusters[0].hosts[0].weight: 1000 is outside 1...128: 128 is used"]
    ),
    (
      SmallFile(host: #""address": "127.0.0.1:8080", "metadata": {"zone": "a"}"#),
      [
        "warning: cluster_manager.clusters[0].hosts[0].metadata: Metadata for routing format invalid: expected "
          + #"`{"filter_metadata": {"mosn.lb": {name: value}}}`"#
      ]
    ),
    (
      SmallFile(host: #""address": "127.0.0.1""#),
      [
        #"warning: cluster_manager.clusters[0].hosts[0].address: "127.0.0.1" is no host:port: the host is never used"#
      ]
    ),
    (
      SmallFile(host: #""address": "localhost:2045""#),
      [
        "warning: cluster_manager.clusters[0].hosts[0].address: a closed loop: localhost:2045 is the listener in, "
          + "from which requests come back to the cluster out"
      ]
    ),
    (
      SmallFile(cluster: plain.replacing("LB_RANDOM", with: "LB_MAGLEV")),
      [
        "warning: cluster_manager.clusters[0].lb_type: LB_MAGLEV is not implemented: LB_ROUNDROBIN is used instead"
      ]
    ),
    (
      SmallFile(cluster: plain + #", "circuit_breakers": [{"max_requests": 0}]"#),
      [
        "warning: cluster_manager.clusters[0].circuit_breakers[0].max_requests: zero counts as the default, 10240"
      ]
    ),
    (
      SmallFile(
        cluster: plain + #", "health_check": {"protocol": "SofaRpc", "interval": "1s", "timeout": "1s"}"#),
      [
        "warning: cluster_manager.clusters[0].health_check.unhealthy_threshold: 0: no host will ever be marked down"
      ]
    ),
    (
      SmallFile(cluster: plain + #", "health_check": {"service_name": "x"}"#),
      ["warning: cluster_manager.clusters[0].health_check.service_name: has no effect in mosnd"]
    ),
    (
      SmallFile(listener: #""stream_filters": [{"type": "healthcheck", "config": {"passthrough": true}}],"#),
      []
    ),
    (
      SmallFile(listener: #""stream_filters": [{"type": "gzip", "config": {}}],"#),
      ["warning: servers[0].listeners[0].stream_filters[0].type: the filter gzip has no effect in mosnd"]
    ),
    (
      SmallFile(
        top: #""admin": {"address": {"socket_address": {"address": "0.0.0.0", "port_value": 8888}}},"#),
      [
        "warning: admin.address.socket_address.address: the administration interface will answer whoever reaches 0.0.0.0:8888"
      ]
    ),
    (
      SmallFile(match: #""headers": [{"name": "service", "value": "a"}, {"name": "b", "value": "c"}]"#),
      [
        "note: \(virtualHost).routers[0].match.headers[1]: mosnd requires this header beside service; MOSN 0.2.1 looks at service alone"
      ]
    ),
  ]

  @Test(arguments: cases) func startsWithExactlyTheseRemarks(file: SmallFile, remarks: [String]) {
    #expect(file.remarks == remarks)
    #expect(file.configuration != nil)
  }

  @Test func namesFileLineAndColumn() throws {
    let text = SmallFile(listener: "  \"lo_path\": 1,").text
    let diagnostic = try #require(MosnConfig.parse(Array(text.utf8)).diagnostics.first)
    #expect(
      diagnostic.description(in: "config.json")
        == "config.json:6:3: warning: servers[0].listeners[0].lo_path: unknown key; did you mean log_path?")
  }

  @Test func namesOfListenersAndClustersAreTheirOwn() {
    let listener = #"{"name": "a", "address": "127.0.0.1:1", "filter_chains": [{"filters": []}]}"#
    let cluster = #"{"name": "c", "type": "SIMPLE", "lb_type": "LB_RANDOM"}"#
    let text = """
      {"servers": [{"listeners": [\(listener), \(listener)]}], "cluster_manager": {"clusters": [\(cluster), \(cluster)]}}
      """
    let remarks = MosnConfig.remarks(text)
    #expect(
      remarks.contains(
        "warning: servers[0].listeners[1]: duplicate listener a: it replaces the one at servers[0].listeners[0]"
      ))
    #expect(
      remarks.contains(
        "warning: cluster_manager.clusters[1].name: duplicate cluster c: it replaces the one at cluster_manager.clusters[0]"
      ))
    #expect(remarks.filter { $0.hasPrefix("note:") }.count == 2)
  }

  /// What is for requests here is for connections, too, in MOSN.
  @Test func aRelayIsToldWhatItDoesNotDo() {
    let text = """
      {"servers": [{"listeners": [{"address": ":1", "bind_port": true, "access_logs": [{}], "connection_idle_timeout": "9s",
      "filter_chains": [{"filters": [{"type": "tcp_proxy", "config": {"cluster": "c", "routes": [{"cluster": "d"}]}},
      {"type": "tcp_proxy"}]}]}]}],
      "cluster_manager": {"clusters": [{"name": "c", "hosts": [{"address": "a:1"}, {"address": "b:1"}],
      "circuit_breakers": [{"max_connections": 1}],
      "health_check": {"protocol": "Http2", "interval": "1s", "timeout": "1s", "unhealthy_threshold": 1}}]}}
      """
    let filters = "servers[0].listeners[0].filter_chains[0].filters"
    #expect(
      Set(MosnConfig.remarks(text)) == [
        "warning: servers[0].listeners[0].access_logs: tcp_proxy leaves no lines",
        "warning: servers[0].listeners[0].connection_idle_timeout: tcp_proxy closes no connection for silence",
        "warning: \(filters)[0].config.routes[0]: ignored: all connections go to c",
        "warning: \(filters)[1]: ignored: the tcp_proxy before it takes all connections",
        "warning: \(filters)[1].config: neither cluster nor routes: \(Self.dead)",
        "warning: cluster_manager.clusters[0].lb_type: tcp_proxy chooses by chance, and each host alike",
        "warning: cluster_manager.clusters[0].health_check: tcp_proxy chooses hosts that are down, too",
        "warning: cluster_manager.clusters[0].circuit_breakers: connections of tcp_proxy are not counted",
      ])
  }

  /// The sample squeezed into a circle: each listener is the host of the other's cluster.
  @Test func aLoopThroughTwoListenersIsOneToo() {
    let text = Sample.inline.replacing("127.0.0.1:8080", with: "127.0.0.1:2045")
    let loops = MosnConfig.remarks(text).filter { $0.contains("a closed loop") }
    #expect(
      loops == [
        "warning: cluster_manager.clusters[0].hosts[0].address: a closed loop: 127.0.0.1:2045 is the listener "
          + "clientListener, from which requests come back to the cluster serverCluster",
        "warning: cluster_manager.clusters[1].hosts[0].address: a closed loop: 127.0.0.1:2046 is the listener "
          + "serverListener, from which requests come back to the cluster clientCluster",
      ])
  }
}
