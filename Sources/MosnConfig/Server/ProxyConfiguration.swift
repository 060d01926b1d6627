/// The filter that routes requests.
public struct ProxyConfiguration: Hashable, Sendable {
  public internal(set) var path = ""
  /// A label.
  public var name = ""
  public var downstreamProtocol = ProtocolNames()
  public var upstreamProtocol = ProtocolNames()
  /// The name of routes that stand elsewhere; empty when they stand in `virtualHosts`.
  public var routerConfigName = ""
  public var virtualHosts: [VirtualHost] = []
  public var extendConfig: ProxyExtension?

  public init() {}
}

/// What `X` needs to know more.
public struct ProxyExtension: Hashable, Sendable {
  public internal(set) var path = ""
  public var subProtocol = ProtocolNames()
  public init() {}
}

extension ProxyConfiguration: ConfigurationObject {
  static let title = "Proxy"
  static let keys: [Key<Self>] = [
    Key("name", \.name, "A label."),
    Key(
      "downstream_protocol", \.downstreamProtocol,
      "What clients speak: `SofaRpc`, `Http1`, `Http2`, `X`, `bolt`, `boltv2`, `Auto`; required."),
    Key("upstream_protocol", \.upstreamProtocol, "What servers speak, named alike; required."),
    Key("router_config_name", \.routerConfigName, since: "0.3.0", "Which routes, if they do not stand here."),
    Key("virtual_hosts", \.virtualHosts, "The routes, if they stand here."),
    Key("extend_config", \.extendConfig, "More about the protocol `X`."),
    .noEffect("support_dynamic_route", "boolean", "A log line of MOSN."),
    .noEffect("basic_routes", "array of object", "Parsed by MOSN, without effect there too."),
    .noEffect("validate_clusters", "boolean", "mosnd always looks whether clusters exist."),
    .noEffect("fallback_for_unknown_protocol", "boolean", since: "1.6", "Forwarding of unknown bytes."),
    .noEffect("router_handler_name", "string", since: "1.6", "Route lookups of MOSN extensions."),
    .noEffect("concurrency_num", "integer", since: "1.6", "Goroutines per connection."),
  ]

  mutating func check(given: Set<String>, _ reader: inout ConfigurationReader) {
    check(downstreamProtocol, "downstream_protocol", "Downstream", &reader)
    check(upstreamProtocol, "upstream_protocol", "Upstream", &reader)
    if routerConfigName.isEmpty, virtualHosts.isEmpty {
      reader.report(.warning, path, "neither virtual_hosts nor router_config_name: every request gets 404")
    }
    VirtualHost.checkDomains(of: virtualHosts, &reader)
  }

  private func check(
    _ protocols: ProtocolNames, _ key: String, _ side: String, _ reader: inout ConfigurationReader
  ) {
    if protocols.names.isEmpty {
      reader.report(.error, "\(path).\(key)", "Protocol in String Needed in Proxy Network Filter")
    }
    for name in protocols.names where !ProtocolName.known.contains(name) {
      if ProtocolName.notSpoken.contains(name) {
        reader.report(.warning, "\(path).\(key)", "mosnd does not speak \(name.rawValue)")
      } else {
        reader.report(
          .error, "\(path).\(key)", "Invalid \(side) Protocol = \(name.rawValue)",
          suggestion: Suggestion.nearest(to: name.rawValue, among: ProtocolName.known.map(\.rawValue)))
      }
    }
    if protocols.names.contains(.x), extendConfig?.subProtocol.names.isEmpty ?? true {
      reader.report(
        .warning, "\(path).\(key)", "X needs extend_config.sub_protocol to say which protocol it is")
    }
  }
}

extension ProxyExtension: ConfigurationObject {
  static let title = "Proxy extension"
  static let keys: [Key<Self>] = [
    Key("sub_protocol", \.subProtocol, "Which protocol `X` is: `bolt`, `boltv2`.")
  ]
}

/// The filter that forwards bytes as they come.
public struct TCPProxyConfiguration: Hashable, Sendable {
  public internal(set) var path = ""
  public var routes: [TCPRoute] = []
  public init() {}
}

public struct TCPRoute: Hashable, Sendable {
  public internal(set) var path = ""
  public var cluster = ""
  public init() {}
}

extension TCPProxyConfiguration: ConfigurationObject {
  static let title = "TCP proxy"
  static let keys: [Key<Self>] = [
    Key("routes", \.routes, "Where connections go; the first one counts.")
  ]

  mutating func check(given: Set<String>, _ reader: inout ConfigurationReader) {
    if routes.isEmpty { reader.report(.warning, path, "no routes: connections are closed at once") }
  }
}

extension TCPRoute: ConfigurationObject {
  static let title = "TCP route"
  static let keys: [Key<Self>] = [
    Key("cluster", \.cluster, "The cluster's name."),
    .noEffect("source_addrs", "array of object", "Only connections from these addresses."),
    .noEffect("destination_addrs", "array of object", "Only connections to these addresses."),
  ]
}
