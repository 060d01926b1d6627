import BoltCodec
import H2Codec
import MosnConfig
import Translate

/// A call: who made it, who works on it, and what has to be kept until it is over.
///
/// Places are used again with their memory, so that a call allocates nothing in the long run. `generation` tells
/// the calls apart that used one place.
struct Exchange: ~Copyable {
  private(set) var generation: UInt32 = 0
  private(set) var state = ExchangeState.over

  /// Unique in the process: `x-mosn-streamid`.
  private(set) var number: UInt32 = 0

  // MARK: The caller

  private(set) var caller = ConnectionID.none
  /// Its key there: `number` for bolt, the stream for HTTP/2.
  private(set) var callerKey: UInt32 = 0
  private(set) var callerProtocol = ConnectionProtocol.unknown
  private(set) var callerKind = PeerKind.opening
  /// The call in bolt: as it came, or as it was made of an HTTP/2 request.
  var boltHead = BoltHead.request(id: 0)
  /// How a caller on HTTP/2 is answered.
  var dialect = H2Dialect.plain
  var dialectRequestID: UInt32 = 0
  /// It would hand its client what only MOSN 0.2.1 reads.
  var isLean = false
  var isOneway = false

  // MARK: The callee

  private(set) var callee = ConnectionID.none
  /// Its key there: `number` for bolt, the stream for HTTP/2.
  private(set) var calleeKey: UInt32 = 0
  private(set) var calleeKind = PeerKind.opening
  /// The version of bolt the server wants; nil: as it comes.
  private(set) var calleeVersion: BoltVersion?
  private(set) var route: CompiledRoute?
  private(set) var hosts: HostSet?
  private(set) var host: Host?
  /// Hosts where it failed before, the last one last.
  private(set) var tried: [Host] = []
  /// Where it waits for a connection. The pool's to change.
  var place = Pool.Place()
  private(set) var retries: UInt32 = 0
  /// Where it is counted, once it was sent or waits; and whether it is as one that is tried again, too.
  private(set) var load: Load?
  private(set) var isCountedAsRetry = false

  // MARK: What is kept

  /// The head of an HTTP/2 request.
  var list = H2HeaderList()
  /// Of a bolt request the frame; of an HTTP/2 request the body as far as it came.
  var request: [UInt8] = []
  /// All of the request has come.
  var requestEnded = false
  /// `request` is all that came so far, so that it can be sent once more.
  var isReplayable = false
  /// `request` is a bolt frame, also if the client speaks HTTP/2.
  var holdsFrame = false
  /// Of an HTTP/2 request what the callee's window did not take yet.
  var unsentRequest = Backlog()
  /// The answer for bolt, as far as it came.
  var answerList = H2HeaderList()
  var answer: [UInt8] = []
  /// Of an answer to HTTP/2 what the caller's window did not take yet, and its end.
  var unsentAnswer = Backlog()
  /// Nothing more comes from the callee.
  var answerEnded = false

  // MARK: Time and figures

  private(set) var timer = Deadlines.Timer.none
  /// When its time is over; `.max`: nothing limits it.
  private(set) var due: UInt64 = .max
  /// Nobody but the engine's own cap limits its time.
  private(set) var isOnlyCapped = false
  /// Bytes of bodies that had moved when the time was last looked at.
  private var movedBytes: UInt64 = 0
  /// Of headers that are recorded.
  var requestHeaders: [String?] = []
  var responseHeaders: [String?] = []
  var times = Times()

  struct Times {
    var start: UInt64 = 0
    var requestReceived: UInt64 = 0
    var responseReceived: UInt64 = 0
    var bytesReceived: UInt64 = 0
    var bytesSent: UInt64 = 0
    var boltStatus: BoltStatus?
    var httpStatus = 0
  }

  init() {}

  /// Bytes of bodies and of lists that were last charged for it.
  private(set) var parked = 0
  private(set) var listed = 0

  /// Bytes of bodies that are held for it.
  var heldBytes: Int {
    Account.memory(of: request) + Account.memory(of: answer) + unsentRequest.heldBytes
      + unsentAnswer.heldBytes
  }

  /// What its place takes, and its entries in the tables of its connections.
  static let cost = MemoryLayout<Exchange>.size + 256

  var weight: Int { parked + listed + Self.cost }

  // MARK: What happens to it

  /// The object serves a call from here on.
  mutating func begin(
    _ number: UInt32, by caller: ConnectionID, _ wire: ConnectionProtocol, key: UInt32?,
    in state: ExchangeState,
    at now: UInt64
  ) {
    (self.number, self.caller, callerKey) = (number, caller, key ?? number)
    (callerProtocol, callerKind) = (wire, PeerKind(wire))
    self.state = state
    times.start = now
  }

