import BoltCodec
import H2Codec
import MosnConfig
import Translate

/// The forwarding daemon without sockets and clocks: what happened goes in, with the time, and actions come out.
///
/// One engine serves one event loop, is made there, and shares nothing but the configuration with others. Nothing here
/// blocks. Times are monotonic nanoseconds and never go back.
///
/// The order of a turn, in which any number of inputs may be reported before the rest:
///
/// 1. Report what happened: `accepted`, `connected`, `connectFailed`, `receive` (bytes lent for the length of the
///    call), `readClosed`, `closed`, `writable`, `tick`.
/// 2. `takeActions(into:)` and perform them in order. On `write(id)`, `withOutput(of: id)` lends the bytes that wait
///    and forgets them. Taking output can make more actions: go on until none come.
/// 3. `takeEvents(into:)`: what to log and count.
/// 4. Have a timer call `tick` at `nextWake`. A tick too early does nothing.
///
/// The life of a connection: an id comes from `accepted` or with a `connect` action and is good until the edge reports
/// `closed` or `connectFailed`, or is told to `close`; then the engine has forgotten it, and no report is due.
public struct Proxy: ~Copyable {
  /// Those in force: what the configuration says, and the defaults for what it does not.
  public private(set) var limits: ProxyLimits
  private let defaults: ProxyLimits
  /// Which events are made: connections' always, and the end of a call that failed through the proxy or a server;
  /// those of every call (`requestReceived`, `upstreamChosen`, `retried`, `ended`, `lost`) only if wanted.
  public var reportsCalls = true
  /// Headers whose values access records hold.
  public var recordedHeaders: [String] = [] {
    didSet { recordedNames = recordedHeaders.map(HeaderName.init) }
  }

  var recordedNames: [HeaderName] = []
  var clients: Clients
  var upstreams: Upstreams
  var connections = Connections()
  var peers = Peers()
  var exchanges: Calls
  var deadlines = Deadlines()
  var random: RandomNumbers
  var now: UInt64 = 0
  var budget: Budget

  var actions: [ProxyAction] = []
  var events: [ProxyEvent] = []
  /// Connections of which more was read than is worked on at once.
  var behind: [ConnectionID] = []
  /// Connections that something happened to in this turn.
  var touched: [ConnectionID] = []
  /// Closed ones whose last output may still be asked for, and those of the turn before.
  var closing: [ConnectionID] = []
  var gone: [ConnectionID] = []

  var toHTTP2: BoltToHTTP2
  var toBolt: HTTP2ToBolt
  var list = H2HeaderList()
  var parts: [UInt8] = []

  /// - Parameters:
  ///   - configuration: the same for all engines.
  ///   - seed: where balancers and the numbers of calls start. All engines of a process get the same.
  ///   - worker: which of `workers` engines this is. Their numbers of calls (`requestid`, `x-mosn-streamid`, ids of
  ///     bolt upstream) never meet.
  ///   - budget: what the engines of a process may hold together.
  public init(
    configuration: MosnConfiguration, limits: ProxyLimits = ProxyLimits(),
    options: TranslationOptions = TranslationOptions(), seed: UInt64, worker: Int = 0, workers: Int = 1,
    budget: ProcessBudget = ProcessBudget()
  ) {
    (self.limits, defaults) = (limits, limits)
    self.budget = Budget(budget)
    upstreams = Upstreams(budget.loads)
    clients = Clients(budget.clients)
    exchanges = Calls(CallNumbers(seed: seed, worker: worker, workers: workers))
    random = RandomNumbers(seed: seed &+ UInt64(truncatingIfNeeded: worker))
    toHTTP2 = BoltToHTTP2(options: options)
    toBolt = HTTP2ToBolt(options: options)
    adopt(configuration)
  }

  // What a turn asks of all of the engine at every step is inlined where it does not change it: called, it would be given a copy
  // of this large value.

  // MARK: Connections

  /// A client connected to a listener of the configuration. Nil: close it; an event says why.
  ///
  /// - Parameters:
  ///   - remote, local: for logs.
  ///   - protocolName: what ALPN agreed on (`h2`), nil otherwise.
  public mutating func accepted(
    on listener: String, remote: String, local: String, protocolName: String? = nil, at now: UInt64
  ) -> ConnectionID? {
    self.now = now
    return accept(listener, remote: remote, local: local, protocolName)
  }

  /// The edge carried out a `connect`. `local` is for logs.
  public mutating func connected(_ id: ConnectionID, local: String, at now: UInt64) {
    self.now = now
    guard let connection = connections.live(id), connections[connection].state == .connecting else { return }
    connections[connection].connected(local)
    opened(connection)
    settle()
  }

  /// The edge could not. The id is forgotten.
  ///
  /// - Parameter isOurs: for want of a descriptor, or because this side is stopping: nothing was learnt of the host.
  public mutating func connectFailed(
    _ id: ConnectionID, reason: String, timedOut: Bool, isOurs: Bool = false, at now: UInt64
  ) {
    self.now = now
    guard let connection = connections.live(id), connections[connection].state == .connecting else { return }
    failConnect(connection, reason: reason, timedOut ? .connectTimeout : .connectFailed, isOurs: isOurs)
    settle()
  }

  /// Bytes were read. They are lent for the length of the call.
  public mutating func receive(_ bytes: RawSpan, on id: ConnectionID, at now: UInt64) {
    self.now = now
    guard let connection = connections.live(id), connections[connection].state != .closed else { return }
    connections[connection].heard(at: now)
    touch(connection)
    read(bytes, on: connection)
    settle()
  }

