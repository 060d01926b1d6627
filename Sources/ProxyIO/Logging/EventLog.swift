import MosnConfig
import Proxy

/// Makes the words of the engine's events: connections at INFO, calls at DEBUG, what goes wrong at WARN.
struct EventLog {
  /// Of the worker. Ids of connections are unique in a worker only; in logs the number stands before them.
  private let number: Int
  private var settings: EdgeSettings
  /// Headers that access logs want to show.
  private(set) var recordedHeaders: [String]
  /// Whether a log shows what happens to single calls.
  private var wantsCallLines: Bool
  private var clock = WallClock()
  /// Connections that are open, for their names in later lines.
  private var names: [ConnectionID: (name: String, log: Log)] = [:]

  init(_ settings: EdgeSettings, number: Int) {
    self.number = number
    self.settings = settings
    recordedHeaders = Self.recordedHeaders(settings)
    wantsCallLines = Self.wantsCallLines(settings)
  }

  mutating func apply(_ settings: EdgeSettings) {
    self.settings = settings
    recordedHeaders = Self.recordedHeaders(settings)
    wantsCallLines = Self.wantsCallLines(settings)
  }

  /// Whether anybody wants to read about single calls; they are not even reported if not.
  var wantsCalls: Bool {
    wantsCallLines || settings.listeners.values.contains { !$0.accessLogs.isEmpty }
  }

  private static func wantsCallLines(_ settings: EdgeSettings) -> Bool {
    settings.log.writes(.debug) || settings.listeners.values.contains { $0.log.writes(.debug) }
  }

  private static func recordedHeaders(_ settings: EdgeSettings) -> [String] {
    Array(Set(settings.listeners.values.flatMap { $0.accessLogs.flatMap(\.format.headers) })).sorted()
  }

  mutating func write(_ events: [ProxyEvent]) {
    for event in events { write(event) }
  }

  private mutating func write(_ event: ProxyEvent) {
    switch event {
    case .accepted, .refused, .detected, .misbehaved, .draining, .closed: writeConnection(event)
    case .connecting, .connected, .connectFailed, .hostEjected, .hostReturned: writeHost(event)
    case .requestReceived, .upstreamChosen, .retried, .failed, .lost: writeCall(event)
    case .ended(let record): writeEnd(record)
    }
  }

  // MARK: Connections

  private mutating func writeConnection(_ event: ProxyEvent) {
    switch event {
    case .accepted(let id, let listener, let remote):
      let log = settings.listeners[listener]?.log ?? settings.log
      names[id] = (remote, log)
      line(log, .info, "accepted connection from \(remote) on \(listener), connection = \(number).\(id)")
    case .refused(let listener, let remote, let reason):
      let log = settings.listeners[listener]?.log ?? settings.log
      line(log, .warn, "refused connection from \(remote) on \(listener): \(reason.rawValue)")
    case .detected(let id, let name): line(log(id), .debug, "connection \(number).\(id) speaks \(name)")
    case .misbehaved(let id, let rule): line(log(id), .warn, "\(name(id)) broke a rule: \(rule)")
    case .draining(let id):
      line(log(id), .debug, "\(name(id)) is told to go away, connection = \(number).\(id)")
    case .closed(let id, let reason):
      line(
        log(id), reason.level,
        "closed connection with \(name(id)): \(reason.text), connection = \(number).\(id)")
      names[id] = nil
    default: break
    }
  }

  // MARK: Hosts

  private mutating func writeHost(_ event: ProxyEvent) {
    let log = settings.log
    switch event {
    case .connecting(let id, let cluster, let host):
      names[id] = ("\(host) (\(cluster))", log)
      line(log, .debug, "connecting to \(host) (\(cluster)), connection = \(number).\(id)")
    case .connected(let id, let cluster, let host, let duration):
      names[id] = ("\(host) (\(cluster))", log)
      line(
        log, .info,
        "connected to \(host) (\(cluster)) in \(Duration(nanoseconds: duration)), connection = \(number).\(id)"
      )
    case .connectFailed(let id, let cluster, let host, let reason):
      names[id] = nil
      line(log, .warn, "cannot connect to \(host) (\(cluster)): \(reason)")
    case .hostEjected(let cluster, let host, let time):
      line(
        log, .warn, "left out \(host) (\(cluster)) for \(Duration(nanoseconds: time)): it cannot be reached")
    case .hostReturned(let cluster, let host): line(log, .info, "\(host) (\(cluster)) is back")
    default: break
    }
  }

