/// The `type` byte: which of the two layouts follows, and whether an answer is due.
///
/// Closed: an unknown type has no known layout, so no frame of it can be read.
public enum BoltType: UInt8, Sendable, Hashable {
  case response = 0
  case request = 1
  /// A request the peer must not answer.
  case oneway = 2
}

/// What a frame means: `type` and `command` taken together.
public enum BoltKind: UInt8, Sendable, Hashable, CaseIterable {
  case request
  case oneway
  case response
  case heartbeat
  case heartbeatAck
  /// MOSN's notice that no new request should come (opt-in there, unknown to SOFABolt).
  case goaway

  /// Every pair has a kind: an unknown command goes by its type. SOFABolt acknowledges a heartbeat of type
  /// oneway too.
  @inlinable
  public init(type: BoltType, command: BoltCommand) {
    switch (type, command) {
    case (.response, .heartbeat): self = .heartbeatAck
    case (.request, .heartbeat), (.oneway, .heartbeat): self = .heartbeat
    case (.request, .goaway), (.oneway, .goaway): self = .goaway
    case (.response, _): self = .response
    case (.request, _): self = .request
    case (.oneway, _): self = .oneway
    }
  }
}
