/// How much load a cluster takes before requests are refused.
public struct CircuitBreaker: Hashable, Sendable {
  public internal(set) var path = ""
  public var maxConnections: UInt32 = 10240
  public var maxPendingRequests: UInt32 = 10240
  public var maxRequests: UInt32 = 10240
  /// Nil: as many as calls may be tried again.
  public var maxRetries: UInt32?
  public init() {}
}

extension CircuitBreaker: ConfigurationObject {
  static let title = "Circuit breaker"
  static let keys: [Key<Self>] = [
    Key(
      "max_connections", \.maxConnections,
      "Connections to the cluster, of the process; but an event loop that has none may make one."),
    Key(
      "max_pending_requests", \.maxPendingRequests,
      "Requests that wait for a connection, of the process; whoever has most of them makes room for others."),
    Key("max_requests", \.maxRequests, "Requests that were sent or wait, of the process."),
    Key(
      "max_retries", \.maxRetries,
      "Requests under way that are tried again, of the process. Without it, and with 0, no limit."),
    .noEffect("priority", "string", "Parsed by MOSN, without effect there too."),
  ]

  /// 0 counts as the default, as in MOSN.
  mutating func check(given: Set<String>, _ reader: inout ConfigurationReader) {
    if maxRetries == 0 { maxRetries = nil }
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
