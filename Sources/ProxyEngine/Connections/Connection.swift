import MosnConfig

/// A connection to a client or to a server: its life, its times and figures, and the calls that run over it. What it reads
/// and writes is its peer's.
struct Connection: ~Copyable {
  let id: ConnectionID
  /// Nil: the engine's.
  private let highWater: Int?
  private(set) var role: Role
  private(set) var state: State
  private(set) var wire = ConnectionProtocol.unknown
  /// What speaks on it.
  private(set) var peer: PeerID
  /// The calls by their number here: the stream, or in bolt the proxy's own number.
  private(set) var calls = KeyTable<ExchangeID>()
  /// What is held on its account.
  private(set) var account = Account()

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
  /// Bytes that were taken and wait at the edge.
  private(set) var unflushed = 0
  /// Since when it is not writable, or when that was last looked at.
  private(set) var stuckSince: UInt64 = 0
  private var isMeasured = false
  /// A `write` is among the actions and its bytes were not taken.
  private(set) var isWriteAnnounced = false
  private(set) var isReadingPaused = false
  private(set) var didReadClose = false
  /// Bytes were read that are to be worked on later.
  private(set) var isBehind = false
  private var isTouched = false

  // MARK: Time

  private(set) var timer = Deadlines.Timer.none
  private(set) var timerTime: UInt64 = .max
  private(set) var began: UInt64 = 0
  private(set) var lastRead: UInt64 = 0
  private(set) var lastWrite: UInt64 = 0
  /// Heartbeats or pings since the last byte.
  private(set) var unanswered = 0
  /// When a call's time was over and its server had said nothing. Nil once it says something.
  private(set) var doubtedSince: UInt64?
  /// Calls it has carried.
  private(set) var carried: UInt32 = 0

  // MARK: Push

  /// The bolt client whose calls went over this upstream connection, as long as it is the only one.
  private(set) var soleCaller = ConnectionID.none
  private(set) var isShared = false

  init(
    _ id: ConnectionID, _ role: Role, _ state: State, _ peer: PeerID, _ wire: ConnectionProtocol = .unknown,
    remote: String, local: String = "", at now: UInt64
  ) {
    (self.id, self.role, self.state, self.peer, self.wire) = (id, role, state, peer, wire)
    (self.remote, self.local) = (remote, local)
    highWater = if case .upstream(_, let cluster) = role { cluster.highWater } else { nil }
    (began, lastRead, lastWrite) = (now, now, now)
  }

  var listener: Listener? { if case .downstream(let listener) = role { listener } else { nil } }
  var isUpstream: Bool { if case .upstream = role { true } else { false } }
  /// What it speaks, or will speak once it is open.
  var kind: PeerKind { PeerKind(wire) }

  // MARK: Its life

  mutating func connected(_ local: String) { self.local = local }

  mutating func open(at now: UInt64) {
    state = .open
    (lastRead, lastWrite) = (now, now)
  }

  /// What is spoken from here on.
  mutating func speak(_ wire: ConnectionProtocol, _ peer: PeerID) { (self.wire, self.peer) = (wire, peer) }

  /// A client's listener is configured anew.
  mutating func serve(_ listener: Listener) { role = .downstream(listener) }

  /// Takes no new calls and ends with those it has; false: that had been so before.
  mutating func retire() -> Bool {
    guard state == .open else { return false }
    state = .draining
    return true
  }

  mutating func end() { state = .closed }

  // MARK: Calls

  mutating func enter(_ call: ExchangeID, _ key: UInt32) { calls.insert(call, for: key) }

  /// A call runs here no more.
  mutating func leave(_ key: UInt32) { calls.remove(key) }

  /// One more was carried, for wear and push.
  mutating func carry(for caller: ConnectionID) {
    carried &+= 1
    if soleCaller == .none { soleCaller = caller } else if soleCaller != caller { isShared = true }
  }

  // MARK: What is held

  mutating func hold(bodies bytes: Int) { account.hold(bodies: bytes) }
  mutating func hold(lists bytes: Int) { account.hold(lists: bytes) }

  /// Its own bytes are so many now; by how many more than before.
  @inline(__always)
  mutating func own(_ bytes: Int) -> Int { account.own(bytes) }

  /// The end of what it holds itself.
  mutating func disown() -> Int {
    unflushed = 0
    return account.own(0)
  }

  // MARK: The socket and its turn

  /// Whether this is the first that happens to it in this turn.
  mutating func touch() -> Bool {
    defer { isTouched = true }
    return !isTouched
  }

  mutating func settle() { isTouched = false }

  mutating func heard(at now: UInt64) {
    lastRead = now
    (unanswered, doubtedSince) = (0, nil)
  }

  mutating func readClosed() { didReadClose = true }
  mutating func fallBehind(_ isBehind: Bool) { self.isBehind = isBehind }
  mutating func pauseReading(_ isPaused: Bool) { isReadingPaused = isPaused }
  mutating func takeOutput(_ isWritable: Bool, at now: UInt64) {
    self.isWritable = isWritable
    (stuckSince, isMeasured) = (now, false)
    if isWritable { unflushed = 0 }
  }

  /// So much waits at the edge; false: when that was asked for, nothing had moved.
  mutating func leaveUnflushed(_ bytes: Int) -> Bool {
    let moves = !isMeasured || isWritable || bytes < unflushed
    (unflushed, isMeasured) = (bytes, false)
    return moves
  }

  /// The edge is asked how much waits there.
  mutating func measure(at now: UInt64) { (stuckSince, isMeasured) = (now, true) }

  mutating func announceWrite(at now: UInt64) {
    isWriteAnnounced = true
    lastWrite = now
  }

  mutating func outputTaken() { isWriteAnnounced = false }

  // MARK: Time

  mutating func arm(_ time: UInt64, in deadlines: inout Deadlines) {
    deadlines.cancel(&timer)
    timer = deadlines.arm(time, .connection(id.slot))
    timerTime = time
  }

  mutating func disarm(in deadlines: inout Deadlines) { deadlines.cancel(&timer) }
  mutating func timerCame() { timer = .none }

  /// Another heartbeat or ping went out.
  mutating func asked() { unanswered += 1 }

  mutating func doubt(at now: UInt64) { (doubtedSince, unanswered) = (now, 0) }

  // MARK: What it takes

  /// Its peer does not take the unsent bytes, which are more than its cluster or else the engine lets wait, and more should not be added where that can be helped.
  func isCongested(_ unsent: Int, above most: Int) -> Bool {
    !isWritable && unsent > highWater ?? most
  }

  /// Not yet ready for calls.
  func isComing(_ peers: borrowing Peers) -> Bool {
    state == .connecting || state == .open && !peers.isReady(peer)
  }

  /// Whether an upstream connection takes another call.
  func takesCall(_ peers: borrowing Peers, above most: Int) -> Bool {
    guard state == .open, isWritable || !isCongested(peers.unsent(of: peer), above: most) else {
      return false
    }
    return peers.takesCall(peer, beside: calls.count)
  }
}
