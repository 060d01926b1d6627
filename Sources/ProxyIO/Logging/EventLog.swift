import MosnConfig
import ProxyEngine

/// Makes the words of the engine's events: connections at INFO, calls at DEBUG, what goes wrong at WARN.
struct EventLog {
  /// Of the worker. Ids of connections are unique in a worker only; in logs the number stands before them.
  private let number: Int
  private var settings: EdgeSettings
  /// Headers that access logs want to show.
  private(set) var recordedHeaders: [String]
  private var clock = WallClock()
  private var limiter: LineLimiter
  /// Connections that are open, for their names in later lines.
  private var names: [ConnectionID: (name: String, log: Log)] = [:]

  init(_ settings: EdgeSettings, number: Int) {
    self.number = number
    self.settings = settings
    recordedHeaders = Self.recordedHeaders(settings)
    limiter = LineLimiter(most: settings.limits.logLines)
  }

  mutating func apply(_ settings: EdgeSettings) {
    self.settings = settings
    recordedHeaders = Self.recordedHeaders(settings)
    limiter.most = settings.limits.logLines
  }

  /// A line that is no event's.
  mutating func write(_ level: LogLevel, _ text: String, kind: String, to log: Log) {
    if log.writes(level), admits(kind, log, level) { log.write(level, text, at: clock.text()) }
  }

  /// Whether one more line of a kind is written; before that there is no need to make it.
  private mutating func admits(_ kind: String, _ log: Log, _ level: LogLevel) -> Bool {
    writeSummaries()
    return limiter.admits(kind, log, level)
  }

  /// Tells what was left out of a second that is over.
  mutating func writeSummaries() {
    for summary in limiter.takeSummaries(at: MonotonicClock.now) {
      summary.log.write(summary.level, summary.text, at: clock.text())
    }
  }

  /// Something was left out that `writeSummaries` has to tell when the second is over.
  var isSummaryDue: Bool { limiter.isDue }

  /// Whether anybody wants to read about calls that went well; they are not even reported if not.
  var wantsCalls: Bool {
    settings.log.writes(.debug)
      || settings.listeners.values.contains { $0.log.writes(.debug) || !$0.accessLogs.isEmpty }
  }

  private static func recordedHeaders(_ settings: EdgeSettings) -> [String] {
    Array(Set(settings.listeners.values.flatMap { $0.accessLogs.flatMap(\.format.headers) })).sorted()
  }

  mutating func write(_ events: [ProxyEvent]) {
    for event in events { write(event) }
  }

  private mutating func write(_ event: ProxyEvent) {
    name(event)
    let (log, level) = (log(of: event), level(of: event))
    if log.writes(level) {
      if level == .debug {
        log.write(level, text(of: event), at: clock.text())
      } else if admits(kind(of: event), log, level) {
        log.write(level, text(of: event), at: clock.text())
      }
    }
    if case .ended(let record) = event { writeAccess(record) }
    forget(event)
  }

  private mutating func writeAccess(_ record: AccessRecord) {
    for accessLog in settings.listeners[record.listener]?.accessLogs ?? [] {
      accessLog.write(record, recorded: recordedHeaders, worker: number, &clock)
    }
  }

  // MARK: Names

  private mutating func name(_ event: ProxyEvent) {
    switch event {
    case .accepted(let id, let listener, let remote): names[id] = (remote, self.log(of: listener))
    case .connecting(let id, let cluster, let host): names[id] = ("\(host) (\(cluster))", settings.log)
    case .connected, .connectFailed, .closed, .refused, .detected, .misbehaved, .limitMet, .draining,
      .goAway, .hostEjected, .hostReturned, .requestReceived, .upstreamChosen, .retried, .ended, .lost:
      break
    }
  }

  private mutating func forget(_ event: ProxyEvent) {
    switch event {
    case .connectFailed(let id, _, _, _), .closed(let id, _): names[id] = nil
    case .accepted, .connecting, .connected, .refused, .detected, .misbehaved, .limitMet, .draining,
      .goAway, .hostEjected, .hostReturned, .requestReceived, .upstreamChosen, .retried, .ended, .lost:
      break
    }
  }

  private func name(_ id: ConnectionID) -> String { names[id]?.name ?? "connection \(number).\(id)" }

  // MARK: Which log, how loud, what words

  private func log(of listener: String) -> Log { settings.listeners[listener]?.log ?? settings.log }

  private func log(of event: ProxyEvent) -> Log {
    switch event {
    case .accepted(_, let listener, _), .refused(let listener, _, _): log(of: listener)
    case .detected(let id, _), .misbehaved(let id, _), .limitMet(let id, _), .draining(let id),
      .goAway(let id, _, _, _),
      .closed(let id, _), .requestReceived(let id, _, _, _):
      names[id]?.log ?? settings.log
    case .ended(let record): log(of: record.listener)
    case .connecting, .connected, .connectFailed, .hostEjected, .hostReturned, .upstreamChosen, .retried,
      .lost:
      settings.log
    }
  }

  private func level(of event: ProxyEvent) -> LogLevel {
    switch event {
    case .accepted, .connected, .hostReturned: .info
    case .refused, .misbehaved, .limitMet, .connectFailed, .hostEjected: .warn
    case .detected, .draining, .connecting, .requestReceived, .upstreamChosen, .retried, .lost: .debug
    case .goAway(_, _, _, let isOrderly): isOrderly ? .info : .warn
    case .closed(_, let reason): reason.level
    case .ended(let record): record.level
    }
  }

