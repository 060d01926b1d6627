import H2Codec
import MosnConfig

/// A connection to a client or to a server: what was read and not yet understood, what waits to be written, and the
/// calls that run over it. It knows bytes and numbers; what they mean for calls is the engine's.
final class Connection {
  let id: ConnectionID
  /// Nil: the engine's.
  private let highWater: Int?
  private(set) var role: Role
  private(set) var state: State
  private(set) var wire = ConnectionProtocol.unknown
  /// The endpoint, if HTTP/2 is spoken.
  private(set) var http2: HTTP2Session?
  /// Of a bolt stream the frame that is not whole; before the protocol is known what came.
  var held: [UInt8] = []
  /// Offset in the stream of the next frame.
  var offset: UInt64 = 0
  /// Bolt frames to be written.
  var output: [UInt8] = []
  /// The calls by their number here: the stream, or in bolt the proxy's own number.
  private(set) var calls = KeyTable<Exchange>()
  /// HTTP/2: the server's SETTINGS came. Streams opened before may be more than it takes.
  private(set) var knowsSettings = false
  /// Bytes kept for calls that came from here and wait for a server.
  private(set) var parked = 0
  /// Unsent bytes that its peer does not take, as far as they are counted among what is held.
  private(set) var stuck = 0
  /// HTTP/2: streams cancelled towards the server.
  private var cancellations = H2RateMeter()
  /// HTTP/2: streams under way whose body waits for a window, in the order in which they go on.
  private(set) var blocked: [UInt32] = []

  enum Role {
    case downstream(Listener)
    case upstream(Host, Cluster)
  }

  enum State {
    case connecting
    case open
    /// Ends with its last call.
    case draining
    case closed
  }

  // MARK: The socket

  private(set) var remote = ""
  private(set) var local = ""
  private(set) var isWritable = true
  /// A `write` is among the actions and its bytes were not taken.
  private(set) var isWriteAnnounced = false
  private(set) var isReadingPaused = false
  private(set) var didReadClose = false
  private var isTouched = false

  // MARK: Time

  private(set) var timer = Deadlines.Timer.none
  private(set) var timerTime: UInt64 = .max
  private(set) var began: UInt64 = 0
  private(set) var lastRead: UInt64 = 0
  private(set) var lastWrite: UInt64 = 0
  /// When the frame in `held` began, or the connection whose protocol is not known.
  var headBegan: UInt64?
  /// Heartbeats or pings since the last byte.
  private(set) var unanswered = 0
  /// HTTP/2: when a call's time was over and its server had said nothing. Nil once it says something.
  private(set) var doubtedSince: UInt64?
  /// Calls it has carried.
  private(set) var carried: UInt32 = 0

  // MARK: Push

  /// The bolt client whose calls went over this upstream connection, as long as it is the only one.
  private(set) var soleCaller = ConnectionID.none
  private(set) var isShared = false

  init(
    _ id: ConnectionID, _ role: Role, _ state: State, _ wire: ConnectionProtocol = .unknown, remote: String,
    local: String = "", at now: UInt64
  ) {
    (self.id, self.role, self.state, self.wire) = (id, role, state, wire)
    (self.remote, self.local) = (remote, local)
    highWater = if case .upstream(_, let cluster) = role { cluster.highWater } else { nil }
    (began, lastRead, lastWrite) = (now, now, now)
  }

  var listener: Listener? { if case .downstream(let listener) = role { listener } else { nil } }
  var isUpstream: Bool { if case .upstream = role { true } else { false } }
  var isHTTP2: Bool { http2 != nil }

  // MARK: Its life

  func connected(_ local: String) { self.local = local }

  func open(at now: UInt64) {
    state = .open
    (lastRead, lastWrite) = (now, now)
  }

  /// What is spoken from here on.
  func speak(_ wire: ConnectionProtocol, _ session: HTTP2Session?) { (self.wire, http2) = (wire, session) }

  /// HTTP/2: the server's SETTINGS are there.
  func learnSettings() { knowsSettings = true }

