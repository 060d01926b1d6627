import Testing

@testable import MosnConfig

/// What MOSN does not start with, found by the words that its users look for.
@Suite struct FatalConditionTests {
  static let cases: [(String, String)] = [
    (
      "{",
      "1:2: error: json unmarshal config failed: expected a name in double quotes, found the end of the file"
    ),
    ("[]", "1:1: error: json unmarshal config failed: expected an object, found an array"),
    (
      #"{"servers": {}, "cluster_manager": 1}"#,
      "json unmarshal config failed: expected an object, found number 1"
    ),
    ("{}", "error: servers: no server found"),
    (#"{"servers": []}"#, "1:13: error: servers: no server found"),
    (#"{"servers": [{}, {}]}"#, "1:18: error: servers[1]: multiple server not supported yet, got 2"),
    (#"{"servers": [{"listeners": []}]}"#, "error: servers[0].listeners: no listener found"),
    (
      #"{"cluster_manager": {}}"#,
      "error: cluster_manager.clusters: no cluster found and cluster manager doesn't support auto discovery"
    ),
    (SmallFile(name: #""name": """#).text, "listeners[0].name: [name] is required in listener config"),
    (
      SmallFile(address: #""address": """#).text,
      "listeners[0].address: [Address] is required in listener config"
    ),
    (
      SmallFile(address: #""address": "127.0.0.1""#).text,
      "listeners[0].address: [Address] not valid: 127.0.0.1"
    ),
    (
      SmallFile(cluster: #""type": "SIMPLE", "lb_type": "LB_RANDOM""#).text,
      "cluster_manager.clusters[0].name: [name] is required in cluster config"
    ),
    (
      SmallFile(cluster: #""name": "out", "lb_type": "LB_RANDOM""#).text,
      "cluster_manager.clusters[0].type: [type] is required in cluster config"
    ),
    (
      SmallFile(cluster: #""name": "out", "type": "SIMPLE""#).text,
      "cluster_manager.clusters[0].lb_type: [lb_type] is required in cluster config"
    ),
    (
      SmallFile(cluster: #""name": "out", "type": "SIMPEL", "lb_type": "LB_RANDOM""#).text,
      "cluster_manager.clusters[0].type: unknown cluster type: SIMPEL; did you mean SIMPLE?"
    ),
    (
      SmallFile(cluster: #""name": "out", "type": "SIMPLE", "lb_type": "LB_ROUND_ROBIN""#).text,
      "cluster_manager.clusters[0].lb_type: unknown lb type: LB_ROUND_ROBIN; did you mean LB_ROUNDROBIN?"
    ),
    (
      SmallFile(host: #""hostname": "a""#).text,
      "cluster_manager.clusters[0].hosts[0].address: [host.address] is required in host config"
    ),
    (
      SmallFile(downstream: "").text,
      "config.downstream_protocol: Protocol in String Needed in Proxy Network Filter"
    ),
    (
      SmallFile(downstream: "http2").text,
      "config.downstream_protocol: Invalid Downstream Protocol = http2; did you mean Http2?"
    ),
    (SmallFile(upstream: "SPDY").text, "config.upstream_protocol: Invalid Upstream Protocol = SPDY"),
    (
      SmallFile(
        proxy: #""virtual_hosts": [{"domains": ["*"], "routers": []}], "Virtual_hosts": null, "#
      ).text.replacing(#""virtual_hosts": [{"name": "all""#, with: #""x": [{"name": "all""#)
        .replacing(#""Virtual_hosts": null, "#, with: ""),
      "virtual_hosts[0].routers: No Router Founded in VirtualHosts"
    ),
    (
      SmallFile(route: #""metadata_match": {"zone": "a"}"#).text,
      "route.metadata_match: Metadata for routing format invalid"
    ),
    (
      SmallFile(route: #""metadata_match": {"filter_metadata": {"mosn.lb": {"zone": 1}}}"#).text,
      "mosn.lb.zone: Metadata for routing format invalid: expected a string, found number 1"
    ),
    (
      SmallFile(
        cluster:
          #""name": "o", "type": "SIMPLE", "lb_type": "LB_RANDOM", "health_check": {"protocol": "ICMP"}"#
      ).text,
      "health_check.protocol: unsupported health check protocol: ICMP"
    ),
    (
      SmallFile(server: #""default_log_level": "info","#).text,
      "servers[0].default_log_level: unsupported log level: info; did you mean INFO?"
    ),
    (SmallFile(domains: #""a", "A""#).text, "domains[1]: duplicate domain: A stands at "),
    (SmallFile(match: #""headers": []"#).text, "match: route without usable match: routes must specify"),
    (
      SmallFile().text.replacing(#""type": "proxy""#, with: #""type": "prxy""#),
      #"filters[0].type: network filter create failed: unknown type "prxy"; did you mean proxy?"#
    ),
    (
      SmallFile(server: #""graceful_timeout": "30 s","#).text,
      #"json unmarshal config failed: expected a duration such as "1.5s" or an integer of nanoseconds, found string "30 s""#
    ),
  ]

  @Test(arguments: cases) func keepsTheDaemonFromStarting(text: String, remark: String) {
    let (configuration, diagnostics) = MosnConfig.parse(Array(text.utf8))
    #expect(configuration == nil)
    #expect(
      diagnostics.contains { $0.severity == .error && $0.description.contains(remark) }, "\(diagnostics)")
  }

  @Test func theSmallFileIsFlawless() {
    #expect(SmallFile().remarks == [])
    #expect(SmallFile().configuration != nil)
  }
}
