import MosnBytes

/// TLS settings and the network filters behind them.
public struct FilterChain: Hashable, Sendable {
  public internal(set) var path = ""
  public var tls: TLSConfiguration?
  public var tlsSet: [TLSConfiguration] = []
  public var filters: [NetworkFilter] = []
  public init() {}
}

extension FilterChain: ConfigurationObject {
  static let title = "Filter chain"
  static let keys: [Key<Self>] = [
    Key("tls_context", \.tls, "TLS towards the client."),
    Key("tls_context_set", \.tlsSet, since: "0.4.2", "Several certificates, chosen by server name."),
    Key("filters", \.filters, "What happens to a connection's bytes."),
    .noEffect("match", "string", "Parsed by MOSN, without effect there too."),
  ]

  mutating func check(given: Set<String>, _ reader: inout ConfigurationReader) {
    if given.contains("tls_context"), !tlsSet.isEmpty {
      reader.report(.error, "\(path).tls_context_set", "tls_context and tls_context_set exclude each other")
    }
    if let proxy = filters.firstIndex(where: \.isProxy) {
      for ignored in filters[(proxy + 1)...] where ignored.isProxy {
        reader.report(
          .warning, ignored.path, "ignored: the \(filters[proxy].type) before it takes all connections")
      }
    }
  }
}

/// A filter on a connection: `proxy`, `connection_manager` or `tcp_proxy`.
public struct NetworkFilter: Hashable, Sendable {
  public enum Content: Hashable, Sendable {
    case proxy(ProxyConfiguration)
    case connectionManager(RouterConfiguration)
    case tcpProxy(TCPProxyConfiguration)
    /// A filter of a later MOSN: known, without effect.
    case other
  }

  public internal(set) var path = ""
  public var type = ""
  public var content = Content.other
  /// As the file has it; after reading, in normal form.
  var config = JSONValue(.object([]))
  public init() {}

  /// Filters of later versions that this daemon leaves out.
  static let withoutEffect = ["fault_inject", "udp_proxy", "grpc", "tunnel"]

  /// It takes connections.
  var isProxy: Bool {
    switch content {
    case .proxy, .tcpProxy: true
    case .connectionManager, .other: false
    }
  }
}

extension NetworkFilter: ConfigurationObject {
  static let title = "Network filter"
  static let keys: [Key<Self>] = [
    Key("type", \.type, "`proxy`, `connection_manager` (since 0.3.0) or `tcp_proxy`; required."),
    Key(
      "config", \.config,
      "The filter's own keys, see [proxy](#proxy), [router](#router), [tcp proxy](#tcp-proxy)."),
    .noEffect("go_plugin_config", "object", since: "1.6", "Filters from Go plugins."),
  ]

  mutating func check(given: Set<String>, _ reader: inout ConfigurationReader) {
    reader.isWithinFilter = true
    defer { reader.isWithinFilter = false }
    let place = "\(path).config"
    switch type {
    case "proxy":
      // Without a readable configuration it has no protocol all the same.
      let proxy = ProxyConfiguration.read(config.objectOrEmpty, at: place, &reader) ?? ProxyConfiguration()
      (content, config) = (.proxy(proxy), proxy.json ?? config)
    case "connection_manager":
      guard let routers = RouterConfiguration.read(config, at: place, &reader) else { return }
      (content, config) = (.connectionManager(routers), routers.json ?? config)
    case "tcp_proxy":
      guard let proxy = TCPProxyConfiguration.read(config, at: place, &reader) else { return }
      (content, config) = (.tcpProxy(proxy), proxy.json ?? config)
    case _ where Self.withoutEffect.contains(type):
      reader.report(.warning, "\(path).type", "the filter \(type) has no effect in mosnd")
    default:
      reader.report(
        .warning, "\(path).type", "network filter create failed: unknown type \"\(type)\" has no effect",
        suggestion: Suggestion.nearest(to: type, among: ["proxy", "connection_manager", "tcp_proxy"]))
    }
  }
}

extension JSONValue: ConfigurationValue {
  static let shape = "object"
  static let example = JSONValue(.object([]))

  static func read(_ json: JSONValue, at path: String, _ reader: inout ConfigurationReader) -> JSONValue? {
    json
  }

  var json: JSONValue? { self }

  fileprivate var objectOrEmpty: JSONValue {
    members == nil ? JSONValue(.object([]), at: position) : self
  }
}
