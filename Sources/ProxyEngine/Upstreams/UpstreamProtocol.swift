import BoltCodec
import MosnConfig

/// What servers are spoken to in.
enum UpstreamProtocol {
  /// Bolt in the version of each frame.
  case bolt
  case boltV1
  case boltV2
  case http2
  /// What the client speaks.
  case same
  /// Nothing that the engine could say to them: they are never connected to.
  case notSpoken

  /// The first of the names counts; without any it is what the client speaks.
  init(_ names: [ProtocolName]) {
    self =
      switch names.first {
      case nil, .auto?: .same
      case .sofaRpc?: .bolt
      case .bolt?: names.contains(.boltv2) ? .bolt : .boltV1
      case .boltv2?: names.contains(.bolt) ? .bolt : .boltV2
      case .http2?: .http2
      default: .notSpoken
      }
  }

  func isHTTP2(for downstream: ConnectionProtocol) -> Bool {
    switch self {
    case .http2: true
    case .same: downstream == .http2
    case .bolt, .boltV1, .boltV2, .notSpoken: false
    }
  }

  /// For a client that speaks bolt.
  var isBolt: Bool {
    switch self {
    case .bolt, .boltV1, .boltV2, .same: true
    case .http2, .notSpoken: false
    }
  }

  /// The version of bolt that servers want; nil: as it comes.
  var boltVersion: BoltVersion? {
    switch self {
    case .boltV1: .v1
    case .boltV2: .v2
    case .bolt, .same, .http2, .notSpoken: nil
    }
  }
}
