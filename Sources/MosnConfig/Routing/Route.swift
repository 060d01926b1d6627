/// Forwarding to a cluster.
public struct Route: Hashable, Sendable {
  public internal(set) var path = ""
  public var clusterName = ""
  public var weightedClusters: [WeightedClusterEntry] = []
  /// Which hosts of the cluster come into question.
  public var metadataMatch = LoadBalancerMetadata()
  /// Nil: nothing said. Zero: no limit.
  public var timeout: Nanoseconds?
  public var retryPolicy: RetryPolicy?
  /// Replaces the prefix of the path that matched; empty: nothing is replaced.
  public var prefixRewrite = ""
  /// Replaces the host; empty: it stays.
  public var hostRewrite = ""
  /// What servers speak; nothing: what the listener says.
  public var upstreamProtocol = ProtocolNames()
  public init() {}
}

/// Where a request goes.
public enum RouteTarget: Hashable, Sendable {
  case cluster(String)
  /// By chance, each as often as its weight says; at least one weight is not 0.
  case weighted([WeightedCluster])

  var names: [String] {
    switch self {
    case .cluster(let name): [name]
    case .weighted(let clusters): clusters.map(\.name)
    }
  }
}

extension Route {
  /// Weighted clusters come before the one cluster, as in MOSN.
  public var target: RouteTarget {
    let clusters = weightedClusters.map(\.cluster)
    return clusters.contains { $0.weight > 0 } ? .weighted(clusters) : .cluster(clusterName)
  }
}

extension Route: ConfigurationObject {
  static let title = "Route"
  static let keys: [Key<Self>] =
    [
      Key("cluster_name", \.clusterName, "The cluster."),
      Key("weighted_clusters", \.weightedClusters, "Several clusters; they come before `cluster_name`."),
      Key("metadata_match", \.metadataMatch, "Only hosts with these metadata."),
      Key("timeout", \.timeout, "The longest time to the whole response; 0 is no limit."),
      Key("retry_policy", \.retryPolicy, "When a request is tried again."),
      Key("prefix_rewrite", \.prefixRewrite, since: "0.4.0", "Replaces the matching prefix of the path."),
      Key("host_rewrite", \.hostRewrite, since: "0.4.0", "Replaces the host."),
      Key(
        "upstream_protocol", \.upstreamProtocol, since: "1.6",
        "What servers speak, in the place of the listener's `upstream_protocol`."),
      .noEffect(
        "cluster_header", "string", "Parsed by MOSN 0.2.1 without effect: a header names the cluster."),
      .noEffect("cluster_variable", "string", since: "1.6", "A variable of MOSN names the cluster."),
      .noEffect("hash_policy", "array of object", since: "1.6", "What the maglev balancer hashes."),
      .noEffect("regex_rewrite", "object", since: "1.6", "Rewriting of paths by expression."),
      .noEffect("auto_host_rewrite", "boolean", since: "1.6", "The host of the chosen server."),
      .noEffect("auto_host_rewrite_header", "string", since: "1.6", "The host from a header."),
    ] + RouterConfiguration.headerOperations(since: "0.4.0")

  mutating func check(given: Set<String>, _ reader: inout ConfigurationReader) {
    upstreamProtocol.checkServers("\(path).upstream_protocol", &reader)
    if !weightedClusters.isEmpty, case .cluster = target {
      reader.report(
        .warning, "\(path).weighted_clusters",
        "the weights sum to 0: " + (clusterName.isEmpty ? "requests get 404" : "requests go to cluster_name"))
    } else if clusterName.isEmpty, weightedClusters.isEmpty {
      reader.report(.warning, path, "neither cluster_name nor weighted_clusters: requests get 404")
    }
  }
}

/// The shell around a weighted cluster.
public struct WeightedClusterEntry: Hashable, Sendable {
  public internal(set) var path = ""
  public var cluster = WeightedCluster()
  public init() {}
}

/// One of several clusters of a route.
public struct WeightedCluster: Hashable, Sendable {
  public internal(set) var path = ""
  public var name = ""
  public var weight: UInt32 = 0
  public var metadataMatch = LoadBalancerMetadata()
  public init() {}
}

extension WeightedClusterEntry: ConfigurationObject {
  static let title = "Weighted cluster entry"
  static let keys: [Key<Self>] = [
    Key("cluster", \.cluster, "The cluster."),
    .noEffect("runtime_key_prefix", "string", "Parsed by MOSN, without effect there too."),
  ]
}

extension WeightedCluster: ConfigurationObject {
  static let title = "Weighted cluster"
  static let keys: [Key<Self>] = [
    Key("name", \.name, "The cluster's name."),
    Key("weight", \.weight, "Its share of the sum of the weights."),
    Key("metadata_match", \.metadataMatch, "Only hosts with these metadata."),
  ]
}

/// When a failed request is tried again.
public struct RetryPolicy: Hashable, Sendable {
  public internal(set) var path = ""
  public var retryOn = false
  public var retries: UInt32 = 0
  /// Statuses besides the usual ones (connection failures and 5xx) that are tried again.
  public var statusCodes: [UInt32] = []
  public init() {}
}

extension RetryPolicy: ConfigurationObject {
  static let title = "Retry policy"
  static let keys: [Key<Self>] = [
    Key("retry_on", \.retryOn, "Switches retries on."),
    .noEffect(
      "retry_timeout", "duration", "The longest time of one try; the route's timeout covers them all."),
    Key("num_retries", \.retries, "How often at most."),
    Key("status_codes", \.statusCodes, since: "1.6", "Statuses that are tried again besides."),
  ]
}

/// A response that names another address.
public struct Redirect: Hashable, Sendable {
  public internal(set) var path = ""
  /// 0: 301.
  public var responseCode: UInt32 = 0
  public var pathRedirect = ""
  public var hostRedirect = ""
  public var schemeRedirect = ""
  public init() {}
}

extension Redirect: ConfigurationObject {
  static let title = "Redirect"
  static let keys: [Key<Self>] = [
    Key("response_code", \.responseCode, "301, 302, 303, 307 or 308; 0 is 301."),
    Key("path_redirect", \.pathRedirect, "The new path."),
    Key("host_redirect", \.hostRedirect, "The new host."),
    Key("scheme_redirect", \.schemeRedirect, since: "1.6", "The new scheme."),
  ]

  mutating func check(given: Set<String>, _ reader: inout ConfigurationReader) {
    if ![0, 301, 302, 303, 307, 308].contains(responseCode) {
      reader.report(.warning, "\(path).response_code", "\(responseCode) is no redirection: 301 is used")
      responseCode = 301
    }
    if !["", "http", "https"].contains(schemeRedirect.lowercased()) {
      reader.report(.warning, "\(path).scheme_redirect", "\(schemeRedirect) is no scheme of HTTP")
    }
  }
}

/// A response without a server.
public struct DirectResponse: Hashable, Sendable {
  public internal(set) var path = ""
  public var status: UInt32 = 200
  public var body = ""
  public init() {}
}

extension DirectResponse: ConfigurationObject {
  static let title = "Direct response"
  static let keys: [Key<Self>] = [
    Key("status", \.status, since: "0.4.0", "The HTTP status, from 200 to 599."),
    Key("body", \.body, since: "0.4.0", "The content."),
  ]

  mutating func check(given: Set<String>, _ reader: inout ConfigurationReader) {
    if !(200...599).contains(status) {
      reader.report(.warning, "\(path).status", "\(status) is no final HTTP status: 500 is used")
      status = 500
    }
  }
}
