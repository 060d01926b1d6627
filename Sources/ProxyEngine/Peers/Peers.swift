import BoltCodec
import H2Codec

/// A peer's place: what it speaks, and its slot among those that speak it.
struct PeerID {
  let kind: PeerKind
  fileprivate let slot: UInt32
}

/// The peers of all connections, in place, and one set of verbs for them. Nobody else knows a protocol's state.
struct Peers: ~Copyable {
  private var openings = Slots<OpeningPeer>()
  private var bolt = Slots<BoltPeer>()
  private var http2 = Slots<HTTP2Peer>()
  /// Memory of output that was taken, for the next that is made.
  var buffers = SpareBuffers()

  init() {}

  // MARK: Coming and going

  mutating func make(_ kind: PeerKind, isServer: Bool, _ limits: borrowing ProxyLimits) -> PeerID {
    switch kind {
    case .opening: PeerID(kind: kind, slot: openings.insert(OpeningPeer()))
    case .bolt: PeerID(kind: kind, slot: bolt.insert(BoltPeer(BoltPeer.Limits(limits))))
    case .http2: PeerID(kind: kind, slot: http2.insert(HTTP2Peer(isServer ? .client : .server, limits)))
    }
  }

  /// Limits that a configuration has changed.
  mutating func adopt(_ limits: ProxyLimits) {
    let limits = BoltPeer.Limits(limits)
    for slot in bolt.used { bolt[slot].adopt(limits) }
  }

  mutating func remove(_ id: PeerID) {
    switch id.kind {
    case .opening: openings.remove(id.slot)
    case .bolt: bolt.remove(id.slot)
    case .http2: http2.remove(id.slot)
    }
  }

  // MARK: Reading

  mutating func receive(on id: PeerID, at now: UInt64) {
    switch id.kind {
    case .opening: openings[id.slot].receive(at: now)
    case .bolt: bolt[id.slot].receive(at: now)
    case .http2:
      http2[id.slot].giveMemory(&buffers)
      http2[id.slot].receive(at: now)
    }
  }

  mutating func next(
    of id: PeerID, in lent: RawSpan, from taken: inout Int, at now: UInt64
  ) -> PeerEvent? {
    switch id.kind {
    case .opening: openings[id.slot].next(in: lent, from: &taken, at: now)
    case .bolt: bolt[id.slot].next(in: lent, from: &taken, at: now)
    case .http2: http2[id.slot].next(in: lent, from: &taken, at: now)
    }
  }

  func held(by id: PeerID) -> [UInt8] {
    switch id.kind {
    case .opening: openings[id.slot].held
    case .bolt: bolt[id.slot].held
    case .http2: http2[id.slot].held
    }
  }

  @inline(__always)
  func heldBytes(of id: PeerID) -> Int {
    switch id.kind {
    case .opening: openings[id.slot].heldBytes
    case .bolt: bolt[id.slot].heldBytes
    case .http2: http2[id.slot].heldBytes
    }
  }

  func fault(of id: PeerID) -> String {
    switch id.kind {
    case .opening: openings[id.slot].fault
    case .bolt: bolt[id.slot].fault
    case .http2: http2[id.slot].fault
    }
  }

  func limitMet(of id: PeerID) -> LimitMet? {
    switch id.kind {
    case .opening: openings[id.slot].limitMet
    case .bolt: bolt[id.slot].limitMet
    case .http2: http2[id.slot].limitMet
    }
  }

  @inline(__always)
  func beginning(of id: PeerID) -> PeerBeginning? {
    switch id.kind {
    case .opening: openings[id.slot].beginning
    case .bolt: bolt[id.slot].beginning
    case .http2: http2[id.slot].beginning
    }
  }

  mutating func endInput(of id: PeerID) {
    switch id.kind {
    case .opening: openings[id.slot].endInput()
    case .bolt: bolt[id.slot].endInput()
    case .http2: http2[id.slot].endInput()
    }
  }

  mutating func drop(_ id: PeerID) {
    switch id.kind {
    case .opening: openings[id.slot].drop()
    case .bolt: bolt[id.slot].drop()
    case .http2: http2[id.slot].drop()
    }
  }

  /// Memory that holds nothing serves others.
  @inline(__always)
  mutating func giveBack(_ id: PeerID) {
    switch id.kind {
    case .opening: openings[id.slot].giveBack(&buffers)
    case .bolt: bolt[id.slot].giveBack(&buffers)
    case .http2: http2[id.slot].giveBack(&buffers)
    }
  }

  // MARK: Writing

  func unsent(of id: PeerID) -> Int {
    switch id.kind {
    case .opening: openings[id.slot].unsent
    case .bolt: bolt[id.slot].unsent
    case .http2: http2[id.slot].unsent
    }
  }

  /// The bytes to be written, which are to be kept with `buffers` when they are.
  mutating func takeOutput(of id: PeerID) -> [UInt8] {
    var taken: [UInt8] = []
    switch id.kind {
    case .opening: openings[id.slot].takeOutput(into: &taken)
    case .bolt: bolt[id.slot].takeOutput(into: &taken)
    case .http2: http2[id.slot].takeOutput(into: &taken)
    }
    return taken
  }

