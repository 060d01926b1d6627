import MosnConfig

/// A configuration and everything the edge makes of it, shared by all workers and replaced as a whole by a reload.
struct EdgeSettings: Sendable {
  let configuration: MosnConfiguration
  /// By name.
  let listeners: [String: ListenerEdge]
  let tlsClients: TLSClients
  let log: Log

  /// What of a listener is not the engine's concern.
  struct ListenerEdge: Sendable {
    let tls: TLSServer?
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
      listeners[listener.name] = try ListenerEdge(listener, folder: folder, sinks: sinks, log: log)
    }
    self.configuration = configuration
    self.listeners = listeners
    self.log = log
    tlsClients = try TLSClients(configuration.clusterManager.clusters, folder: folder)
  }
}

extension EdgeSettings.ListenerEdge {
  fileprivate init(
    _ listener: ListenerConfiguration, folder: String, sinks: LogSinks, log: Log
  ) throws(DaemonError) {
    tls = listener.tls.isEmpty ? nil : try TLSServer(listener.tls, folder: folder)
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