  /// The only change of `state` while a call lives. What else there is to do is the engine's.
  mutating func take(_ input: ExchangeInput, mayRetry: Bool) -> ExchangeOutcome {
    let outcome = state.outcome(input, mayRetry: mayRetry)
    switch outcome {
    case .becomes(let next): state = next
    case .retry: state = .waiting
    case .fail, .cut, .abandon: state = .over
    case .ignored: break
    }
    return outcome
  }

  mutating func follow(_ route: CompiledRoute?) { self.route = route }

  mutating func go(to hosts: HostSet) { self.hosts = hosts }

  /// What the server is spoken to in.
  mutating func speak(_ kind: PeerKind, _ version: BoltVersion?) {
    (calleeKind, calleeVersion) = (kind, version)
  }

  mutating func choose(_ host: Host) { self.host = host }

  /// Once more, and elsewhere if there is such a place.
  mutating func tryAgain() {
    retries += 1
    guard let host else { return }
    tried.removeAll { $0 === host }
    tried.append(host)
  }

  mutating func count(in load: Load) { self.load = load }

  /// Whether it may be tried again, which is counted once.
  mutating func countRetry(most: UInt32?) -> Bool {
    guard let most, let load, !isCountedAsRetry else { return true }
    isCountedAsRetry = load.retries.begin(most: most)
    return isCountedAsRetry
  }

  mutating func uncount() {
    guard let load else { return }
    load.calls.end()
    if isCountedAsRetry { load.retries.end() }
    (self.load, isCountedAsRetry) = (nil, false)
  }

  mutating func bind(to callee: ConnectionID, key: UInt32) { (self.callee, calleeKey) = (callee, key) }

  mutating func limit(to due: UInt64, onlyCapped: Bool) { (self.due, isOnlyCapped) = (due, onlyCapped) }

  /// The clock runs.
  ///
  /// - Parameter onlyCapped: nobody but the engine's own cap limits its time.
  mutating func arm(_ timer: Deadlines.Timer, onlyCapped: Bool) {
    (self.timer, isOnlyCapped) = (timer, onlyCapped)
  }

  mutating func disarm(in deadlines: inout Deadlines) { deadlines.cancel(&timer) }

  /// Its time came.
  mutating func timerCame() { timer = .none }

  /// Whether bytes of bodies have moved since this was asked before.
  mutating func hasMoved() -> Bool {
    let moved = times.bytesReceived &+ times.bytesSent
    defer { movedBytes = moved }
    return moved > movedBytes
  }

  /// Counts what is held for it as held; by how much more than before.
  mutating func park() -> Int {
    let (bytes, before) = (heldBytes, parked)
    parked = bytes
    return bytes - before
  }

  /// How much that was.
  mutating func unpark() -> Int {
    defer { parked = 0 }
    return parked
  }

  /// Counts its lists as held; by how much more than before.
  @inline(__always)
  mutating func chargeLists() -> Int {
    let (bytes, before) = (Self.memory(of: list) + Self.memory(of: answerList), listed)
    listed = bytes
    return bytes - before
  }

  mutating func dischargeLists() -> Int {
    defer { listed = 0 }
    return listed
  }

  /// Memory that is kept for the next call in any case is not this one's.
  @inline(__always)
  private static func memory(of list: borrowing H2HeaderList) -> Int {
    let held = list.heldBytes
    return held <= keptCapacity ? list.size : held
  }

  /// Ready for the next call.
  mutating func clear() {
    generation &+= 1
    (caller, callee, route, hosts, host) = (.none, .none, nil, nil, nil)
    (isOneway, isLean, requestEnded, isReplayable) = (false, false, false, false)
    (holdsFrame, answerEnded, calleeKind, calleeVersion) = (false, false, .opening, nil)
    retries = 0
    if !tried.isEmpty { tried.removeAll(keepingCapacity: true) }
    Self.empty(&list)
    Self.empty(&answerList)
    if request.capacity > 0 { request.removeAll(keepingCapacity: request.capacity <= Self.keptCapacity) }
    if answer.capacity > 0 { answer.removeAll(keepingCapacity: answer.capacity <= Self.keptCapacity) }
    unsentRequest.reset()
    unsentAnswer.reset()
    (due, isOnlyCapped, movedBytes) = (.max, false, 0)
    times = Times()
    if !requestHeaders.isEmpty { (requestHeaders, responseHeaders) = ([], []) }
  }

  @inline(__always)
  private static func empty(_ list: inout H2HeaderList) {
    guard !list.isEmpty else { return }
    if list.heldBytes > keptCapacity { list = H2HeaderList() } else { list.removeAll() }
  }

  /// Of a call that is over.
  mutating func giveMemoryBack() {
    (list, answerList) = (H2HeaderList(), H2HeaderList())
    (request, answer) = ([], [])
    (unsentRequest, unsentAnswer) = (Backlog(), Backlog())
  }

  /// What one large call made larger than this is given back.
  static let keptCapacity = 16 << 10
}
