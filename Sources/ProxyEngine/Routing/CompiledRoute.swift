import MosnConfig

/// A route ready for use. A call keeps the one it began with, whatever is configured meanwhile.
final class CompiledRoute {
  let matcher: RouteMatcher
  let action: Action
  /// Nanoseconds; 0: the route says nothing. `Route.timeout` zero means the same.
  let timeout: UInt64
  let retry: RetryPolicy?
  /// Empty: nothing is rewritten.
  let prefix: [UInt8]
  let prefixRewrite: [UInt8]
  let hostRewrite: [UInt8]
  /// Nil: what the listener says.
  let upstream: UpstreamProtocol?

  enum Action {
    case forward([WeightedHosts])
    case redirect(Redirect)
    case respond(DirectResponse)
    case none
  }

  /// Hosts that get a share of the requests.
  struct WeightedHosts {
    let hosts: HostSet?
    let weight: UInt64
  }

  init(_ rule: RouteRule, _ upstreams: Upstreams) {
    matcher = RouteMatcher(rule)
    prefix = if case .prefix(let text) = rule.match { Array(text.utf8) } else { [] }
    switch rule.action {
    case .forward(let route):
      action = .forward(Self.shares(of: route, upstreams))
      timeout = UInt64(max(0, route.timeout?.rawValue ?? 0))
      retry = route.retryPolicy
      prefixRewrite = Array(route.prefixRewrite.utf8)
      hostRewrite = Array(route.hostRewrite.utf8)
      upstream = route.upstreamProtocol.names.isEmpty ? nil : UpstreamProtocol(route.upstreamProtocol.names)
      return
    case .redirect(let redirect): action = .redirect(redirect)
    case .respond(let response): action = .respond(response)
    case .none: action = .none
    }
    (timeout, retry, prefixRewrite, hostRewrite, upstream) = (0, nil, [], [], nil)
  }

  var rewrites: Bool { !prefixRewrite.isEmpty || !hostRewrite.isEmpty }

  /// The hosts that a request goes to; nil when the configuration names a cluster it does not have.
  static func choose(_ shares: [WeightedHosts], _ random: inout RandomNumbers) -> HostSet? {
    guard shares.count > 1 else { return shares.first?.hosts }
    let total = shares.reduce(0) { $0 + $1.weight }
    guard total > 0 else { return nil }
    var point = random.next() % total
    for share in shares {
      if point < share.weight { return share.hosts }
      point -= share.weight
    }
    return nil
  }

  private static func shares(of route: Route, _ upstreams: Upstreams) -> [WeightedHosts] {
    switch route.target {
    case .cluster(let name):
      [WeightedHosts(hosts: upstreams[name]?.hosts(for: route.metadataMatch.values), weight: 1)]
    case .weighted(let entries):
      entries.map { entry in
        let metadata = route.metadataMatch.values.merging(entry.metadataMatch.values) { $1 }
        return WeightedHosts(hosts: upstreams[entry.name]?.hosts(for: metadata), weight: UInt64(entry.weight))
      }
    }
  }
}
