import MosnConfig
import NIOCore
import ProxyEngine

/// One event loop with its engine and the connections they share.
///
/// What the sockets of one pass of the event loop report is told to the engine as it comes; then, once for the pass,
/// the engine's actions are performed (`turn`), so that every connection is written to at most once.
final class Worker {
  let loop: any EventLoop
  let descriptors: Descriptors
  var engine: Proxy
  private(set) var settings: EdgeSettings
  private var eventLog: EventLog
  private var counted = Figures()

  /// By slot of their ids.
  private var connections: [Connection?] = []
  private var actions: [ProxyAction] = []
  private var events: [ProxyEvent] = []
  private var isTurnDue = false
  private var isSummaryScheduled = false
  /// When the timer will go off; nil: there is none.
  private var wake: (time: UInt64, timer: Scheduled<Void>)?
  private var drained: EventLoopPromise<Void>?
  /// Sockets that are not closed yet, and who waits for that.
  private var sockets = 0
  private var ended: EventLoopPromise<Void>?

  let handshakes: Handshakes
  /// Has the other workers' engines `relieve`.
  var askForRelief: () -> Void = {}
  /// What is written next, used again for each write of any connection; a write that was not finished at once keeps its
  /// memory, and this gets new.
  private var output = ByteBuffer()
  /// More memory than this is not kept for the next write.
  private static let keptOutput = 128 << 10

  init(
    loop: any EventLoop, settings: EdgeSettings, descriptors: Descriptors, seed: UInt64, number: Int,
    of count: Int, budget: ProcessBudget, handshakes: HandshakeCount
  ) {
    self.loop = loop
    self.descriptors = descriptors
    self.settings = settings
    self.handshakes = Handshakes(budget, handshakes, most: settings.limits.handshakes)
    engine = Proxy(
      configuration: settings.configuration, seed: seed, worker: number, workers: count,
      budget: budget)
    eventLog = EventLog(settings, number: number)
    tellWhatIsLogged()
  }

  var now: UInt64 { MonotonicClock.now }

  // MARK: Control

  func apply(_ settings: EdgeSettings) {
    self.settings = settings
    handshakes.most = settings.limits.handshakes
    eventLog.apply(settings)
    tellWhatIsLogged()
    engine.apply(settings.configuration, at: now)
    turn()
  }

  /// - Returns: fulfilled when every client's connection is gone.
  func drain() -> EventLoopFuture<Void> {
    let promise = drained ?? loop.makePromise(of: Void.self)
    drained = promise
    engine.drain(at: now)
    turn()
    return promise.futureResult
  }

  /// What was begun is not waited for any longer: the hosts' connections are closed, whereupon the engine answers the
  /// calls that ran over them, and then those of the clients, once they have taken their answers.
  ///
  /// - Returns: fulfilled when no socket is left, or after `time`.
  func end(within time: TimeAmount) -> EventLoopFuture<Void> {
    let promise = loop.makePromise(of: Void.self)
    ended = promise
    for connection in connections where connection?.isUpstream == true {
      connection?.abort("stopped before all calls were answered")
    }
    turn()
    let loop = loop.assumeIsolated()
    // Behind the turns in which calls that might have been tried again found that they cannot.
    loop.scheduleTask(in: .nanoseconds(time.nanoseconds / 4)) {
      for connection in self.connections { connection?.close(.afterFlush) }
    }
    loop.scheduleTask(in: time) { promise.succeed() }
    tellIfEnded()
    return promise.futureResult
  }

  /// No call is begun and no host connected to any more.
  var isEnding: Bool { ended != nil }

  func socketOpened() { sockets += 1 }

  func socketClosed() {
    sockets -= 1
    tellIfEnded()
  }

  private func tellIfEnded() {
    if sockets == 0 { ended?.succeed() }
  }

  private func tellWhatIsLogged() {
    engine.reportsCalls = eventLog.wantsCalls
    engine.recordedHeaders = eventLog.recordedHeaders
  }

  func note(_ finding: HealthProbes.Finding) {
    engine.setHealth(
      cluster: finding.cluster, host: finding.host, isHealthy: finding.isHealthy, at: now)
    reported()
  }