  func isReadingPaused(by id: PeerID) -> Bool {
    switch id.kind {
    case .opening: openings[id.slot].isReadingPaused
    case .bolt: bolt[id.slot].isReadingPaused
    case .http2: http2[id.slot].isReadingPaused
    }
  }

  // MARK: Calls

  func isReady(_ id: PeerID) -> Bool {
    switch id.kind {
    case .opening: openings[id.slot].isReady
    case .bolt: bolt[id.slot].isReady
    case .http2: http2[id.slot].isReady
    }
  }

  func takesCall(_ id: PeerID, beside calls: Int) -> Bool {
    switch id.kind {
    case .opening: openings[id.slot].takesCall(beside: calls)
    case .bolt: bolt[id.slot].takesCall(beside: calls)
    case .http2: http2[id.slot].takesCall(beside: calls)
    }
  }

  func isUsedUp(_ id: PeerID) -> Bool {
    switch id.kind {
    case .opening: openings[id.slot].isUsedUp
    case .bolt: bolt[id.slot].isUsedUp
    case .http2: http2[id.slot].isUsedUp
    }
  }

  mutating func leave(_ key: UInt32, of id: PeerID) {
    switch id.kind {
    case .opening: openings[id.slot].leave(key)
    case .bolt: bolt[id.slot].leave(key)
    case .http2: http2[id.slot].leave(key)
    }
  }

  mutating func cancel(_ key: UInt32, _ code: H2ErrorCode, of id: PeerID) {
    switch id.kind {
    case .opening: openings[id.slot].cancel(key, code)
    case .bolt: bolt[id.slot].cancel(key, code)
    case .http2: http2[id.slot].cancel(key, code)
    }
  }

  mutating func recall(_ key: UInt32, of id: PeerID, within rate: H2Rate?, at now: UInt64) -> Bool {
    switch id.kind {
    case .opening: openings[id.slot].recall(key, within: rate, at: now)
    case .bolt: bolt[id.slot].recall(key, within: rate, at: now)
    case .http2: http2[id.slot].recall(key, within: rate, at: now)
    }
  }

  // MARK: The connection

  func deadline(of id: PeerID) -> UInt64? {
    switch id.kind {
    case .opening: openings[id.slot].deadline
    case .bolt: bolt[id.slot].deadline
    case .http2: http2[id.slot].deadline
    }
  }

  mutating func timeOut(_ id: PeerID, at now: UInt64) -> PeerEvent? {
    switch id.kind {
    case .opening: openings[id.slot].timeOut(at: now)
    case .bolt: bolt[id.slot].timeOut(at: now)
    case .http2: http2[id.slot].timeOut(at: now)
    }
  }

  mutating func shutDown(_ id: PeerID) {
    switch id.kind {
    case .opening: openings[id.slot].shutDown()
    case .bolt: bolt[id.slot].shutDown()
    case .http2: http2[id.slot].shutDown()
    }
  }

  mutating func goAway(_ id: PeerID, _ code: H2ErrorCode) {
    switch id.kind {
    case .opening: openings[id.slot].goAway(code)
    case .bolt: bolt[id.slot].goAway(code)
    case .http2: http2[id.slot].goAway(code)
    }
  }

  func end(of id: PeerID) -> PeerEnd? {
    switch id.kind {
    case .opening: openings[id.slot].end
    case .bolt: bolt[id.slot].end
    case .http2: http2[id.slot].end
    }
  }
}

// MARK: - Openings

extension Peers {
  /// All that came.
  mutating func takeOpening(of id: PeerID) -> [UInt8] {
    guard id.kind == .opening else { return [] }
    return openings[id.slot].takeOpening()
  }

  /// The last word to one who speaks something else.
  mutating func write(_ answer: [UInt8], to id: PeerID) {
    if id.kind == .opening { openings[id.slot].write(answer) }
  }
}

// MARK: - Frames: what peers of other forms take nothing of

extension Peers {
  /// The last one.
  func frame(of id: PeerID) -> BoltFrame? { id.kind == .bolt ? bolt[id.slot].frame : nil }

  /// Gives up the frame that has begun; its head, if that is known.
  mutating func passOver(_ id: PeerID) -> BoltHead? { id.kind == .bolt ? bolt[id.slot].passOver() : nil }

  func unfitHead(of id: PeerID) -> BoltHead? { id.kind == .bolt ? bolt[id.slot].unfitHead : nil }

  /// False: its parts do not fit.
  mutating func send(
    _ frame: BoltFrame, in bytes: RawSpan, id: UInt32, as wanted: BoltHead, to peer: PeerID
  ) -> Bool {
    guard peer.kind == .bolt else { return false }
    bolt[peer.slot].giveMemory(&buffers)
    return bolt[peer.slot].send(frame, in: bytes, id: id, as: wanted)
  }

