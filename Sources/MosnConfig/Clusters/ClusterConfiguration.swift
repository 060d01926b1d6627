/// The servers that requests go to.
public struct ClusterManagerConfiguration: Hashable, Sendable {
  public internal(set) var path = "cluster_manager"
  public var clusters: [ClusterConfiguration] = []
  /// A directory of more; empty once they are read.
  var directory = ""
  /// TLS of the clusters that say `cluster_manager_tls`.
  public var tls: TLSConfiguration?
  public init() {}
}

/// Hosts that serve alike.
public struct ClusterConfiguration: Hashable, Sendable {
  public internal(set) var path = ""
  public var name = ""
  public var type = ClusterType.simple
  public var loadBalancer = LoadBalancerType.roundRobin
  /// Requests after which a connection is replaced; 0: never. MOSN ignores its own default of 1024.
  public var maxRequestsPerConnection: UInt32 = 0
  /// Unsent bytes of a connection above which it takes no more calls; 0: the engine's default.
  public var connectionBufferLimitBytes: UInt32 = 0
  /// The first one counts.
  public var circuitBreakers: [CircuitBreaker] = []
  public var healthCheck: HealthCheck?
  public var hosts: [HostConfiguration] = []
  public var subsets: SubsetConfiguration?
  public var tls: TLSConfiguration?
  /// The cluster manager's TLS in the place of an own.
  var sharesTLS = false
  public var connectTimeout = Nanoseconds(rawValue: 10_000_000_000)
  /// Nil: nothing said. Zero: idle connections stay.
  public var idleTimeout: Nanoseconds?
  public init() {}

  public var circuitBreaker: CircuitBreaker { circuitBreakers.first ?? CircuitBreaker() }
}

/// How hosts are found. All kinds take the hosts of the file here.
public struct ClusterType: RawRepresentable, Hashable, Sendable {
  public let rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }

  public static let simple = ClusterType(rawValue: "SIMPLE")
  public static let `static` = ClusterType(rawValue: "STATIC")
  public static let dynamic = ClusterType(rawValue: "DYNAMIC")
  public static let strictDNS = ClusterType(rawValue: "STRICT_DNS")
  public static let eds = ClusterType(rawValue: "EDS")
  public static let originalDestination = ClusterType(rawValue: "ORIGINAL_DST")
}

/// How one of the hosts is chosen.
public struct LoadBalancerType: RawRepresentable, Hashable, Sendable {
  public let rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }

  public static let random = LoadBalancerType(rawValue: "LB_RANDOM")
  /// Smooth and weighted.
  public static let roundRobin = LoadBalancerType(rawValue: "LB_ROUNDROBIN")
  /// The same under its later name.
  public static let weightedRoundRobin = LoadBalancerType(rawValue: "LB_WEIGHTED_ROUNDROBIN")

  static let implemented: Set<LoadBalancerType> = [.random, .roundRobin, .weightedRoundRobin]
}

extension ClusterType: ConfigurationName {
  static let known: [ClusterType] = [.simple, .static, .dynamic, .strictDNS, .eds, .originalDestination]
  static let refusal = "unknown cluster type: "

  static func substitute(for name: String) -> (value: ClusterType, consequence: String) {
    (.simple, "SIMPLE is used")
  }
}

extension LoadBalancerType: ConfigurationName {
  static let known: [LoadBalancerType] =
    [.random, .roundRobin, .weightedRoundRobin]
    + [
      "LB_LEAST_REQUEST", "LB_LEAST_CONNECTION", "LB_MAGLEV", "LB_REQUEST_ROUNDROBIN", "LB_ORIGINAL_DST",
      "LB_PEAK_EWMA",
    ].map(LoadBalancerType.init(rawValue:))
  static let refusal = "unknown lb type: "

  static func substitute(for name: String) -> (value: LoadBalancerType, consequence: String) {
    (.roundRobin, "LB_ROUNDROBIN is used")
  }
}

extension ClusterManagerConfiguration: ConfigurationObject {
  static let title = "Cluster manager"
  static let keys: [Key<Self>] = [
    Key("clusters", \.clusters, "The clusters."),
    Key(
      "clusters_configs", \.directory, since: "0.4.2",
      "In the place of `clusters`: a directory with a cluster in each `.json` file."),
    Key("tls_context", \.tls, since: "1.6", "TLS of the clusters that say `cluster_manager_tls`."),
    .noEffect("auto_discovery", "boolean", "Clusters from a registry: nothing is discovered."),
    .noEffect("registry_use_health_check", "boolean", "For the service registry."),
  ]

