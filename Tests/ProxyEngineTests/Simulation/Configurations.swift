import MosnConfig

/// A configuration of one or more listeners, in the form of the sample's file.
func configuration(
  _ listeners: [(name: String, port: Int, down: String, up: String, routers: String)],
  clusters: [(name: String, hosts: [String], more: String)], limits: String = ""
) throws -> MosnConfiguration {
  let listenerTexts = listeners.map {
    """
    {"name": "\($0.name)", "address": "127.0.0.1:\($0.port)", "bind_port": true, "filter_chains": [{"filters": [
      {"type": "proxy", "config": {"downstream_protocol": "\($0.down)", "upstream_protocol": "\($0.up)",
       "extend_config": {"sub_protocol": "bolt"},
       "virtual_hosts": [{"name": "h", "domains": ["*"], "routers": [\($0.routers)]}]}}]}]}
    """
  }
  let clusterTexts = clusters.map { cluster in
    let hosts = cluster.hosts.map { #"{"address": "\#($0)", "weight": 1}"# }.joined(separator: ",")
    return """
      {"name": "\(cluster.name)", "type": "SIMPLE", "lb_type": "LB_ROUNDROBIN", "hosts": [\(hosts)]
       \(cluster.more.isEmpty ? "" : ", " + cluster.more)}
      """
  }
  let text = """
    {"servers": [{"default_log_path": "stdout", "limits": {\(limits)}, "listeners": [\(listenerTexts.joined(separator: ","))]}],
     "cluster_manager": {"clusters": [\(clusterTexts.joined(separator: ","))]}}
    """
  let (configuration, diagnostics) = MosnConfig.parse(Array(text.utf8))
  guard let configuration else { throw NoConfiguration(description: "\(diagnostics)") }
  return configuration
}

struct NoConfiguration: Error, CustomStringConvertible { let description: String }

/// Any service goes to the cluster.
func route(to cluster: String, _ more: String = "") -> String {
  """
  {"match": {"headers": [{"name": "service", "value": ".*"}]},
   "route": {"cluster_name": "\(cluster)"\(more.isEmpty ? "" : ", " + more)}}
  """
}

/// One listener, one cluster.
func simple(
  _ down: String, _ up: String, hosts: [String] = ["127.0.0.1:8080"], route more: String = "",
  cluster: String = "", limits: String = ""
) throws -> MosnConfiguration {
  try configuration(
    [("l", 2045, down, up, route(to: "c", more))], clusters: [("c", hosts, cluster)], limits: limits)
}

/// The sample: bolt to HTTP/2 on 2045, HTTP/2 to bolt on 2046, each in a daemon of its own.
func sampleNodes(_ network: SimulatedNetwork) throws -> (client: ProxyNode, server: ProxyNode) {
  let server = try configuration(
    [("serverListener", 2046, "Http2", "SofaRpc", route(to: "serverCluster"))],
    clusters: [("serverCluster", ["127.0.0.1:8080"], "")])
  let client = try configuration(
    [("clientListener", 2045, "SofaRpc", "Http2", route(to: "clientCluster"))],
    clusters: [("clientCluster", ["127.0.0.1:2046"], "")])
  return (ProxyNode(network, client), ProxyNode(network, server, seed: 8))
}