  var figures: Figures {
    var figures = counted
    figures.downstreamConnections = engine.downstreamConnections
    figures.upstreamConnections = engine.upstreamConnections
    figures.calls = engine.calls
    figures.bufferedBytes = engine.bufferedBytes + handshakes.heldBytes
    return figures
  }

  // MARK: Connections

  /// A connection has come to be known to the engine.
  func add(_ connection: Connection, as id: ConnectionID) {
    let slot = Int(id.slot)
    while connections.count <= slot { connections.append(nil) }
    connections[slot] = connection
  }

  /// The id is no longer known to the engine.
  func remove(_ id: ConnectionID) {
    guard connection(id) != nil else { return }
    connections[Int(id.slot)] = nil
  }

  private func connection(_ id: ConnectionID) -> Connection? {
    let slot = Int(id.slot)
    guard slot < connections.count, let connection = connections[slot], connection.id == id else {
      return nil
    }
    return connection
  }

  /// A client did not get as far as the engine.
  func refused(_ remote: NIOCore.SocketAddress?, on listener: String, _ reason: String, _ level: LogLevel) {
    counted.refused += 1
    let log = settings.listeners[listener]?.log ?? settings.log
    eventLog.write(
      level, "refused connection from \(remote.text) on \(listener): \(reason)",
      kind: "refused connections on \(listener)", to: log)
    summarizeLater()
  }

  // MARK: Turns

  /// Something was reported to the engine: there will be a turn when this pass of the event loop is over.
  func reported() {
    guard !isTurnDue else { return }
    isTurnDue = true
    loop.assumeIsolated().execute { self.turn() }
  }

  private func turn() {
    isTurnDue = false
    while true {
      engine.takeActions(into: &actions)
      guard !actions.isEmpty else { break }
      for action in actions { perform(action) }
    }
    engine.takeEvents(into: &events)
    if !events.isEmpty {
      counted.count(events)
      eventLog.write(events)
      summarizeLater()
    }
    setTimer()
    if let drained, engine.isDrained { drained.succeed() }
  }

  /// What the log left out is told when the second is over.
  private func summarizeLater() {
    guard eventLog.isSummaryDue, !isSummaryScheduled else { return }
    isSummaryScheduled = true
    loop.assumeIsolated().scheduleTask(in: .seconds(1)) {
      self.isSummaryScheduled = false
      self.eventLog.writeSummaries()
      self.summarizeLater()
    }
  }

  private func perform(_ action: ProxyAction) {
    switch action {
    case .write(let id): write(id)
    case .connect(let id, let destination):
      let connection = Connection(self, id: id)
      add(connection, as: id)
      Connector(worker: self, destination: destination).connect(connection)
    case .close(let id, let closing):
      guard let connection = connection(id) else { return }
      connections[Int(id.slot)] = nil
      connection.close(closing)
    case .pauseReading(let id): connection(id)?.setReading(false)
    case .resumeReading(let id): connection(id)?.setReading(true)
    case .measure(let id): connection(id)?.measure()
    case .relieve: askForRelief()
    }
  }

  /// Another worker's engine asked for relief.
  func relieve() {
    engine.relieve(at: now)
    turn()
  }

  private func write(_ id: ConnectionID) {
    guard let connection = connection(id) else {
      engine.withOutput(of: id) { _ in }
      return
    }
    output.clear()
    engine.withOutput(of: id) { _ = output.writeBytes($0) }
    // Only now: the socket may report back, and the engine is not to be asked while it lends bytes.
    connection.write(output)
    if output.capacity > Self.keptOutput { output = ByteBuffer() }
  }

  // MARK: Time

  private func setTimer() {
    guard let next = engine.nextWake else { return }
    // A timer too early costs a tick that does nothing; most deadlines are met long before, so it seldom goes off.
    if let wake, wake.time <= next { return }
    wake?.timer.cancel()
    let delay = TimeAmount.nanoseconds(Int64(clamping: next > now ? next - now : 0))
    let timer = loop.assumeIsolated().scheduleTask(in: delay) { self.tick() }
    wake = (next, timer)
  }

  private func tick() {
    wake = nil
    engine.tick(at: now)
    turn()
  }
}