  mutating func check(given: Set<String>, _ reader: inout ConfigurationReader) {
    if !directory.isEmpty {
      if !clusters.isEmpty {
        reader.report(.error, "\(path).clusters_configs", "clusters and clusters_configs exclude each other")
      }
      clusters = reader.readFiles(of: directory, at: "\(path).clusters_configs")
      directory = ""
    }
    for index in clusters.indices where clusters[index].sharesTLS { clusters[index].tls = tls }
    var places: [String: String] = [:]
    for cluster in clusters {
      if let earlier = places.updateValue(cluster.path, forKey: cluster.name), !cluster.name.isEmpty {
        reader.report(
          .warning, "\(cluster.path).name",
          "duplicate cluster \(cluster.name): it replaces the one at \(earlier)")
      }
    }
  }
}

extension ClusterConfiguration: ConfigurationObject {
  static let title = "Cluster"
  static let keys: [Key<Self>] = [
    Key("name", \.name, "The name by which routes find it; required."),
    Key("type", \.type, "All of them take the hosts of the file."),
    Key(
      "lb_type", \.loadBalancer,
      "How a host is chosen; others than the first three are done as the second."),
    Key(
      "max_request_per_conn", \.maxRequestsPerConnection,
      "Requests after which a connection is replaced; 0 is never."),
    Key(
      "conn_buffer_limit_bytes", \.connectionBufferLimitBytes,
      "Bytes that a server does not take, above which its connection takes no more calls; 0 is 64 KiB."),
    Key("circuit_breakers", \.circuitBreakers, "Limits of load; the first element counts."),
    Key("health_check", \.healthCheck, "Whether and how hosts are probed."),
    Key("hosts", \.hosts, "The servers."),
    Key("lb_subset_config", \.subsets, "Choice among hosts by their metadata."),
    Key("tls_context", \.tls, "TLS towards the servers."),
    Key(
      "cluster_manager_tls", \.sharesTLS, since: "1.6",
      "The cluster manager's `tls_context` in the place of an own."),
    Key("connect_timeout", \.connectTimeout, since: "1.6", "The longest time to connect."),
    Key("idle_timeout", \.idleTimeout, since: "1.6", "When an unused connection is closed; `0s` is never."),
    .noEffect("sub_type", "string", "Parsed by MOSN, without effect there too."),
    .noEffect("spec", "object", "What is subscribed at the service registry: `subscribe[{service_name}]`."),
    .noEffect("mark", "integer", since: "1.6", "A mark on sockets."),
    .noEffect("original_dst_lb_config", "object", since: "1.6", "Transparent forwarding."),
    .noEffect("lbconfig", "object", since: "1.6", "Fine tuning of balancers that mosnd has not."),
    .noEffect("slow_start", "object", since: "1.6", "New hosts get their share by and by."),
    .noEffect("cluster_pool_enable", "boolean", since: "1.6", "Connections of its own for each cluster."),
    .noEffect("dns_refresh_rate", "duration", since: "1.6", "How often names are looked up."),
    .noEffect("respect_dns_ttl", "boolean", since: "1.6", "Whether answers of DNS say how often."),
    .noEffect("dns_lookup_family", "string", since: "1.6", "IPv4 or IPv6."),
    .noEffect("dns_resolvers", "object", since: "1.6", "Which servers are asked."),
    .noEffect("dns_resolver_file", "string", since: "1.6", "Where these servers are listed."),
    .noEffect("dns_resolver_port", "string", since: "1.6", "Their port."),
  ]

  mutating func check(given: Set<String>, _ reader: inout ConfigurationReader) {
    if name.isEmpty { reader.report(.error, "\(path).name", "[name] is required in cluster config") }
    if type == .eds || type == .originalDestination {
      reader.report(
        .warning, "\(path).type", "\(type.rawValue) is not implemented: only the hosts of the file are used")
    }
    if !LoadBalancerType.implemented.contains(loadBalancer) {
      reader.report(
        .warning, "\(path).lb_type",
        "\(loadBalancer.rawValue) is not implemented: LB_ROUNDROBIN is used instead")
      loadBalancer = .roundRobin
    }
    if circuitBreakers.count > 1 {
      reader.report(.warning, "\(path).circuit_breakers[1]", "only the first circuit breaker has an effect")
    }
  }
}