  /// The peer will send no more (FIN) and may still read. Calls under way are answered, then `close` comes.
  public mutating func readClosed(_ id: ConnectionID, at now: UInt64) {
    self.now = now
    guard let connection = connections.live(id), connections[connection].state != .closed else { return }
    connections[connection].readClosed()
    limitCalls(of: connection)
    peers.endInput(of: connections[connection].peer)
    touch(connection)
    // A server that sends no more answers no more.
    if connections[connection].isUpstream { close(connection, .afterFlush, .peer) }
    settle()
  }

  /// The socket is gone; `failure` says why, nil is an orderly end. The id is forgotten.
  public mutating func closed(_ id: ConnectionID, failure: String? = nil, at now: UInt64) {
    self.now = now
    guard let connection = connections.live(id), connections[connection].state != .closed else { return }
    if connections[connection].state == .connecting {
      failConnect(connection, reason: failure ?? "closed", .connectFailed)
    } else {
      forget(connection, failure.map { .failure($0) } ?? .peer)
    }
    settle()
  }

  /// Whether the socket takes more output (NIO's writability). While it does not, no `write` comes: output waits
  /// here, bounded, and those who fill it are held back. At first it does.
  public mutating func writable(_ id: ConnectionID, _ isWritable: Bool, at now: UInt64) {
    self.now = now
    guard let connection = connections.live(id), connections[connection].isWritable != isWritable else {
      return
    }
    connections[connection].takeOutput(isWritable, at: now)
    touch(connection)
    if isWritable { serve(connection) }
    settle()
  }

  /// Bytes that were taken with `withOutput` and that the socket has not taken yet: they are held on the connection's account,
  /// until it is writable again. Due when a write leaves it not writable, and when `measure` asks for it.
  public mutating func unflushed(_ bytes: Int, on id: ConnectionID, at now: UInt64) {
    self.now = now
    guard let connection = connections.live(id), connections[connection].state != .closed else { return }
    touch(connection)
    if !connections[connection].leaveUnflushed(bytes) { close(connection, .abortive, .tooMuchUnsent) }
    settle()
  }

  /// Another engine asked for relief: the heaviest of this one's connections are cut, too.
  public mutating func relieve(at now: UInt64) {
    self.now = now
    answerRounds()
    settle()
  }

  // MARK: Time

  /// The earliest time at which something is due without input; nil: never.
  public var nextWake: UInt64? { behind.isEmpty ? deadlines.next : now }

  /// The time came.
  public mutating func tick(at now: UInt64) {
    self.now = now
    catchUp()
    while let owner = deadlines.popDue(at: now) {
      switch owner {
      case .exchange(let slot): timeOut(exchanges.call(in: slot))
      case .connection(let slot): if let connection = connections.live(slot) { timeOut(connection) }
      }
    }
    settle()
  }

  // MARK: Control

  /// New routes, clusters and listeners. Calls under way end on those they began with; connections to hosts no longer
  /// there finish their calls and close; clients of listeners no longer there are drained.
  public mutating func apply(_ configuration: MosnConfiguration, at now: UInt64) {
    self.now = now
    adopt(configuration)
    settle()
  }

  /// Takes no new connections, tells HTTP/2 clients with GOAWAY, and closes each connection when its calls are over.
  /// What is still open after the grace period is the edge's to close.
  public mutating func drain(at now: UInt64) {
    self.now = now
    clients.drain()
    for connection in connections.all where !connections[connection].isUpstream { drain(connection) }
    settle()
  }

  /// Every client's connection is gone.
  public var isDrained: Bool { clients.isDraining && clients.count == 0 }

  /// What an active health check at the edge found out. Nothing is remembered of hosts that are not configured.
  public mutating func setHealth(
    cluster: String, host address: NetworkAddress, isHealthy: Bool, at now: UInt64
  ) {
    self.now = now
    guard let cluster = upstreams[cluster] else { return }
    for host in cluster.hosts(at: address) {
      host.probed(isHealthy)
      // A probe that came through is a connect that came through.
      if isHealthy { welcome(host, cluster) }
    }
  }

  mutating func adoptLimits(_ configured: LimitsConfiguration) {
    limits = defaults.applying(configured)
    toBolt.limits = limits.translation
    budget.adopt(limits)
  }

  // MARK: Results

  /// Swaps the actions due into `taken`, whose own are dropped and whose memory is used again.
  public mutating func takeActions(into taken: inout [ProxyAction]) {
    taken.removeAll(keepingCapacity: true)
    swap(&actions, &taken)
    for connection in gone {
      peers.remove(connections[connection].peer)
      connections.remove(connection)
    }
    gone.removeAll(keepingCapacity: true)
    swap(&gone, &closing)
  }

  public mutating func takeEvents(into taken: inout [ProxyEvent]) {
    taken.removeAll(keepingCapacity: true)
    swap(&events, &taken)
  }

  /// Lends the bytes that wait for a connection, for the length of the call, and forgets them: they are the edge's to
  /// write from here on. Nil, and `body` is not called, when there are none. Also for an id whose `close` is among the
  /// actions taken last.
  public mutating func withOutput<Result>(
    of id: ConnectionID, _ body: (RawSpan) throws -> Result
  ) rethrows -> Result? {
    guard let connection = connections.live(id) else { return nil }
    var taken = takeOutput(of: connection)
    defer { recycle(&taken, connection) }
    return taken.isEmpty ? nil : try body(taken.span.bytes)
  }

  // MARK: Figures

  public var downstreamConnections: Int { clients.count }
  public var upstreamConnections: Int { connections.count - closing.count - gone.count - clients.count }
  /// Calls under way.
  public var calls: Int { exchanges.count }
  /// Deadlines armed.
  public var timers: Int { deadlines.count }
  /// Bytes held for calls and connections.
  public var bufferedBytes: Int { budget.charged + exchanges.count * Exchange.cost }
}
