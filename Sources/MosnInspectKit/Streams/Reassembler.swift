import MosnPackets

/// What reassembly delivers next of a stream.
enum StreamPiece {
  /// These bytes of the segment just received.
  case captured(Range<Int>)
  /// Bytes of an earlier segment, kept until now, and when it came; those before `from` have been delivered.
  case kept([UInt8], from: Int, Arrival)
  /// The next bytes of the stream, this many, were never captured, or cut off by the recorder.
  case gap(Int, isCut: Bool)
  /// The sender closed its side (FIN) and all that came before has been delivered. What comes behind is delivered too, so
  /// that it can be counted.
  case end
}

/// Puts the TCP segments of one direction back into order.
///
/// Segments in order pass through without a copy. Others are kept until the hole before them is filled or given
/// up: because the peer acknowledged beyond it (it was received, only not captured), because it has been waited
/// for long enough, or because too much waits behind it. The copy of a byte that came first wins.
struct Reassembler: ~Copyable {
  /// What reassembly saw, for the summary.
  struct Counters: Equatable, Sendable {
    var retransmitted = 0
    /// Captured bytes of which another copy was delivered.
    var repeatedBytes = 0
    /// Captured bytes that lie before the first ones of a stream that the capture shows from its middle on, and came behind
    /// them.
    var earlyBytes = 0
    var outOfOrder = 0
    var gaps = 0
    var gapBytes = 0
  }

  /// How far the stream has come, of the states of RFC 9293 §3.3.2 what a capture shows of one direction.
  enum State: Equatable {
    /// No segment of it was captured.
    case unseen
    case open
    /// The sender has closed (FIN), so many bytes behind the next one to deliver; those are still to come.
    case closing(at: Int)
    /// It has closed, and everything was delivered. What comes behind is no part of the stream.
    case ended
  }

  private(set) var state = State.unseen
  private(set) var counters = Counters()
  /// Pieces in stream order, for the owner to take after every call.
  private(set) var ready: [StreamPiece] = []
  /// Bytes kept behind a hole.
  private(set) var pendingBytes = 0
  /// Sequence number of the next byte to deliver; nil while it is unseen.
  private(set) var expected: TCPSequence?
  /// Bytes of the stream up to there, holes that were given up among them.
  private(set) var delivered = 0

  /// Sequence number of the SYN, if it was captured.
  private var initial: TCPSequence?
  /// Segments behind a hole, in order of `start`, never overlapping.
  private var pending: [Pending] = []
  /// Bytes the peer acknowledged beyond `expected`.
  private var acknowledged = 0
  private var segmentsSinceHole = 0
  private var holeOpened: Int64 = 0

  /// A kept segment; `missing` bytes at its end were cut off by the snapshot length.
  private struct Pending {
    var start: TCPSequence
    var bytes: [UInt8]
    var missing: Int
    var arrival: Arrival
    var length: Int { bytes.count + missing }
  }

  /// A segment farther than this from the expected byte cannot be of the same window (RFC 7323 §2.3 bounds it
  /// by 2^30); real windows are far smaller.
  static let window = 1 << 28
  /// A late SYN belongs to a stream that has come no farther than this since: what can be sent without waiting
  /// for an answer (RFC 6928 allows ten segments), and room for more.
  static let firstWindow = 1 << 16

  /// Whether a SYN with this sequence number starts another connection than the one followed here.
  func isNewConnection(synchronising sequence: TCPSequence) -> Bool {
    if let initial { return initial != sequence }
    guard let expected else { return false }
    // Packets of a capture change places: this SYN may have begun what was captured before it.
    return !(0...Self.firstWindow).contains(sequence.advanced(by: 1).distance(to: expected))
  }

  /// Whether nothing but the SYN was captured.
  var isOpening: Bool { initial.map { $0.advanced(by: 1) == reach } ?? false }

  var isEnded: Bool { state == .ended }

  /// Whether bytes, or the end, wait for others that lie before them.
  var hasHole: Bool { !pending.isEmpty || finDistance != nil }

  private var finDistance: Int? { if case .closing(let distance) = state { distance } else { nil } }

  /// Whether bytes were said that have not been delivered: some wait behind a hole, or the peer has acknowledged what was
  /// not captured. What the peer says may then answer what nobody has read.
  var isBehind: Bool { !pending.isEmpty || acknowledged > (isEnded ? 1 : 0) }

  /// The end of what was captured, holes or not; nil before the first segment.
  var reach: TCPSequence? {
    guard let last = pending.last else { return expected }
    return last.start.advanced(by: last.length)
  }

