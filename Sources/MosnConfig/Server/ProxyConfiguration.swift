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

extension ProxyConfiguration {
  /// What clients speak, `X` being what `extend_config` says it is.
  public var downstream: ProtocolNames { resolved(downstreamProtocol) }
  /// What servers speak; nothing: what the client speaks.
  public var upstream: ProtocolNames { resolved(upstreamProtocol) }

  private func resolved(_ protocols: ProtocolNames) -> ProtocolNames {
    let named = extendConfig?.subProtocol.names ?? []
    return ProtocolNames(protocols.names.flatMap { $0 == .x && !named.isEmpty ? named : [$0] })
  }
}

extension ProxyConfiguration: ConfigurationObject {
  static let title = "Proxy"
  static let keys: [Key<Self>] = [
    Key("name", \.name, "A label."),
    Key(
      "downstream_protocol", \.downstreamProtocol,
      "What clients speak: `SofaRpc`, `Http2`, `X`, `bolt`, `boltv2`, `Auto`. Without it the listener is dead."
    ),
    Key(
      "upstream_protocol", \.upstreamProtocol,
      "What servers speak, named alike; what the client speaks if absent."),
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
    checkClients(&reader)
    upstream.checkServers("\(path).upstream_protocol", &reader)
    if routerConfigName.isEmpty, virtualHosts.isEmpty {
      reader.report(.warning, path, "neither virtual_hosts nor router_config_name: every request gets 404")
    }
    if !VirtualHost.areDomainsUnique(in: virtualHosts, &reader) { virtualHosts = [] }
  }

  private func checkClients(_ reader: inout ConfigurationReader) {
    let names = downstream.names
    let place = "\(path).downstream_protocol"
    if names.isEmpty {
      reader.report(
        .warning, place,
        "Protocol in String Needed in Proxy Network Filter: \(ListenerConfiguration.dead)")
    }
    let isDead = !names.contains { $0 == .auto || $0 == .http1 || ProtocolName.spoken.contains($0) }
    for name in names where !ProtocolName.spoken.contains(name) {
      switch name {
      case .http1:
        reader.report(
          .warning, place,
          "mosnd does not speak HTTP/1: a request is answered with 505 and the connection closed")
      case .auto:
        reader.report(
          .warning, place, "mosnd finds bolt and HTTP/2 by Auto; a request in HTTP/1 is answered with 505")
      default:
        reader.report(
          .warning, place,
          "mosnd does not speak \(name.text)" + (isDead ? ": \(ListenerConfiguration.dead)" : ""),
          suggestion: name.suggestion)
      }
    }
  }
}

extension ProxyExtension: ConfigurationObject {
  static let title = "Proxy extension"
  static let keys: [Key<Self>] = [
    Key("sub_protocol", \.subProtocol, "Which protocol `X` is: `bolt`, `boltv2`."),
    .noEffect("http2_use_stream", "boolean", since: "1.6", "Bodies always pass as they come."),
    .noEffect("max_request_body_size", "integer", since: "1.6", "The longest body in HTTP/1."),
  ]
}

/// The filter that forwards bytes as they come.
public struct TCPProxyConfiguration: Hashable, Sendable {
  public internal(set) var path = ""
  /// Where all connections go; empty: where the first route says.
  public var cluster = ""
  public var routes: [TCPRoute] = []
  public init() {}
}

public struct TCPRoute: Hashable, Sendable {
  public internal(set) var path = ""
  public var cluster = ""
  public init() {}
}

extension TCPProxyConfiguration {
  /// Nil: connections are closed at once.
  public var destination: String? {
    cluster.isEmpty ? routes.first?.cluster : cluster
  }

  /// Where the destination stands in the file.
  var destinationPath: String { "\(cluster.isEmpty ? routes.first?.path ?? path : path).cluster" }
}

extension TCPProxyConfiguration: ConfigurationObject {
  static let title = "TCP proxy"
  static let keys: [Key<Self>] = [
    Key("cluster", \.cluster, since: "0.4.0", "Where connections go."),
    Key("routes", \.routes, "Where they go without `cluster`; the first one counts."),
    .noEffect("stat_prefix", "string", since: "1.6", "Names MOSN's metrics."),
    .noEffect(
      "idle_timeout", "integer of nanoseconds", since: "1.6", "When a silent connection is closed."),
    .noEffect("max_connect_attempts", "integer", since: "1.6", "Parsed by MOSN, without effect there too."),
  ]

  mutating func check(given: Set<String>, _ reader: inout ConfigurationReader) {
    if destination == nil {
      reader.report(.warning, path, "neither cluster nor routes: \(ListenerConfiguration.dead)")
    }
    for route in routes.dropFirst(cluster.isEmpty ? 1 : 0) where route.cluster != destination {
      reader.report(
        .warning, route.path, "ignored: all connections go to \(destination ?? "")")
    }
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
