import BoltCodec
import H2Codec
import MosnConfig

/// The routes of a listener by host: an exact domain beats the longest suffix, which beats `*`.
struct Router {
  private var exact: [[UInt8]: [CompiledRoute]] = [:]
  /// `.suffix` in lower case, the longest first.
  private var suffixes: [(suffix: [UInt8], routes: [CompiledRoute])] = []
  private var any: [CompiledRoute] = []

  init(_ hosts: [VirtualHost], clusters: ClusterTable) {
    for host in hosts {
      let routes = host.routers.map { CompiledRoute($0, clusters: clusters) }
      for domain in host.domains {
        let text = Array(domain.lowercased().utf8)
        if domain == "*" {
          any = routes
        } else if domain.hasPrefix("*") {
          suffixes.append((Array(text.dropFirst()), routes))
        } else {
          exact[text] = routes
        }
      }
    }
    suffixes.sort { $0.suffix.count > $1.suffix.count }
  }

  /// The route of a bolt request. Bolt has no host, so that only `*` is asked.
  func route(_ frame: BoltFrame, in bytes: RawSpan) -> CompiledRoute? {
    guard frame.headerLength > 0 || any.count > 0 else { return nil }
    let path = BoltHeaderMap.value(forKey: "path", in: bytes, frame.headerMap)
    return first(of: any, path: path, BoltHeaders(map: frame.headerMap), in: bytes)
  }

  func route(_ list: H2HeaderList, _ head: H2MessageHead) -> CompiledRoute? {
    let bytes = list.bytes.span.bytes
    let path = head.path.map { Self.withoutQuery($0, in: bytes) }
    return first(
      of: routes(for: head.authority ?? head.host, in: bytes), path: path, HTTP2Headers(fields: list.fields),
      in: bytes)
  }

  /// Nil also where it cannot be told whether the request is a rule's: it is no later one's then.
  private func first(
    of routes: [CompiledRoute], path: Range<Int>?, _ lookup: some HeaderLookup, in bytes: RawSpan
  ) -> CompiledRoute? {
    for route in routes {
      switch route.matcher.matches(path: path, lookup, in: bytes) {
      case .yes: return route
      case .no: break
      case .undecided: return nil
      }
    }
    return nil
  }

  private func routes(for host: Range<Int>?, in bytes: RawSpan) -> [CompiledRoute] {
    guard let host, !exact.isEmpty || !suffixes.isEmpty else { return any }
    let name = Array(bytes.string(host).lowercased().utf8)
    let bare = Self.withoutPort(name)
    if let routes = exact[name] ?? exact[bare] { return routes }
    for (suffix, routes) in suffixes
    where bare.count > suffix.count && bare.suffix(suffix.count) == suffix[...] {
      return routes
    }
    return any
  }

  private static func withoutQuery(_ path: Range<Int>, in bytes: RawSpan) -> Range<Int> {
    var end = path.lowerBound
    while end < path.upperBound, bytes.byte(end) != UInt8(ascii: "?") { end += 1 }
    return path.lowerBound..<end
  }

  private static func withoutPort(_ host: [UInt8]) -> [UInt8] {
    guard let colon = host.lastIndex(of: UInt8(ascii: ":")), host.last != UInt8(ascii: "]") else {
      return host
    }
    return Array(host[..<colon])
  }
}