  /// Takes a segment that is no reset and lies within `window` of what came before.
  mutating func receive(
    _ segment: TCPSegment, _ payload: RawSpan, at arrival: Arrival, limits: InspectLimits
  ) {
    if segment.flags.contains(.syn) {
      initial = initial ?? segment.sequence
      open(at: segment.sequence.advanced(by: 1))
    }
    let start = segment.flags.contains(.syn) ? segment.sequence.advanced(by: 1) : segment.sequence
    let (length, closes) = (segment.payloadLength, segment.flags.contains(.fin))
    if length > 0 || closes {
      let distance = distance(to: start)
      if closes { noteFIN(at: distance + length) }
      if length > 0 { place(payload, length: length, at: distance, start: start, arrival) }
    }
    endIfClosed()
    if !pending.isEmpty {
      segmentsSinceHole += 1
      giveUpHoles(at: arrival.time, limits: limits)
    }
  }

  /// The peer acknowledged everything before `sequence`.
  mutating func acknowledge(
    _ sequence: TCPSequence, at time: Int64, limits: InspectLimits
  ) {
    guard let expected else { return }
    let beyond = expected.distance(to: sequence)
    if beyond > 0, beyond < Self.window { acknowledged = max(acknowledged, beyond) }
    if !pending.isEmpty { giveUpHoles(at: time, limits: limits) }
  }

  /// Forgets the pieces once they have been taken.
  mutating func clear() { ready.removeAll(keepingCapacity: true) }

  /// Bytes of memory, about.
  var heldBytes: Int {
    pendingBytes + pending.capacity * MemoryLayout<Pending>.stride
      + ready.capacity * MemoryLayout<StreamPiece>.stride
  }

  /// Nothing more will come: delivers what waits, with gaps for what is missing.
  mutating func finish() {
    while !pending.isEmpty || finDistance != nil { skipHole() }
    if !isEnded { end() }
  }

  // MARK: placing segments

  /// How far a segment's first byte lies from the next one to deliver; the first segment is where the stream begins.
  private mutating func distance(to start: TCPSequence) -> Int {
    let expected = open(at: start)
    let distance = expected.distance(to: start)
    // What comes behind a FIN begins behind the sequence number that the FIN itself takes.
    let isBehindFIN = isEnded && distance == 1
    if isBehindFIN { self.expected = start }
    return isBehindFIN ? 0 : distance
  }

  /// The first segment is where the stream begins; gives back the next byte to deliver.
  @discardableResult
  private mutating func open(at start: TCPSequence) -> TCPSequence {
    if let expected { return expected }
    expected = start
    if state == .unseen { state = .open }
    return start
  }

  /// A FIN before bytes that were captured is not their sender's; of several the nearest counts.
  private mutating func noteFIN(at distance: Int) {
    guard !isEnded, let expected, let reach, distance >= expected.distance(to: reach) else { return }
    state = .closing(at: min(finDistance ?? distance, distance))
  }

  private mutating func place(
    _ payload: RawSpan, length: Int, at distance: Int, start: TCPSequence, _ arrival: Arrival
  ) {
    if distance <= 0 { countUnread(payload.byteCount, length: length, at: distance) }
    if distance + length <= 0 {
      return
    } else if distance <= 0 {
      if let first = pending.first, start.distance(to: first.start) < length {
        // It covers bytes of which another copy came first.
        let behind = max(0, -distance)
        keep(
          payload.extracting(droppingFirst: min(behind, payload.byteCount)), length: length - behind,
          start: start.advanced(by: behind), arrival)
      } else {
        deliver(payload.byteCount, length: length, skipping: -distance)
      }
      deliverPending()
    } else {
      if pending.isEmpty {
        holeOpened = arrival.time
        segmentsSinceHole = 0
      }
      counters.outOfOrder += 1
      keep(payload, length: length, start: start, arrival)
    }
  }

  /// Counts what a segment repeats, or says of the time before the capture.
  private mutating func countUnread(_ captured: Int, length: Int, at distance: Int) {
    guard distance < 0 else { return }
    let behind = min(captured, -distance)
    let before = initial == nil ? min(behind, -distance - delivered) : 0
    // One byte is a keep-alive's, which has none of its own.
    let early = before > 1 ? before : 0
    counters.earlyBytes += early
    if early == 0 || behind > early { counters.retransmitted += 1 }
    counters.repeatedBytes += behind - early
  }

  /// Delivers a segment whose first `skip` bytes have been delivered before.
  private mutating func deliver(_ captured: Int, length: Int, skipping skip: Int) {
    if skip < captured { ready.append(.captured(skip..<captured)) }
    leaveOut(length - max(captured, skip), isCut: true)
    advance(length - skip)
  }

