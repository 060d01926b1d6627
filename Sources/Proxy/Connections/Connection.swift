import H2Codec
import MosnConfig

/// A connection to a client or to a server: what was read and not yet understood, what waits to be written, and the
/// calls that run over it. It knows bytes and numbers; what they mean for calls is the engine's.
final class Connection {
  let id: ConnectionID
  /// Nil: the engine's.
  private let highWater: Int?
  var role: Role
  var state: State
  var wire = ConnectionProtocol.unknown
  /// The endpoint, if HTTP/2 is spoken.
  var http2: HTTP2Session?
  /// Of a bolt stream the frame that is not whole; before the protocol is known what came.
  var held: [UInt8] = []
  /// Offset in the stream of the next frame.
  var offset: UInt64 = 0
  /// Bolt frames to be written.
  var output: [UInt8] = []
  /// The calls by their number here: the stream, or in bolt the proxy's own number.
  var calls = KeyTable<Exchange>()
  /// HTTP/2: the server's SETTINGS came. Streams opened before may be more than it takes.
  var knowsSettings = false
  /// Bytes kept for calls that came from here and wait for a server.
  var parked = 0
  /// Unsent bytes that its peer does not take, as far as they are counted among what is held.
  var stuck = 0
  /// HTTP/2: streams cancelled towards the server.
  var cancellations = H2RateMeter()
  /// HTTP/2: streams under way whose body waits for a window, in the order in which they go on.
  var blocked: [UInt32] = []

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

  var remote = ""
  var local = ""
  var isWritable = true
  /// A `write` is among the actions and its bytes were not taken.
  var isWriteAnnounced = false
  var isReadingPaused = false
  var didReadClose = false
  var isTouched = false

  // MARK: Time

  var timer = Deadlines.Timer.none
  var timerTime: UInt64 = .max
  var began: UInt64 = 0
  var lastRead: UInt64 = 0
  var lastWrite: UInt64 = 0
  /// When the frame in `held` began, or the connection whose protocol is not known.
  var headBegan: UInt64?
  /// Heartbeats or pings since the last byte.
  var unanswered = 0
  /// HTTP/2: when a call's time was over and its server had said nothing. Nil once it says something.
  var doubtedSince: UInt64?
  /// Calls it has carried.
  var carried: UInt32 = 0

  // MARK: Push

  /// The bolt client whose calls went over this upstream connection, as long as it is the only one.
  var soleCaller = ConnectionID.none
  var isShared = false

  init(_ id: ConnectionID, _ role: Role, _ state: State, at now: UInt64) {
    self.id = id
    self.role = role
    self.state = state
    highWater = if case .upstream(_, let cluster) = role { cluster.highWater } else { nil }
    (began, lastRead, lastWrite) = (now, now, now)
  }

  var listener: Listener? { if case .downstream(let listener) = role { listener } else { nil } }
  var isUpstream: Bool { if case .upstream = role { true } else { false } }
  var isHTTP2: Bool { http2 != nil }

  /// The body of a call waits for a window.
  func block(_ key: UInt32) {
    if !blocked.contains(key) { blocked.append(key) }
  }

  /// A call runs here no more.
  func leave(_ key: UInt32) {
    calls.remove(key)
    if !blocked.isEmpty { blocked.removeAll { $0 == key } }
  }

  var unsent: Int { output.count + (http2?.side.output.count ?? 0) }

  /// Its peer does not take what is there, and more should not be added where that can be helped.
  func isCongested(_ limits: ProxyLimits) -> Bool { !isWritable && unsent > highWater ?? limits.highWater }

  /// Not yet ready for calls.
  var isComing: Bool { state == .connecting || state == .open && isHTTP2 && !knowsSettings }

  /// Whether an upstream connection takes another call.
  func takesCall(_ limits: ProxyLimits) -> Bool {
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
