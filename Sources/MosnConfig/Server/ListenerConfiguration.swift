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
  /// Between bolt and HTTP/2 `x-mosnd-map` is sent and believed.
  public var mapField = true
  /// The routes of the proxy filter, from whichever of the three places the file has them in.
  public var virtualHosts: [VirtualHost] = []

  public init() {}
}

extension ListenerConfiguration {
  public var networkAddress: NetworkAddress? { NetworkAddress(address) }

  /// The filters that take effect: those of the first chain.
  public var filters: [NetworkFilter] { filterChains.first?.filters ?? [] }

  public var proxy: ProxyConfiguration? {
    if case .proxy(let proxy) = filters.first(where: \.isProxy)?.content { proxy } else { nil }
  }

  public var tcpProxy: TCPProxyConfiguration? {
    if case .tcpProxy(let proxy) = filters.first(where: \.isProxy)?.content { proxy } else { nil }
  }

  /// The TLS settings of all chains that are switched on.
  public var tls: [TLSConfiguration] {
    filterChains.flatMap { ($0.tls.map { [$0] } ?? []) + $0.tlsSet }.filter(\.isEnabled)
  }

  /// What is said of a listener that MOSN starts with, too, and whose connections it resets.
  static let dead = "the listener is dead, every connection to it is closed at once"
}

extension ListenerConfiguration: ConfigurationObject {
  static let title = "Listener"
  static let keys: [Key<Self>] = [
    Key("name", \.name, "Names the listener in logs and metrics; its address if absent."),
    Key("address", \.address, "`ip:port`; required."),
    Key("bind_port", \.bindPort, "Without it the listener has no socket."),
    Key("network", \.network, since: "1.6", "`tcp`; `udp` and `unix` are known and not bound."),
    Key("inspector", \.inspector, "Serve TLS and plain text on the same port."),
    Key("log_path", \.logPath, "As `default_log_path`, for this listener."),
    Key("log_level", \.logLevel, "As `default_log_level`, for this listener."),
    Key("access_logs", \.accessLogs, "Where each request leaves a line."),
    Key("filter_chains", \.filterChains, "TLS and filters; the filters of the first one count; required."),
    Key("stream_filters", \.streamFilters, "What looks at requests before they are routed."),
    Key(
      "connection_idle_timeout", \.connectionIdleTimeout, since: "0.6.0",
      "When a connection without requests is closed; `0s` is never."),
    Key(
      "map_field", \.mapField, since: "mosnd",
      "False: `x-mosnd-map` is neither sent nor believed, and what HTTP/2's other fields cannot carry of a header map is "
        + "lost; for listeners whose clients are not one's own."),
    .noEffect("handoff_restoreddestination", "boolean", "Transparent redirection by iptables."),
    .noEffect("type", "`ingress`, `egress`", since: "1.6", "Picks MOSN's tracing side."),
    .noEffect("use_original_dst", "string", since: "1.6", "Transparent redirection."),
    .noEffect("listener_filters", "array of object", since: "1.6", "Filters on accepted sockets."),
    .noEffect("tunnel_listener", "boolean", since: "1.6", "Connections that agents make from afar."),
    .noEffect(
      "default_read_buffer_size", "integer", since: "1.6", "mosnd sizes its buffers by what arrives."),
  ]

  mutating func check(given: Set<String>, _ reader: inout ConfigurationReader) {
    if name.isEmpty { name = address }
    network = network.isEmpty ? "tcp" : network.lowercased()
    reader.checkLog(logPath, "\(path).log_path")
    checkAddress(&reader)
    if filterChains.isEmpty {
      reader.report(
        .error, "\(path).filter_chains", "listener have filter chains count is not 1: there is none")
    }
    for chain in filterChains.dropFirst() where !chain.filters.isEmpty {
      reader.report(.warning, "\(chain.path).filters", "only the filters of the first chain have an effect")
    }
    if !filterChains.isEmpty, proxy == nil, tcpProxy == nil {
      reader.report(.warning, path, "neither a proxy nor a tcp_proxy filter: \(Self.dead)")
    }
    checkCertificates(&reader)
    TLSConfiguration.checkClientCertificates(
      of: tls, plainTextAt: inspector ? "\(path).inspector" : nil, &reader)
  }

  /// Where TLS is asked for and cannot be had, no connection may come to be without it.
  private mutating func checkCertificates(_ reader: inout ConfigurationReader) {
    let lacking = tls.filter(\.certificateChain.isEmpty)
    guard !lacking.isEmpty else { return }
    for tls in lacking {
      if tls.hasCertificatesElsewhere {
        reader.report(
          .warning, tls.path, "it has no certificate, and mosnd gets none from elsewhere: \(Self.dead)")
      } else {
        reader.report(.error, "\(tls.path).cert_chain", "TLS needs cert_chain and private_key")
      }
    }
    for index in filterChains.indices { filterChains[index] = FilterChain() }
  }

  private mutating func checkAddress(_ reader: inout ConfigurationReader) {
    if address.isEmpty {
      return reader.report(.error, "\(path).address", "[Address] is required in listener config")
    }
    switch network {
    case "tcp", "udp":
      if networkAddress == nil {
        reader.report(.error, "\(path).address", "[Address] not valid: \(address)")
      }
    case "unix": break
    default:
      reader.report(.error, "\(path).network", "listener network only support tcp/udp/unix: \(network)")
    }
    if network != "tcp" {
      reader.report(.warning, "\(path).network", "only tcp is implemented: the listener is not bound")
      bindPort = false
    } else if !bindPort {
      reader.report(
        .note, "\(path).bind_port", "not true: the listener has no socket and takes no connections")
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

  mutating func check(given: Set<String>, _ reader: inout ConfigurationReader) {
    reader.checkLog(logPath, "\(path).log_path")
    let format = AccessLogFormat(logFormat)
    for name in format.unknownNames {
      reader.report(.warning, "\(path).log_format", "%\(name)% means nothing here and stays as it is")
    }
    if format.isUnfinished {
      reader.report(.warning, "\(path).log_format", "the last % has no second one and stays as it is")
    }
  }
}
