import MosnConfig

/// A listener as connections see it.
final class Listener {
  let name: String
  let router: Router
  let downstream: DownstreamProtocols
  let upstream: UpstreamProtocol
  /// Nanoseconds; 0: idle connections stay. Nil: not said.
  let idleTime: UInt64?
  /// `x-mosnd-map` is sent and believed.
  let usesMapField: Bool
  /// Calls of HTTP/2 may become bolt's.
  let crossesToBolt: Bool
  /// Heartbeats go on to the server.
  let passesHeartbeats: Bool
  /// Why it takes no connections; nil: it does.
  let refusal: ProxyEvent.Refusal?

  init(_ listener: ListenerConfiguration, _ upstreams: Upstreams) {
    name = listener.name
    router = Router(listener.virtualHosts, upstreams)
    downstream = DownstreamProtocols(listener.proxy?.downstream.names ?? [])
    upstream = UpstreamProtocol(listener.proxy?.upstream.names ?? [])
    usesMapField = listener.mapField
    crossesToBolt = ([upstream] + router.upstreams).contains(where: \.makesFramesOfFields)
    refusal = listener.proxy == nil ? .noProxyFilter : downstream.isEmpty ? .notSpoken : nil
    idleTime = listener.connectionIdleTimeout.map { UInt64(max(0, $0.rawValue)) }
    passesHeartbeats = listener.streamFilters.contains {
      if case .healthCheck(let filter) = $0.content { filter.passthrough } else { false }
    }
  }

  /// What servers are spoken to in on a route, which may have a word of its own.
  func upstream(on route: CompiledRoute?) -> UpstreamProtocol { route?.upstream ?? upstream }
}
