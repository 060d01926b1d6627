import BoltCodec
import H2Codec
import MosnBytes
import MosnConfig

/// The routes of a listener by host: an exact domain beats the longest suffix, which beats `*`. A domain that names a
/// port beats its like without one, which is for all ports.
struct Router {
  /// By `host` or `host:port` in lower case.
  private var exact: [[UInt8]: [CompiledRoute]] = [:]
  private var suffixes: [Suffix] = []
  private var any: [CompiledRoute] = []
  /// Names of headers that routes look at, in lower case, each once.
  private(set) var names: [[UInt8]] = []
  /// Protocols of their own that routes speak to servers.
  private(set) var upstreams: [UpstreamProtocol] = []

  private struct Suffix {
    /// `.suffix` in lower case.
    let text: [UInt8]
    /// `:port`; empty: any.
    let port: [UInt8]
    let routes: [CompiledRoute]
  }

  init(_ hosts: [VirtualHost], _ upstreams: Upstreams) {
    for host in hosts {
      let routes = host.routers.map { CompiledRoute($0, upstreams) }
      self.upstreams += routes.compactMap(\.upstream)
      for name in routes.flatMap(\.matcher.names).map(\.lowercased) where !names.contains(name) {
        names.append(name)
      }
      for domain in host.domains { add(routes, for: Array(domain.lowercased().utf8)) }
    }
    suffixes.sort { ($0.port.count, $0.text.count) > ($1.port.count, $1.text.count) }
  }

  private mutating func add(_ routes: [CompiledRoute], for domain: [UInt8]) {
    var (host, port) = Self.parts(domain)
    if port.elementsEqual(":*".utf8) { port = [] }
    if host.first != UInt8(ascii: "*") {
      exact[Array(host + port)] = routes
    } else if host.count == 1, port.isEmpty {
      any = routes
    } else {
      suffixes.append(Suffix(text: Array(host.dropFirst()), port: Array(port), routes: routes))
    }
  }

  /// The route of a bolt request. Bolt has no host, so that only `*` is asked.
  func route(_ frame: BoltFrame, in bytes: RawSpan) -> CompiledRoute? {
    guard frame.headerLength > 0 || any.count > 0 else { return nil }
    let headers = BoltHeaders(map: frame.headerMap)
    return first(of: any, path: headers.path(in: bytes), headers, in: bytes)
  }

  /// The route of an HTTP/2 request whose header map in bolt is not what its fields say.
  ///
  /// - Parameter parts: where the map lies; what comes to its end is scratch.
  func route(_ list: H2HeaderList, _ head: H2MessageHead, map: Range<Int>, in parts: inout [UInt8])
    -> CompiledRoute?
  {
    let bytes = list.bytes.span.bytes
    let routes = routes(for: head.authority ?? head.host, in: bytes)
    let headers = BoltHeaders(map: map)
    var path = headers.path(in: parts.span.bytes)
    if path == nil, let field = head.path {
      let start = parts.count
      parts.append(bytes, Self.withoutQuery(field, in: bytes))
      path = start..<parts.count
    }
    return first(of: routes, path: path, headers, in: parts.span.bytes)
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
    let (bare, port) = Self.parts(name)
    if let routes = exact[name] ?? exact[Array(bare)] { return routes }
    for suffix in suffixes
    where bare.count > suffix.text.count && bare.suffix(suffix.text.count) == suffix.text[...]
      && (suffix.port.isEmpty || suffix.port[...] == port)
    {
      return suffix.routes
    }
    return any
  }

  private static func withoutQuery(_ path: Range<Int>, in bytes: RawSpan) -> Range<Int> {
    var end = path.lowerBound
    while end < path.upperBound, bytes.byte(end) != UInt8(ascii: "?") { end += 1 }
    return path.lowerBound..<end
  }

  /// `host` and `:port`, which may be empty.
  private static func parts(_ host: [UInt8]) -> (host: ArraySlice<UInt8>, port: ArraySlice<UInt8>) {
    guard let colon = host.lastIndex(of: UInt8(ascii: ":")), host.last != UInt8(ascii: "]") else {
      return (host[...], [])
    }
    return (host[..<colon], host[colon...])
  }
}
