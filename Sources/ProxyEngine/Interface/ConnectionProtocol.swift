/// What is spoken on a connection. An endpoint knows it from the first bytes (`Opening`); to find a protocol anywhere in a stream is
/// the observer's art (`Wire`).
public enum ConnectionProtocol: UInt8, Sendable, Hashable {
  case unknown, boltV1, boltV2, http2

  public var isBolt: Bool { self == .boltV1 || self == .boltV2 }
}

extension ConnectionProtocol: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknown: "-"
    case .boltV1: "bolt"
    case .boltV2: "boltv2"
    case .http2: "Http2"
    }
  }
}