  /// What many lines may have in common, and few words for them.
  private func kind(of event: ProxyEvent) -> String {
    switch event {
    case .accepted(_, let listener, _): "accepted connections on \(listener)"
    case .refused(let listener, _, let reason): "refused connections on \(listener): \(reason.text)"
    case .misbehaved: "peers that broke a rule"
    case .limitMet(_, let limit): "limits.\(limit.key.rawValue)"
    case .goAway: "peers that say GOAWAY"
    case .closed(_, .failure): "closed connections: failures of sockets"
    case .closed(_, let reason): "closed connections: \(reason.text)"
    case .connected(_, let cluster, _, _): "connected to hosts of \(cluster)"
    case .connectFailed(_, let cluster, let host, _): "cannot connect to \(host) (\(cluster))"
    case .ended(let record): "calls that failed: \(record.failure.map { "\($0)" } ?? "-") (\(record.cluster))"
    case .hostEjected: "hosts left out"
    case .hostReturned: "hosts that are back"
    case .detected, .draining, .connecting, .requestReceived, .upstreamChosen, .retried, .lost: "calls"
    }
  }

  private func text(of event: ProxyEvent) -> String {
    switch event {
    case .accepted(let id, let listener, let remote):
      "accepted connection from \(remote) on \(listener), connection = \(number).\(id)"
    case .refused(let listener, let remote, let reason):
      "refused connection from \(remote) on \(listener): \(reason.text)"
    case .detected(let id, let wire): "connection \(number).\(id) speaks \(wire)"
    case .misbehaved(let id, let rule): "\(name(id)) broke a rule: \(rule)"
    case .limitMet(let id, let limit): "\(name(id)) met \(limit)"
    case .draining(let id): "\(name(id)) is told to go away, connection = \(number).\(id)"
    case .goAway(let id, let code, let reason, _):
      "\(name(id)) says GOAWAY: \(code)\(reason.isEmpty ? "" : ", \(reason.debugDescription)"), "
        + "connection = \(number).\(id)"
    case .closed(let id, let reason):
      "closed connection with \(name(id)): \(reason.text), connection = \(number).\(id)"
    case .connecting(let id, let cluster, let host):
      "connecting to \(host) (\(cluster)), connection = \(number).\(id)"
    case .connected(let id, let cluster, let host, let duration):
      "connected to \(host) (\(cluster)) in \(Duration(nanoseconds: duration)), connection = \(number).\(id)"
    case .connectFailed(_, let cluster, let host, let reason):
      "cannot connect to \(host) (\(cluster)): \(reason)"
    case .hostEjected(let cluster, let host, let time):
      "left out \(host) (\(cluster)) for \(Duration(nanoseconds: time)): it cannot be reached"
    case .hostReturned(let cluster, let host): "\(host) (\(cluster)) is back"
    case .requestReceived(let id, let stream, let request, let wire):
      "new stream detected from \(name(id)): request id = \(request), stream id = \(stream), protocol = \(wire)"
    case .upstreamChosen(let stream, let upstream, let cluster, let host):
      "stream id = \(stream) goes to \(host) (\(cluster)), connection = \(number).\(upstream)"
    case .retried(let stream, let error): "stream id = \(stream) is tried again: \(error)"
    case .lost(let stream, let what, let count):
      "stream id = \(stream): not carried over: \(what) (\(count))"
    case .ended(let record): record.text
    }
  }
}

extension ProxyEvent.Refusal {
  fileprivate var text: String {
    switch self {
    case .draining: "mosnd is stopping"
    case .tooManyConnections: "too many connections (limits.downstream_connections)"
    case .unknownListener: "there is no such listener"
    case .noProxyFilter: "the listener is dead: none of its filters works"
    case .notSpoken: "the listener is dead: mosnd speaks none of its protocols"
    }
  }
}

extension ProxyEvent.CloseReason {
  fileprivate var level: LogLevel {
    switch self {
    case .peer, .idle, .drained, .removed, .worn, .ordered: .info
    case .failure, .slowHead, .slowBody, .silent, .noSettings, .unanswered, .misbehaviour, .http1,
      .tooMuchUnsent, .tooMuchHeld:
      .warn
    }
  }

  fileprivate var text: String {
    switch self {
    case .peer: "the peer ended it"
    case .failure(let reason): reason
    case .idle: "idle for too long"
    case .slowHead: "a head was begun and not finished in time (limits.head_time)"
    case .slowBody: "a body was begun and not finished in time (limits.body_time)"
    case .silent: "it never said anything (limits.silent_time)"
    case .noSettings: "no SETTINGS came in time"
    case .unanswered: "heartbeats went unanswered (limits.unanswered_heartbeats, ping_answer_time)"
    case .misbehaviour: "the peer broke a rule"
    case .http1: "it speaks HTTP/1 and mosnd does not: answered with 505"
    case .drained: "all its calls are answered"
    case .removed: "no longer configured"
    case .worn: "it has carried as many requests as its cluster allows"
    case .tooMuchUnsent: "the peer does not read (limits.unread_time, buffered_bytes)"
    case .tooMuchHeld: "it holds too much (limits.buffered_bytes)"
    case .ordered: "stopped"
    }
  }
}

extension AccessRecord {
  fileprivate var level: LogLevel { failure?.isOurs == true ? .warn : .debug }

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