  /// A client's listener is configured anew.
  func serve(_ listener: Listener) { role = .downstream(listener) }

  /// Takes no new calls and ends with those it has; false: that had been so before.
  func retire() -> Bool {
    guard state == .open else { return false }
    state = .draining
    return true
  }

  func end() { state = .closed }

  /// Nobody asks for what waited here any more.
  func drop() { (held, blocked) = ([], []) }

  // MARK: Calls

  func enter(_ call: Exchange, _ key: UInt32) { calls.insert(call, for: key) }

  /// A call runs here no more.
  func leave(_ key: UInt32) {
    calls.remove(key)
    if !blocked.isEmpty { blocked.removeAll { $0 == key } }
  }

  /// One more was carried, for wear and push.
  func carry(for caller: ConnectionID) {
    carried &+= 1
    if soleCaller == .none { soleCaller = caller } else if soleCaller != caller { isShared = true }
  }

  /// The body of a call waits for a window.
  func block(_ key: UInt32) {
    if !blocked.contains(key) { blocked.append(key) }
  }

  /// Those that wait, who have to say again if they go on waiting.
  func takeBlocked() -> [UInt32] {
    defer { blocked = [] }
    return blocked
  }

  /// Whether one more stream may be cancelled here.
  func mayCancel(_ limits: ProxyLimits, at now: UInt64) -> Bool {
    cancellations.spend(limits.cancellations, at: now)
  }

  /// So many more bytes are kept for its calls.
  func park(_ bytes: Int) { parked += bytes }

  // MARK: The socket and its turn

  /// Whether this is the first that happens to it in this turn.
  func touch() -> Bool {
    defer { isTouched = true }
    return !isTouched
  }

  func settle() { isTouched = false }

  func heard(at now: UInt64) {
    lastRead = now
    (unanswered, doubtedSince) = (0, nil)
  }

  func readClosed() { didReadClose = true }
  func pauseReading(_ isPaused: Bool) { isReadingPaused = isPaused }
  func takeOutput(_ isWritable: Bool) { self.isWritable = isWritable }

  func announceWrite(at now: UInt64) {
    isWriteAnnounced = true
    lastWrite = now
  }

  func outputTaken() { isWriteAnnounced = false }

  /// Counts the unsent bytes that its peer does not take; by how many more than before.
  func stick(_ bytes: Int) -> Int {
    defer { stuck = bytes }
    return bytes - stuck
  }

  // MARK: Time

  func arm(_ time: UInt64, in deadlines: inout Deadlines) {
    deadlines.cancel(&timer)
    timer = deadlines.arm(time, .connection(id.slot))
    timerTime = time
  }

  func disarm(in deadlines: inout Deadlines) { deadlines.cancel(&timer) }
  func timerCame() { timer = .none }

  /// Another heartbeat or ping went out.
  func asked() { unanswered += 1 }

  func doubt(at now: UInt64) { (doubtedSince, unanswered) = (now, 0) }

  // MARK: What it takes

  var unsent: Int { output.count + (http2?.side.output.count ?? 0) }

  /// Its peer does not take what is there, and more should not be added where that can be helped.
  func isCongested(_ limits: borrowing ProxyLimits) -> Bool {
    guard !isWritable else { return false }
    if let highWater { return unsent > highWater }
    return unsent > limits.highWater
  }

  /// Not yet ready for calls.
  var isComing: Bool { state == .connecting || state == .open && isHTTP2 && !knowsSettings }

  /// Whether an upstream connection takes another call.
  func takesCall(_ limits: borrowing ProxyLimits) -> Bool {
    guard state == .open, !isCongested(limits) else { return false }
    guard let http2 else { return calls.count < limits.callsPerBoltConnection }
    guard knowsSettings else { return false }
    if http2.side.remoteSettings.maxConcurrentStreams == nil,
      http2.side.localStreams >= limits.streamsPerConnection
    {
      return false
    }
    return http2.side.streamsAllowed > 0
  }
}
