import MosnConfig

/// A listener as connections see it.
final class Listener {
  let name: String
  let router: Router
  let downstream: Expectation
  let upstream: Upstream
  /// Nanoseconds; 0: idle connections stay. Nil: not said.
  let idleTime: UInt64?
  /// Heartbeats go on to the server.
  let passesHeartbeats: Bool

  /// What clients speak.
  enum Expectation { case bolt, http2, either }

  /// What servers are spoken to in.
  enum Upstream {
    /// In the version of each frame.
    case bolt
    case boltV1
    case boltV2
    case http2
    /// As the client.
    case same

    func isHTTP2(for downstream: ConnectionProtocol) -> Bool {
      switch self {
      case .http2: true
      case .same: downstream == .http2
      case .bolt, .boltV1, .boltV2: false
      }
    }
  }

  /// Nil when the listener has no proxy filter.
  init?(_ listener: ListenerConfiguration, clusters: ClusterTable, limits: ProxyLimits) {
    guard let proxy = listener.proxy else { return nil }
    name = listener.name
    router = Router(listener.virtualHosts, clusters: clusters, limits: limits)
    let sub = proxy.extendConfig?.subProtocol.names ?? []
    downstream = Self.expectation(proxy.downstreamProtocol.names, sub)
    upstream = Self.upstream(proxy.upstreamProtocol.names, sub)
    idleTime = listener.connectionIdleTimeout.map { UInt64(max(0, $0.rawValue)) }
    passesHeartbeats = listener.streamFilters.contains {
      if case .healthCheck(let filter) = $0.content { filter.passthrough } else { false }
    }
  }

  private static func expectation(_ names: [ProtocolName], _ sub: [ProtocolName]) -> Expectation {
    let speaksHTTP2 = names.contains(.http2) || names.contains(.auto)
    let speaksBolt = names.contains { [.sofaRpc, .bolt, .boltv2, .auto, .x].contains($0) }
    return switch (speaksBolt, speaksHTTP2) {
    case (true, true), (false, false): .either
    case (true, false): .bolt
    case (false, true): .http2
    }
  }

  private static func upstream(_ names: [ProtocolName], _ sub: [ProtocolName]) -> Upstream {
    switch names.first == .x ? sub.first : names.first {
    case .http2?: .http2
    case .bolt?: .boltV1
    case .boltv2?: .boltV2
    case .auto?, nil: names.first == .x ? .bolt : .same
    default: .bolt
    }
  }
}