  /// False: the parts do not fit.
  mutating func send(
    _ head: BoltHead, className: RawSpan, headerMap: RawSpan, content: RawSpan, to peer: PeerID
  ) -> Bool {
    guard peer.kind == .bolt else { return false }
    bolt[peer.slot].giveMemory(&buffers)
    return bolt[peer.slot].send(head, className: className, headerMap: headerMap, content: content)
  }

  /// A frame that has no more than its head.
  mutating func send(_ head: BoltHead, to peer: PeerID) {
    let nothing: [UInt8] = []
    let none = nothing.span.bytes
    _ = send(head, className: none, headerMap: none, content: none, to: peer)
  }
}

// MARK: - Fields: what peers of other forms take nothing of

extension Peers {
  /// What the last list says.
  func head(of id: PeerID) -> H2MessageHead? { id.kind == .http2 ? http2[id.slot].head : nil }

  /// Octets of the last list.
  func listSize(of id: PeerID) -> Int { id.kind == .http2 ? http2[id.slot].listSize : 0 }

  /// Takes what is left of `lent` as it is: it is read later. False: all of it has been used.
  mutating func hold(_ lent: RawSpan, from taken: inout Int, of id: PeerID) -> Bool {
    guard id.kind == .http2 else { return false }
    http2[id.slot].hold(lent, from: &taken)
    return true
  }

  /// It is an answer that is tolerated for bolt's clients only.
  func isHeadMalformed(of id: PeerID) -> Bool { id.kind == .http2 && http2[id.slot].isHeadMalformed }

  /// The last list, swapped with the memory of another.
  mutating func takeFields(of id: PeerID, into list: inout H2HeaderList) {
    if id.kind == .http2 { http2[id.slot].takeFields(into: &list) } else { list.removeAll() }
  }

  func farewell(of id: PeerID) -> Farewell? { id.kind == .http2 ? http2[id.slot].farewell : nil }

  mutating func ping(_ number: UInt64, to id: PeerID) {
    if id.kind == .http2 { http2[id.slot].ping(number) }
  }

  /// The number of the call that the fields begin; nil: none.
  mutating func open(
    _ fields: borrowing H2HeaderList, isWhole: Bool, checksLength: Bool, on id: PeerID
  ) throws(H2SendError) -> UInt32? {
    guard id.kind == .http2 else { return nil }
    http2[id.slot].giveMemory(&buffers)
    return try http2[id.slot].open(fields, isWhole: isWhole, checksLength: checksLength)
  }

  /// Octets of a list that it takes; 0: it did not say.
  func longestList(of id: PeerID) -> Int { id.kind == .http2 ? http2[id.slot].longestList ?? 0 : 0 }

  mutating func send(
    _ fields: borrowing H2HeaderList, on key: UInt32, isLast: Bool, to id: PeerID
  ) throws(H2SendError) {
    guard id.kind == .http2 else { return }
    http2[id.slot].giveMemory(&buffers)
    try http2[id.slot].send(fields, on: key, isLast: isLast)
  }

  /// How much of the content found room; all of it, where nobody wants it any more.
  mutating func send(_ content: borrowing RawSpan, on key: UInt32, isLast: Bool, to id: PeerID) -> Int {
    guard id.kind == .http2 else { return content.byteCount }
    http2[id.slot].giveMemory(&buffers)
    return http2[id.slot].send(content, on: key, isLast: isLast)
  }

  /// Sends what room there is for.
  mutating func flush(_ backlog: inout Backlog, on key: UInt32, of id: PeerID) {
    let ends = backlog.ends
    if backlog.count > 0 || ends {
      _ = backlog.offer { data in send(data, on: key, isLast: ends, to: id) }
      if backlog.count == 0 { backlog.ends = false }
    }
    guard backlog.count == 0, let trailers = backlog.trailers else { return }
    backlog.trailers = nil
    try? send(trailers, on: key, isLast: true, to: id)
  }

  /// The body of a call waits for room.
  mutating func block(_ key: UInt32, of id: PeerID) {
    if id.kind == .http2 { http2[id.slot].block(key) }
  }

  func blocked(of id: PeerID) -> [UInt32] { id.kind == .http2 ? http2[id.slot].blocked : [] }

  /// Those that wait, who have to say again if they go on waiting.
  mutating func takeBlocked(of id: PeerID) -> [UInt32] {
    id.kind == .http2 ? http2[id.slot].takeBlocked() : []
  }

  /// Content found its place, and as much may come.
  mutating func consume(_ count: Int, on key: UInt32, of id: PeerID) {
    if id.kind == .http2 { http2[id.slot].consume(count, on: key) }
  }

  /// The same of the call alone.
  mutating func widen(_ key: UInt32, by count: Int, of id: PeerID) {
    if id.kind == .http2 { http2[id.slot].widen(key, by: count) }
  }

  /// The same of the connection alone.
  mutating func widenConnection(by count: Int, of id: PeerID) {
    if id.kind == .http2 { http2[id.slot].widenConnection(by: count) }
  }
}
