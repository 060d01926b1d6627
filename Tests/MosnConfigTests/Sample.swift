@testable import MosnConfig

/// The two listeners of the sample that MOSN is known by, in its three forms: routes inline (0.2.1), in a
/// connection_manager (0.3.0), beside the listeners (0.20).
enum Sample {
  static let inline = file(
    serverFilters: proxy("Http2", "SofaRpc", "\"virtual_hosts\": [\(host("serverHost", "serverCluster"))]"),
    clientFilters: proxy("SofaRpc", "Http2", "\"virtual_hosts\": [\(host("clientHost", "clientCluster"))]"))

  static let connectionManager = file(
    serverFilters: proxy("Http2", "SofaRpc", "\"router_config_name\": \"server_router\"") + ",\n"
      + manager("server_router", host("serverHost", "serverCluster")),
    clientFilters: proxy("SofaRpc", "Http2", "\"router_config_name\": \"client_router\"") + ",\n"
      + manager("client_router", host("clientHost", "clientCluster")))

  static let serverRouters = file(
    serverFilters: proxy("Http2", "SofaRpc", "\"router_config_name\": \"server_router\""),
    clientFilters: proxy("SofaRpc", "Http2", "\"router_config_name\": \"client_router\""),
    serverKeys: """
      "routers": [
        {"router_config_name": "server_router", "virtual_hosts": [\(host("serverHost", "serverCluster"))]},
        {"router_config_name": "client_router", "virtual_hosts": [\(host("clientHost", "clientCluster"))]}
      ],
      """)

  static func proxy(_ downstream: String, _ upstream: String, _ routes: String) -> String {
    """
    {"type": "proxy", "config": {
      "downstream_protocol": "\(downstream)", "upstream_protocol": "\(upstream)", \(routes)}}
    """
  }

  static func manager(_ name: String, _ host: String) -> String {
    """
    {"type": "connection_manager", "config": {"router_config_name": "\(name)", "virtual_hosts": [\(host)]}}
    """
  }

  static func host(_ name: String, _ cluster: String) -> String {
    """
    {"name": "\(name)", "domains": ["*"], "routers": [
      {"match": {"headers": [{"name": "service", "value": ".*"}]}, "route": {"cluster_name": "\(cluster)"}}]}
    """
  }

  static func file(serverFilters: String, clientFilters: String, serverKeys: String = "") -> String {
    """
    {
      "servers": [{
        "default_log_path": "stdout",
        \(serverKeys)
        "listeners": [
          {"name": "serverListener", "address": "127.0.0.1:2046", "bind_port": true, "log_path": "stdout",
           "filter_chains": [{"tls_context": {}, "filters": [\(serverFilters)]}]},
          {"name": "clientListener", "address": "127.0.0.1:2045", "bind_port": true, "log_path": "stdout",
           "filter_chains": [{"tls_context": {}, "filters": [\(clientFilters)]}]}
        ]
      }],
      "cluster_manager": {"clusters": [
        {"Name": "serverCluster", "type": "SIMPLE", "lb_type": "LB_RANDOM", "max_request_per_conn": 1024,
         "conn_buffer_limit_bytes": 32768, "hosts": [{"address": "127.0.0.1:8080"}]},
        {"Name": "clientCluster", "type": "SIMPLE", "lb_type": "LB_RANDOM", "max_request_per_conn": 1024,
         "conn_buffer_limit_bytes": 32768, "hosts": [{"address": "127.0.0.1:2046"}]}
      ]}
    }
    """
  }
}

/// A file with one listener and one cluster, of which a test changes one thing.
struct SmallFile {
  var top = ""
  var server = ""
  var name = "\"name\": \"in\""
  var address = "\"address\": \"127.0.0.1:2045\""
  var listener = ""
  var downstream = "SofaRpc"
  var upstream = "Http2"
  var proxy = ""
  var domains = "\"*\""
  var match = "\"prefix\": \"/\""
  var route = "\"cluster_name\": \"out\""
  var rule = ""
  var cluster = "\"name\": \"out\", \"type\": \"SIMPLE\", \"lb_type\": \"LB_RANDOM\""
  var host = "\"address\": \"127.0.0.1:8080\""

  var text: String {
    """
    {
    \(top)
    "servers": [{
    \(server)
    "listeners": [{
    \(listener)
    \(name), \(address), "bind_port": true, "filter_chains": [{"filters": [{"type": "proxy", "config": {
    \(proxy)
    "downstream_protocol": "\(downstream)", "upstream_protocol": "\(upstream)",
    "virtual_hosts": [{"name": "all", "domains": [\(domains)], "routers": [{
    \(rule)
    "match": {\(match)},
    "route": {\(route)}
    }]}]}}]}]}]}],
    "cluster_manager": {"clusters": [{\(cluster),
    "hosts": [{\(host)}]}]}
    }
    """
  }

  var remarks: [String] { MosnConfig.remarks(text) }
  var configuration: MosnConfiguration? { MosnConfig.parse(Array(text.utf8)).configuration }
}

extension MosnConfig {
  /// What is said about a text, without the places in it.
  static func remarks(_ text: String) -> [String] {
    parse(Array(text.utf8)).diagnostics.map {
      String($0.description.drop { $0 != " " }.dropFirst())
    }
  }
}
