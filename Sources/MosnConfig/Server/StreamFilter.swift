import MosnBytes

/// A filter on requests; `healthcheck` is the one that is implemented.
public struct StreamFilter: Hashable, Sendable {
  public enum Content: Hashable, Sendable {
    case healthCheck(HealthCheckFilter)
    /// Known or not: without effect.
    case other
  }

  public internal(set) var path = ""
  public var type = ""
  public var content = Content.other
  /// As the file has it; after reading, in normal form.
  var config = JSONValue(.object([]))
  public init() {}

  /// Filters of later versions that this daemon leaves out.
  static let withoutEffect: Set = [
    "fault_inject", "fault", "dsl", "dubbo_stream", "grpc_metric", "gzip", "header_to_metadata",
    "istio.stats",
    "mirror", "mixer", "proxywasm", "seata", "transcoder",
  ]

  /// Those of them that are there to refuse requests.
  static let refusing: Set = [
    "fault_tolerance", "flowControlFilter", "ip_access", "jwt_authn", "payload_limit", "rbac",
  ]
}

/// Who answers bolt heartbeats.
public struct HealthCheckFilter: Hashable, Sendable {
  public internal(set) var path = ""
  /// True: heartbeats go on to the server. False: the daemon answers them itself.
  public var passthrough = false
  public init() {}
}

extension StreamFilter: ConfigurationObject {
  static let title = "Stream filter"
  static let keys: [Key<Self>] = [
    Key("type", \.type, "`healthcheck`; other filters are left out with a warning."),
    Key("config", \.config, "The filter's own keys, see [health check filter](#health-check-filter)."),
    .noEffect("go_plugin_config", "object", since: "1.6", "Filters from Go plugins."),
  ]

  mutating func check(given: Set<String>, _ reader: inout ConfigurationReader) {
    reader.isWithinFilter = true
    defer { reader.isWithinFilter = false }
    if type == "healthcheck" {
      guard let filter = HealthCheckFilter.read(config, at: "\(path).config", &reader) else { return }
      (content, config) = (.healthCheck(filter), filter.json ?? config)
    } else if Self.refusing.contains(type) {
      reader.report(
        .warning, "\(path).type", "the filter \(type) has no effect in mosnd: what it would refuse passes")
    } else if Self.withoutEffect.contains(type) {
      reader.report(.warning, "\(path).type", "the filter \(type) has no effect in mosnd")
    } else {
      reader.report(
        .warning, "\(path).type", "unknown stream filter \"\(type)\" has no effect",
        suggestion: Suggestion.nearest(to: type, among: ["healthcheck"]))
    }
  }
}

extension HealthCheckFilter: ConfigurationObject {
  static let title = "Health check filter"
  static let keys: [Key<Self>] = [
    Key("passthrough", \.passthrough, "True: heartbeats go to the server; false: they are answered here."),
    .noEffect("cache_time", "duration", "Required by MOSN, without effect there too."),
    .noEffect(
      "cluster_min_healthy_percentages", "map of number", "Required by MOSN, without effect there too."),
  ]
}