  // MARK: Calls

  private mutating func writeCall(_ event: ProxyEvent) {
    guard wantsCallLines else { return }
    switch event {
    case .requestReceived(let id, let stream, let request, let name):
      line(
        log(id), .debug,
        "new stream detected from \(self.name(id)): request id = \(request), stream id = \(stream), protocol = \(name)"
      )
    case .upstreamChosen(let stream, let upstream, let cluster, let host):
      line(
        settings.log, .debug,
        "stream id = \(stream) goes to \(host) (\(cluster)), connection = \(number).\(upstream)")
    case .retried(let stream, let error):
      line(settings.log, .debug, "stream id = \(stream) is tried again: \(error)")
    case .failed(let stream, let error): line(settings.log, .debug, "stream id = \(stream) failed: \(error)")
    case .lost(let stream, let what, let count):
      line(settings.log, .debug, "stream id = \(stream): not carried over: \(what) (\(count))")
    default: break
    }
  }

  private mutating func writeEnd(_ record: AccessRecord) {
    guard let edge = settings.listeners[record.listener] else { return }
    let level = record.level
    if edge.log.writes(level) { line(edge.log, level, record.text) }
    for accessLog in edge.accessLogs {
      accessLog.write(record, recorded: recordedHeaders, worker: number, &clock)
    }
  }

  // MARK: Lines

  private func log(_ id: ConnectionID) -> Log { names[id]?.log ?? settings.log }
  private func name(_ id: ConnectionID) -> String { names[id]?.name ?? "connection \(number).\(id)" }

  private mutating func line(_ log: Log, _ level: LogLevel, _ text: String) {
    guard log.writes(level) else { return }
    log.write(level, text, at: clock.text())
  }
}

extension ProxyEvent.CloseReason {
  fileprivate var level: LogLevel {
    switch self {
    case .peer, .idle, .drained, .removed, .worn, .ordered: .info
    case .failure, .slowHead, .unanswered, .misbehaviour, .tooMuchUnsent: .warn
    }
  }

  fileprivate var text: String {
    switch self {
    case .peer: "the peer ended it"
    case .failure(let reason): reason
    case .idle: "idle for too long"
    case .slowHead: "a head was begun and not finished in time"
    case .unanswered: "heartbeats went unanswered"
    case .misbehaviour: "the peer broke a rule"
    case .drained: "all its calls are answered"
    case .removed: "no longer configured"
    case .worn: "it has carried as many requests as its cluster allows"
    case .tooMuchUnsent: "the peer does not read"
    case .ordered: "stopped"
    }
  }
}

extension AccessRecord {
  /// What failed through no fault of the client's is worth a warning.
  fileprivate var level: LogLevel {
    switch failure?.source {
    case .proxy, .upstream: .warn
    case .downstream, nil: .debug
    }
  }

  /// `stream id = 7 ended: request id = 1, status 0 (200), 1.2ms, 26 bytes in, 0 out, to 127.0.0.1:8080`
  fileprivate var text: String {
    let status = boltStatus.map { "status \($0.rawValue) (\(httpStatus))" } ?? "status \(httpStatus)"
    let host = upstreamHost.map { ", by \($0) (\(cluster))" } ?? ""
    let reason = failure.map { ", \($0)" } ?? ""
    let took = Duration(nanoseconds: end &- start)
    return "stream id = \(streamID) ended: request id = \(requestID), \(status)\(reason), \(took), "
      + "\(bytesReceived) bytes in, \(bytesSent) out\(host)"
  }
}
