import MosnConfig

/// A configuration and everything the edge makes of it, shared by all workers and replaced as a whole by a reload.
struct EdgeSettings: Sendable {
  let configuration: MosnConfiguration
  /// By name.
  let listeners: [String: ListenerEdge]
  /// By the address of their sockets.
  let listenerNames: [NetworkAddress: String]
  let tlsClients: TLSClients
  let log: Log
  let limits: EdgeLimits

  /// What of a listener is not the engine's concern.
  struct ListenerEdge: Sendable {
    let tls: TLSServer?
    /// Bytes are passed on as they are, past the engine.
    let tcp: TCPDestination?
    /// TLS and plain text on the same port.
    let inspector: Bool
    let log: Log
    let accessLogs: [AccessLog]
  }

  /// Opens logs and reads certificates.
  ///
  /// - Parameter folder: where the configuration stands; files that it names are looked for there, too.
  init(_ configuration: MosnConfiguration, folder: String, sinks: LogSinks) throws(DaemonError) {
    let server = configuration.server
    let log = Log(sink: sinks.sink(server.defaultLogPath ?? "stderr"), level: server.defaultLogLevel)
    var listeners: [String: ListenerEdge] = [:]
    for listener in server.listeners {
      listeners[listener.name] = try ListenerEdge(
        listener, in: configuration, folder: folder, sinks: sinks, log: log)
    }
    self.configuration = configuration
    self.listeners = listeners
    listenerNames = Dictionary(
      configuration.bound.map { ($0.address, $0.listener.name) }, uniquingKeysWith: { first, _ in first })
    self.log = log
    limits = EdgeLimits(server.limits)
    tlsClients = try TLSClients(configuration.clusterManager.clusters, folder: folder)
  }
}

extension MosnConfiguration {
  /// Listeners that have a socket.
  var bound: [(listener: ListenerConfiguration, address: NetworkAddress)] {
    server.listeners.filter(\.bindPort).compactMap { listener in
      listener.networkAddress.map { (listener, $0) }
    }
  }
}

extension EdgeSettings.ListenerEdge {
  fileprivate init(
    _ listener: ListenerConfiguration, in configuration: MosnConfiguration, folder: String, sinks: LogSinks,
    log: Log
  ) throws(DaemonError) {
    tls = listener.tls.isEmpty ? nil : try TLSServer(listener.tls, folder: folder)
    tcp = TCPDestination(listener, in: configuration)
    inspector = listener.inspector
    self.log = Log(
      sink: listener.logPath.map(sinks.sink) ?? log.sink, level: listener.logLevel ?? log.level)
    accessLogs = listener.accessLogs.map { accessLog in
      AccessLog(
        sink: accessLog.logPath.isEmpty ? log.sink : sinks.sink(accessLog.logPath),
        format: AccessLogFormat(accessLog.logFormat))
    }
  }
}
