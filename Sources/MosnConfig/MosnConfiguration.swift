/// Everything that a file says and the daemon acts on.
public struct MosnConfiguration: Hashable, Sendable {
  var path = ""
  /// One, when it came from a file.
  public var servers: [ServerConfiguration] = []
  public var clusterManager = ClusterManagerConfiguration()
  public var admin: AdminConfiguration?
  public init() {}

  public var server: ServerConfiguration { servers.first ?? ServerConfiguration() }

  /// The cluster of a name; the last one when several have it.
  public func cluster(named name: String) -> ClusterConfiguration? {
    clusterManager.clusters.last { $0.name == name }
  }

  /// The file in normal form: every key that has an effect, with the value that counts. Of private keys only the
  /// paths are shown.
  public var printed: String { (json ?? JSONValue(.object([]))).withoutPrivateKeys.text() }
}

extension MosnConfiguration: ConfigurationObject {
  static let title = "File"
  static let keys: [Key<Self>] = [
    Key("servers", \.servers, "Exactly one; required, unless the file is a bootstrap of xDS."),
    Key("cluster_manager", \.clusterManager, "Where requests go."),
    Key("admin", \.admin, since: "0.26", "The administration interface; none without it."),
    .noEffect(
      "service_registry", "object",
      "Registration: `application{ant_share_cloud, data_center, app_name}`, `publish_info[{service_name, pub_data}]`."
    ),
    .noEffect("dynamic_resources", "object", "xDS is not done: only this file is read."),
    .noEffect("static_resources", "object", "xDS is not done: only this file is read."),
    .noEffect("node", "object", since: "1.6", "xDS is not done: who is asking."),
    .noEffect("layered_runtime", "object", since: "1.6", "xDS is not done: settings of Envoy."),
    .noEffect(
      "pprof", "object", since: "1.6", "Profiling of Go programs: `debug`, `port_value`, `endpoint`."),
    .noEffect(
      "metrics", "object", since: "0.4.1", "Sinks and memory of metrics; mosnd's are served by `admin`."),
    .noEffect("tracing", "object", since: "0.26", "Tracers: `enable`, `tracer`, `driver`, `config`."),
    .noEffect("plugin", "object", since: "1.6", "Processes that extend MOSN: `log_base`."),
    .noEffect("third_part_codec", "object", since: "1.6", "Codecs from Go plugins and wasm."),
    .noEffect("extends", "array of object", since: "1.6", "For extensions of MOSN."),
    .noEffect("wasm_global_plugins", "array of object", since: "0.22", "WebAssembly."),
    .noEffect("pid", "string", since: "1.6", "A file with the process id; service managers know it."),
    .noEffect("uds_dir", "string", since: "0.26", "Where sockets of the hot upgrade are."),
    .noEffect("disable_upgrade", "boolean", since: "1.6", "No hot upgrade."),
    .noEffect(
      "close_graceful", "boolean", since: "1.6", "A stop that does not wait; mosnd has `graceful_timeout`."),
    .noEffect("inherit_old_mosnconfig", "boolean", since: "1.6", "Hot upgrade with the old configuration."),
  ]

  mutating func check(given: Set<String>, _ reader: inout ConfigurationReader) {
    checkDiscovery(given, &reader)
    if servers.count > 1 {
      reader.report(.error, "servers[1]", "multiple server not supported yet, got \(servers.count)")
    }
    if clusterManager.clusters.isEmpty {
      reader.report(.warning, "cluster_manager.clusters", "no cluster given: no request can be forwarded")
    }
    for index in servers.indices { servers[index].link(&reader) }
    checkReferences(&reader)
    checkLoops(&reader)
  }

  /// With both kinds of resources MOSN asks a management server for what the file lacks, be it all.
  private mutating func checkDiscovery(_ given: Set<String>, _ reader: inout ConfigurationReader) {
    let resources = ["dynamic_resources", "static_resources"].filter(given.contains)
    let isBootstrap = resources.count == 2
    if servers.isEmpty, !isBootstrap { return reader.report(.error, "servers", "no server found") }
    if isBootstrap {
      reader.report(
        .warning, resources[0],
        "xDS is not done: no management server is asked"
          + (servers.isEmpty ? "; the file itself has no servers, so that nothing is served" : ""))
    }
    // As MOSN does, so that the rest of the file finds a server.
    if servers.isEmpty { servers = [ServerConfiguration()] }
  }
}
