import BoltCodec

/// Why the proxy itself answers a call, in place of the service.
public enum LocalReply: UInt8, Sendable, Hashable, CaseIterable {
  case noRoute
  case noHealthyUpstream
  case connectFailed
  case upstreamClosed
  case timeout
  case overflow
  case rateLimited
  case forbidden
  /// A head that cannot be translated, or a body that belies it.
  case malformed
  case headTooLarge
  case contentTooLarge
  case draining
  case internalError

  /// A row of the table: what a caller is told.
  public struct Rule: Sendable {
    public let reply: LocalReply
    public let http: Int
    public let bolt: BoltStatus
    /// What MOSN 0.2.1 tells a bolt client in the same case.
    public let mosn: BoltStatus
    /// What a client of gRPC is told: by its own mapping of HTTP's status, where that says what happened.
    public let grpc: Int
  }

  public static let rules: [Rule] = [
    Rule(reply: .noRoute, http: 404, bolt: .noProcessor, mosn: .clientSendError, grpc: 12),
    Rule(reply: .noHealthyUpstream, http: 502, bolt: .connectionClosed, mosn: .clientSendError, grpc: 14),
    Rule(reply: .connectFailed, http: 502, bolt: .connectionClosed, mosn: .clientSendError, grpc: 14),
    Rule(reply: .upstreamClosed, http: 502, bolt: .connectionClosed, mosn: .clientSendError, grpc: 14),
    Rule(reply: .timeout, http: 504, bolt: .timeout, mosn: .timeout, grpc: 4),
    Rule(reply: .overflow, http: 503, bolt: .serverThreadpoolBusy, mosn: .clientSendError, grpc: 14),
    Rule(reply: .rateLimited, http: 429, bolt: .serverThreadpoolBusy, mosn: .unknown, grpc: 8),
    Rule(reply: .forbidden, http: 403, bolt: .serverException, mosn: .unknown, grpc: 7),
    Rule(reply: .malformed, http: 400, bolt: .codecException, mosn: .codecException, grpc: 13),
    Rule(reply: .headTooLarge, http: 431, bolt: .codecException, mosn: .codecException, grpc: 8),
    Rule(reply: .contentTooLarge, http: 413, bolt: .codecException, mosn: .codecException, grpc: 8),
    Rule(reply: .draining, http: 503, bolt: .connectionClosed, mosn: .clientSendError, grpc: 14),
    Rule(reply: .internalError, http: 500, bolt: .unknown, mosn: .unknown, grpc: 13),
  ]

  var rule: Rule {
    for rule in LocalReply.rules where rule.reply == self { return rule }
    return Rule(reply: self, http: 500, bolt: .unknown, mosn: .unknown, grpc: 13)
  }

  public var httpStatus: Int { rule.http }
  public var grpcStatus: Int { rule.grpc }

  /// - Parameter compatible: say what MOSN 0.2.1 says.
  public func boltStatus(compatible: Bool = false) -> BoltStatus { compatible ? rule.mosn : rule.bolt }

  /// The answer to a bolt call: empty, with its version, id and codec.
  public func boltHead(to request: BoltHead, compatible: Bool = false) -> BoltHead {
    .response(to: request, status: boltStatus(compatible: compatible))
  }
}