  /// So many bytes were not captured; of what lies behind the end nobody misses any.
  private mutating func leaveOut(_ count: Int, isCut: Bool = false) {
    guard count > 0, !isEnded else { return }
    counters.gaps += 1
    counters.gapBytes += count
    ready.append(.gap(count, isCut: isCut))
  }

  private mutating func advance(_ count: Int) {
    guard let expected else { return }
    self.expected = expected.advanced(by: count)
    delivered += count
    acknowledged = max(0, acknowledged - count)
    // Bytes that lie across a FIN say that it was none.
    if let distance = finDistance { state = distance < count ? .open : .closing(at: distance - count) }
    endIfClosed()
  }

  private mutating func deliverPending() {
    var taken = 0
    while taken < pending.count, let expected {
      let segment = pending[taken]
      let distance = expected.distance(to: segment.start)
      guard distance <= 0 else { break }
      if distance + segment.length > 0 {
        let skip = -distance
        counters.repeatedBytes += min(skip, segment.bytes.count)
        if skip < segment.bytes.count { ready.append(.kept(segment.bytes, from: skip, segment.arrival)) }
        leaveOut(segment.length - max(segment.bytes.count, skip), isCut: true)
        advance(segment.length - skip)
      } else {
        counters.repeatedBytes += segment.bytes.count
      }
      pendingBytes -= segment.bytes.count
      taken += 1
    }
    if taken > 0 {
      pending.removeFirst(taken)
      segmentsSinceHole = 0
    }
  }

  /// Keeps those parts of a segment that are not kept already.
  private mutating func keep(_ payload: RawSpan, length: Int, start: TCPSequence, _ arrival: Arrival) {
    var start = start
    var offset = 0
    let held = pendingBytes
    defer { counters.repeatedBytes += payload.byteCount - (pendingBytes - held) }
    // Late segments nearly always follow the ones already kept, so the search begins at the end.
    var index = pending.count
    while index > 0, start.distance(to: pending[index - 1].start) >= 0 { index -= 1 }
    if index > 0 {
      let before = pending[index - 1]
      let covered = before.length - before.start.distance(to: start)
      if covered > 0 {
        offset = covered
        start = start.advanced(by: covered)
      }
    }
    while offset < length {
      let room =
        index < pending.count
        ? min(start.distance(to: pending[index].start), length - offset) : length - offset
      if room > 0 {
        insert(payload, from: offset, length: room, start: start, at: index, arrival)
        index += 1
        offset += room
        start = start.advanced(by: room)
      }
      guard index < pending.count, offset < length else { break }
      let covered = pending[index].length
      offset += covered
      start = start.advanced(by: covered)
      index += 1
    }
  }

  private mutating func insert(
    _ payload: RawSpan, from offset: Int, length: Int, start: TCPSequence, at index: Int, _ arrival: Arrival
  ) {
    let captured = max(0, min(payload.byteCount - offset, length))
    let bytes = [UInt8](payload, from: offset, count: captured)
    pendingBytes += captured
    pending.insert(
      Pending(start: start, bytes: bytes, missing: length - captured, arrival: arrival), at: index)
  }

  // MARK: giving up

  private mutating func giveUpHoles(at time: Int64, limits: InspectLimits) {
    while let first = pending.first, let expected {
      let isReceived = acknowledged >= expected.distance(to: first.start)
      let isLost =
        isReceived && segmentsSinceHole > limits.acknowledgedHolePatience
        || pendingBytes > limits.pendingBytes || pending.count > limits.pendingSegments
        || time.subtractingClamped(holeOpened) > limits.holePatience
      guard isLost else { return }
      skipHole()
      holeOpened = time
    }
    endIfClosed()
  }

  /// Leaves out what is missing up to the next segment, or up to the FIN if that comes first.
  private mutating func skipHole() {
    guard let expected else { return }
    let segment = pending.first.map { expected.distance(to: $0.start) }
    guard let missing = [segment, finDistance].compactMap(\.self).min() else { return }
    leaveOut(missing)
    if missing > 0 { advance(missing) }
    endIfClosed()
    deliverPending()
  }

  private mutating func endIfClosed() { if state == .closing(at: 0) { end() } }

  private mutating func end() {
    state = .ended
    ready.append(.end)
  }
}

extension [UInt8] {
  /// `count` bytes of a span from `offset`, copied. The caller has checked the bounds.
  init(_ span: RawSpan, from offset: Int, count: Int) {
    let part = span.extracting(droppingFirst: offset).extracting(first: count)
    self = part.withUnsafeBytes { [UInt8]($0) }
  }
}
