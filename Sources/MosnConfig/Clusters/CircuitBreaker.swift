/// How much load a cluster takes before requests are refused.
public struct CircuitBreaker: Hashable, Sendable {
  public internal(set) var path = ""
  public var maxConnections: UInt32 = 10240
  public var maxPendingRequests: UInt32 = 10240
  public var maxRequests: UInt32 = 10240
  public init() {}
}

extension CircuitBreaker: ConfigurationObject {
  static let title = "Circuit breaker"
  static let keys: [Key<Self>] = [
    Key("max_connections", \.maxConnections, "Connections to the cluster."),
    Key("max_pending_requests", \.maxPendingRequests, "Requests that wait for a connection."),
    Key("max_requests", \.maxRequests, "Requests under way."),
    .noEffect("max_retries", "integer", "Retries under way."),
    .noEffect("priority", "string", "Parsed by MOSN, without effect there too."),
  ]

  /// 0 counts as the default, as in MOSN.
  mutating func check(given: Set<String>, _ reader: inout ConfigurationReader) {
    let usual = CircuitBreaker()
    let limits: [(String, WritableKeyPath<CircuitBreaker, UInt32>)] = [
      ("max_connections", \.maxConnections), ("max_pending_requests", \.maxPendingRequests),
      ("max_requests", \.maxRequests),
    ]
    for (name, limit) in limits where self[keyPath: limit] == 0 {
      self[keyPath: limit] = usual[keyPath: limit]
      reader.report(.warning, "\(path).\(name)", "zero counts as the default, \(usual[keyPath: limit])")
    }
  }
}
