/// A socket to listen on and what happens to the connections it accepts.
public struct ListenerConfiguration: Hashable, Sendable {
  public internal(set) var path = ""
  public var name = ""
  /// The text of the file; `networkAddress` is what it means.
  public var address = ""
  /// False: a listener without a socket. It takes no connections.
  public var bindPort = false
  /// `tcp` alone is implemented.
  public var network = "tcp"
  /// True: the first byte of a connection decides between TLS (0x16) and plain text.
  public var inspector = false
  public var logPath: String?
  public var logLevel: LogLevel?
  public var accessLogs: [AccessLogConfiguration] = []
  public var filterChains: [FilterChain] = []
  public var streamFilters: [StreamFilter] = []
  /// Nil: nothing said. Zero: idle connections stay.
  public var connectionIdleTimeout: Nanoseconds?
  /// The routes of the proxy filter, from whichever of the three places the file has them in.
  public var virtualHosts: [VirtualHost] = []

  public init() {}
}

extension ListenerConfiguration {
  public var networkAddress: NetworkAddress? { NetworkAddress(address) }

  /// The filters that take effect: those of the first chain.
  public var filters: [NetworkFilter] { filterChains.first?.filters ?? [] }

  public var proxy: ProxyConfiguration? {
    filters.lazy.compactMap { if case .proxy(let proxy) = $0.content { proxy } else { nil } }.first
  }

  public var tcpProxy: TCPProxyConfiguration? {
    filters.lazy.compactMap { if case .tcpProxy(let proxy) = $0.content { proxy } else { nil } }.first
  }

  /// The TLS settings of all chains that are switched on.
  public var tls: [TLSConfiguration] {
    filterChains.flatMap { ($0.tls.map { [$0] } ?? []) + $0.tlsSet }.filter(\.isEnabled)
  }
}

extension ListenerConfiguration: ConfigurationObject {
  static let title = "Listener"
  static let keys: [Key<Self>] = [
    Key("name", \.name, "Names the listener in logs and metrics; required."),
    Key("address", \.address, "`ip:port`; required."),
    Key("bind_port", \.bindPort, "Without it the listener has no socket."),
    Key("network", \.network, since: "1.6", "`tcp`; a listener of another network is not bound."),
    Key("inspector", \.inspector, "Serve TLS and plain text on the same port."),
    Key("log_path", \.logPath, "As `default_log_path`, for this listener."),
    Key("log_level", \.logLevel, "As `default_log_level`, for this listener."),
    Key("access_logs", \.accessLogs, "Where each request leaves a line."),
    Key("filter_chains", \.filterChains, "TLS and filters; the filters of the first one count."),
    Key("stream_filters", \.streamFilters, "What looks at requests before they are routed."),
    Key(
      "connection_idle_timeout", \.connectionIdleTimeout, since: "0.6.0",
      "When a connection without requests is closed; `0s` is never."),
    .noEffect("handoff_restoreddestination", "boolean", "Transparent redirection by iptables."),
    .noEffect("type", "`ingress`, `egress`", since: "1.6", "Picks MOSN's tracing side."),
    .noEffect("use_original_dst", "string", since: "1.6", "Transparent redirection."),
    .noEffect("listener_filters", "array of object", since: "1.6", "Filters on accepted sockets."),
    .noEffect(
      "default_read_buffer_size", "integer", since: "1.6", "mosnd sizes its buffers by what arrives."),
  ]

  mutating func check(given: Set<String>, _ reader: inout ConfigurationReader) {
    if name.isEmpty { reader.report(.error, "\(path).name", "[name] is required in listener config") }
    if address.isEmpty {
      reader.report(.error, "\(path).address", "[Address] is required in listener config")
    } else if network == "tcp", networkAddress == nil {
      reader.report(.error, "\(path).address", "[Address] not valid: \(address)")
    }
    if network != "tcp" {
      reader.report(.warning, "\(path).network", "only tcp is implemented: the listener is not bound")
      bindPort = false
    } else if !bindPort {
      reader.report(
        .note, "\(path).bind_port", "not true: the listener has no socket and takes no connections")
    }
    for chain in filterChains.dropFirst() where !chain.filters.isEmpty {
      reader.report(.warning, "\(chain.path).filters", "only the filters of the first chain have an effect")
    }
    if proxy == nil, tcpProxy == nil {
      reader.report(.warning, path, "neither a proxy nor a tcp_proxy filter: connections are closed at once")
    }
  }
}

/// A file with a line per request.
public struct AccessLogConfiguration: Hashable, Sendable {
  public internal(set) var path = ""
  public var logPath = ""
  /// Empty: the default format.
  public var logFormat = ""
  public init() {}
}

extension AccessLogConfiguration: ConfigurationObject {
  static let title = "Access log"
  static let keys: [Key<Self>] = [
    Key("log_path", \.logPath, "A path, `stdout` or `stderr`."),
    Key("log_format", \.logFormat, "Text with `%name%` items."),
  ]
}
