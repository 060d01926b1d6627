import H2Codec
import MosnPackets
import MosnWire

/// The calls of a connection that are open, in slots that are used again.
///
/// A call is found by its number: a stream, or a bolt id of whoever calls. Requests wait for answers, and answers for
/// requests that are read later because their bytes waited behind a hole.
struct CallTable: ~Copyable {
  let flow: Int
  /// The sender and the receiver of the first packet.
  private let initiator: Endpoint
  private let responder: Endpoint
  /// Whether the connection was seen from its SYN on.
  let isFromBeginning: Bool
  /// The direction of who opened the connection, or else of who called first.
  private(set) var client: Direction?

  private var slots = Pages<Call>(shift: 1)
  private var free: [Int] = []
  private var places: [UInt64: Int] = [:]
  /// Those with a request, in the order in which they were opened, and those with nothing but an answer.
  private var requests = SlotList()
  private var answers = SlotList()
  /// Those that were reset, in that order: an answer may have been under way.
  private var decided = SlotList()
  var texts = CallTexts()

  var delays = ConnectionDelays()
  /// By direction of who calls, how bolt's ids go on.
  var counting = Pair(both: IdCount())
  /// By direction: where bytes were found missing last, what was read last, and the farewell of HTTP/2.
  var lost: Pair<Arrival?> = Pair(both: nil)
  /// By direction, the latest answer that found no request.
  var unpaired: Pair<Arrival?> = Pair(both: nil)
  /// By direction, the latest frame if its end was not captured: whether packets or the rest of the capture is missing the
  /// next one tells.
  var torn: Pair<Arrival?> = Pair(both: nil)
  var heard: Pair<Arrival?> = Pair(both: nil)
  var goAway: Pair<GoAway?> = Pair(both: nil)
  /// By direction, whether more was said than was read.
  var isBehind = Pair(both: false)
  /// When new bytes were sent last.
  var progress: Int64?

  /// Calls open at once on one connection; above, the oldest is told as far as it came.
  static let limit = 65_536

  init(flow: Int, from initiator: Endpoint, to responder: Endpoint, opener: Direction?, isFromBeginning: Bool)
  {
    (self.flow, self.initiator, self.responder) = (flow, initiator, responder)
    (self.client, self.isFromBeginning) = (opener, isFromBeginning)
  }

  /// For a table that belongs to no connection any more.
  init(formerly table: borrowing CallTable) {
    self.init(
      flow: -1, from: table.initiator, to: table.responder, opener: nil, isFromBeginning: false)
  }

  var count: Int { places.count }

  /// A call that ends is copied once.
  var heldBytes: Int {
    MemoryLayout<CallTable>.stride + slots.capacity * Self.footprint + texts.heldBytes + delays.heldBytes
  }

  private static let footprint = 2 * MemoryLayout<Call>.stride + 4 * MemoryLayout<Int>.stride

  subscript(slot: Int) -> Call {
    @inline(__always) unsafeAddress { UnsafePointer(slots.pointer(to: slot)) }
    @inline(__always) unsafeMutableAddress { slots.pointer(to: slot) }
  }

  func slot(of key: UInt64) -> Int? { places[key] }

  func direction(of place: Place) -> Direction { place.source == initiator ? .forward : .backward }

  /// Who called first is the client, unless a SYN has told.
  mutating func noteCaller(_ direction: Direction) { if client == nil { client = direction } }

  func side(_ direction: Direction) -> CallReason.Side {
    direction == (client ?? .forward) ? .client : .server
  }

  func endpoint(_ side: CallReason.Side) -> Endpoint {
    let isForward = (client ?? .forward) == .forward
    return isForward == (side == .client) ? initiator : responder
  }

  // MARK: opening and ending

  /// A call that begins with its request, or with an answer.
  ///
  /// - Parameter key: by which it is found; nil for one that ends at once.
  mutating func open(_ call: consuming Call, as key: UInt64?, into ended: inout EndedCalls) -> Int {
    if count >= Self.limit, let oldest = decided.first ?? requests.first ?? answers.first {
      giveUp(oldest, .evicted, .tooMany, into: &ended)
    }
    let hasRequest = call.request != nil
    let slot = free.popLast() ?? slots.count
    if slot == slots.count { slots.append(call) } else { slots[slot] = call }
    guard let key else { return slot }
    places[key] = slot
    if hasRequest { requests.moveToEnd(slot) } else { answers.moveToEnd(slot) }
    return slot
  }

  /// The request of an answer that waited for it has come.
  mutating func noteRequest(_ slot: Int) {
    answers.remove(slot)
    requests.moveToEnd(slot)
  }

  /// Its outcome stands, and it waits for what is under way.
  mutating func decide(_ slot: Int, _ outcome: Call.Outcome, _ reason: CallReason, at time: Int64) {
    (self[slot].outcome, self[slot].reason, self[slot].decided) = (outcome, reason, time)
    requests.remove(slot)
    decided.moveToEnd(slot)
  }

  var oldestDecided: Int? { decided.first }
  var oldestRequest: Int? { requests.first }
  var oldestAnswer: Int? { answers.first }

  /// It is over: hands it to `ended`.
  mutating func end(_ slot: Int, into ended: inout EndedCalls) {
    slots[slot].delays = delays(of: slot)
    (slots[slot].client, slots[slot].server) = (endpoint(.client), endpoint(.server))
    ended.append(slots[slot], texts.bytes)
    remove(slot)
  }

  private mutating func remove(_ slot: Int) {
    let key = key(of: slot)
    if places[key] == slot { places[key] = nil }
    for range in [slots[slot].service, slots[slot].method, slots[slot].message] { texts.drop(range) }
    slots[slot].findings = []
    slots[slot].delays = CallDelays()
    requests.remove(slot)
    answers.remove(slot)
    decided.remove(slot)
    free.append(slot)
    if texts.isSparse { tidyTexts() }
  }

  func key(of slot: Int) -> UInt64 {
    slots[slot].wireProtocol == .bolt
      ? Self.key(bolt: slots[slot].id, from: slots[slot].caller) : UInt64(slots[slot].id)
  }

  static func key(bolt id: UInt32, from caller: Direction) -> UInt64 {
    UInt64(caller.rawValue) << 32 | UInt64(id)
  }

  private func delays(of slot: Int) -> CallDelays {
    let last = slots[slot].response?.last ?? slots[slot].response?.first ?? slots[slot].request?.last
    var delays = delays.between(slots[slot].beginning, last ?? slots[slot].beginning)
    for finding in slots[slot].findings where finding.isStall { delays.add(stall: finding.text) }
    return delays
  }

  /// Keeps the names of the open calls where nothing lies between them.
  private mutating func tidyTexts() {
    let old = texts.bytes
    texts = CallTexts()
    for slot in places.values {
      slots[slot].service = texts.keep(old[slots[slot].service], limit: .max)
      slots[slot].method = texts.keep(old[slots[slot].method], limit: .max)
      slots[slot].message = texts.keep(old[slots[slot].message], limit: .max)
    }
  }
}

/// How the ids of a side go on. Most count up, and then an id is never that of an earlier call.
struct IdCount {
  private var last: UInt32?
  private var increases = 0
  private var hasFallen = false

  /// So many increases in a row are no chance.
  private static let proof = 16

  mutating func note(_ id: UInt32) {
    if let last { if Int32(bitPattern: id &- last) > 0 { increases += 1 } else { hasFallen = true } }
    last = id
  }

  var isCertain: Bool { !hasFallen && increases >= Self.proof }
}
