/// The command code. Open: unknown values survive a round trip.
@frozen
public struct BoltCommand: RawRepresentable, Sendable, Hashable {
  public var rawValue: UInt16

  @inlinable
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  @inlinable public static var heartbeat: BoltCommand { BoltCommand(rawValue: 0) }
  @inlinable public static var request: BoltCommand { BoltCommand(rawValue: 1) }
  @inlinable public static var response: BoltCommand { BoltCommand(rawValue: 2) }
  /// MOSN 1.0 and later only, sent as type request with nothing in it.
  @inlinable public static var goaway: BoltCommand { BoltCommand(rawValue: 100) }

  /// The name SOFABolt or MOSN gives the command; nil for an unknown one.
  public var name: String? {
    switch self {
    case .heartbeat: "HEARTBEAT"
    case .request: "RPC_REQUEST"
    case .response: "RPC_RESPONSE"
    case .goaway: "GOAWAY"
    default: nil
    }
  }
}

extension BoltCommand: CustomStringConvertible {
  public var description: String { name ?? "command \(rawValue)" }
}
