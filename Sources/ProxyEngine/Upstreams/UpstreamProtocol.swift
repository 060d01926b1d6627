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

  /// What servers are spoken to in for a client that speaks `downstream`; nil: nothing.
  func kind(for downstream: PeerKind) -> PeerKind? {
    switch self {
    case .bolt, .boltV1, .boltV2: .bolt
    case .http2: .http2
    case .same: downstream
    case .notSpoken: nil
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
