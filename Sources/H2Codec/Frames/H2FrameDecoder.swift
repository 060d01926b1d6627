/// One direction of a connection: bytes in, frames out. Any split of the bytes gives the same frames.
///
/// After each `append`, `lose` and `finish`, call `next` until it returns nil. Frames are ranges of `bytes`, good
/// until the next of these calls. No more than one frame of `maxFrameSize` is ever waited for.
///
///     bytes:  │ consumed │ frame │ frame │ begun │
///             base       position                count
///
/// An endpoint's decoder throws what a frame breaks by itself (`H2Frame.violation`), and goes on throwing it. An
/// observer's never throws: it hands the frame out with the violation noted, passes an oversize frame over by
/// count, and finds its way back after bytes that the capture lost.
public struct H2FrameDecoder: Sendable {
  public enum Temperament: Sendable { case endpoint, observer }

  /// What the first byte is.
  public enum Start: Sendable, Equatable {
    /// The client's preface (RFC 9113 §3.4).
    case preface
    /// A frame: a server's direction, or a client's after its preface.
    case boundary
    /// A frame, going by what it and those behind it hold (`H2Detection.middle`). An observer takes the verdict back
    /// where the frames behind it contradict it.
    case likely
    /// Any byte of a connection that began earlier; an endpoint has no such thing and takes it as `boundary`.
    case unknown
  }

  /// The client's first bytes.
  public static let preface: [UInt8] = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

  public let temperament: Temperament
  /// The longest payload taken: what this side's receiver advertised, 16384 before it did.
  public var maxFrameSize: Int

  /// What frames' ranges index.
  public private(set) var bytes: [UInt8] = []
  var position = 0
  private var base: UInt64 = 0
  private var phase: Phase
  private var failure: H2Error?
  /// Of the current frame's payload.
  private var missing = 0
  /// Bytes of it before the first missing one.
  private var intact = 0
  /// Bytes lost at the end of `bytes`, until `next` has handed out the frames before them.
  private var hole = 0
  /// Bytes of an oversize frame still to come.
  private var passing = 0
  /// Bytes behind the frame handed out last that belong to none, those lost in a hole among them.
  public private(set) var skipped: UInt64 = 0
  /// Bytes received that belong to no frame handed out; lost ones do not count.
  public private(set) var passedOver: UInt64 = 0
  /// The client's preface was read.
  public private(set) var hasPreface = false
  private var isFinished = false
  /// An endpoint's wish: the first frame has to be SETTINGS (RFC 9113 §3.4).
  var awaitsSettings = false

  /// Frames that have to be sound yet before a wrong one is its sender's fault and not the verdict's that began here.
  private var probation = 0

  private enum Phase {
    case preface, frames, searching
    /// A verdict was taken back, and what is said next is believed only with as much evidence.
    case doubting
  }

  public init(_ temperament: Temperament = .endpoint, start: Start = .boundary, maxFrameSize: Int = 16384) {
    self.temperament = temperament
    self.maxFrameSize = maxFrameSize
    phase =
      switch start {
      case .preface: .preface
      case .boundary, .likely: .frames
      case .unknown: temperament == .observer ? .searching : .frames
      }
    if start == .likely, temperament == .observer { probation = Self.framesOfProbation }
  }

  /// Where the next frame begins in the stream of this direction; lost bytes count.
  public var offset: UInt64 { base &+ UInt64(truncatingIfNeeded: position) }

  /// Bytes held that no frame has used yet.
  public var buffered: Int { bytes.count - position }

  /// The ranges of the frame handed out last index the bytes that were lent, not `bytes`.
  public private(set) var isLent = false

  /// An observer that looks for the next boundary.
  public var isSearching: Bool { phase == .searching || phase == .doubting }

  /// Bytes as they were received. They are copied; see the other `append` for those already in an array.
  public mutating func append(_ input: borrowing RawSpan) {
    let start = compact(incoming: input.byteCount)
    guard start < input.byteCount else { return }
    input.extracting(start..<input.byteCount).withUnsafeBytes { bytes.append(contentsOf: $0) }
  }

  /// Bytes as they were received. With nothing held, the array itself becomes `bytes`.
  public mutating func append(_ input: [UInt8]) {
    let start = compact(incoming: input.count)
    if start == 0, bytes.isEmpty {
      bytes = input
    } else if start < input.count {
      bytes.append(contentsOf: input[start...])
    }
  }

  /// The next whole frame out of what is held, and then of `lent`: bytes as they were received, from `taken` on. It says
  /// whether the frame `isLent`; one that began before `lent` is not. With nil all of `lent` is used or held, and the
  /// next piece is due.
  ///
  ///     var taken = 0
  ///     while let frame = try decoder.next(in: span, from: &taken) { … }
  public mutating func next(in lent: borrowing RawSpan, from taken: inout Int) throws(H2Error) -> H2Frame? {
    if let failure { throw failure }
    while true {
      if isPlain, buffered == 0, let frame = nextLent(lent, &taken) { return frame }
      let count = min(wanted, lent.byteCount - taken)
      if count > 0 {
        append(lent.extracting(taken..<taken + count))
        taken += count
      }
      if let frame = try next() { return frame }
      guard taken < lent.byteCount else { return nil }
    }
  }

  /// The next whole frame, or nil until more bytes have come.
  public mutating func next() throws(H2Error) -> H2Frame? {
    isLent = false
    if let failure { throw failure }
    while true {
      switch phase {
      case .frames:
        if let frame = try nextFrame() { return frame }
        guard isSearching || hole > 0 else { return nil }
        if let frame = crossHole() { return frame }
        guard isSearching, buffered > 0 else { return nil }
      case .preface:
        guard try takePreface() else { return nil }
      case .searching, .doubting:
        guard findBoundary() else { return nil }
      }
    }
  }

  /// The capture lost `count` bytes here. A hole within one payload costs that frame alone; any other has the
  /// observer search for the next boundary.
  public mutating func lose(_ count: Int) {
    guard count > 0, temperament == .observer else { return }
    _ = compact(incoming: 0)
    let passed = min(passing, count)
    passing -= passed
    base &+= UInt64(passed)
    hole += count - passed
  }

  /// No more bytes come: a search decides by what there is. Whatever is `buffered` when `next` has given nil belongs to
  /// no frame handed out.
  public mutating func finish() { isFinished = true }

  /// The header of the frame begun last, of which bytes are still to come; nil where none is begun, or its header is not
  /// whole.
  public var begun: H2FrameHeader? {
    phase == .frames && buffered > 0 ? H2FrameHeader(bytes.span.bytes, at: position) : nil
  }
}

extension H2FrameDecoder {
  /// Drops what was consumed, passes over what an oversize frame still holds of `incoming` bytes and says how
  /// many those are.
  private mutating func compact(incoming: Int) -> Int {
    if hole > 0 {
      // The caller did not ask for the frames before the hole.
      passOver(buffered)
      skipped &+= UInt64(hole)
      base &+= UInt64(bytes.count + hole)
      hole = 0
      missing = 0
      bytes.removeAll(keepingCapacity: true)
      position = 0
      search()
    } else if position > 0 {
      base &+= UInt64(position)
      if position == bytes.count {
        // One huge read is no reason to keep its memory.
        bytes.removeAll(keepingCapacity: bytes.capacity <= 1 << 18)
      } else {
        bytes.removeSubrange(0..<position)
      }
      position = 0
    }
    let passed = min(passing, incoming)
    passing -= passed
    passedOver &+= UInt64(passed)
    base &+= UInt64(passed)
    return passed
  }

  /// Gives up the memory of `bytes`, all of which were used.
  mutating func drop() {
    guard buffered == 0 else { return }
    base &+= UInt64(position)
    (bytes, position) = ([], 0)
  }

  /// Nothing but whole frames is to be expected.
  private var isPlain: Bool {
    phase == .frames && hole == 0 && passing == 0 && missing == 0 && skipped == 0 && probation == 0
      && !awaitsSettings
  }

  /// Of lent bytes, how many the frame in `bytes` needs before anything can be said of what is behind it.
  private var wanted: Int {
    if phase == .preface { return max(1, Self.preface.count - buffered) }
    guard phase == .frames, hole == 0, passing == 0 else { return .max }
    let header = H2FrameHeader(bytes.span.bytes, at: position)
    return max(1, H2Frame.headerLength + (header?.length ?? 0) - missing - buffered)
  }

  /// A frame that lies wholly in lent bytes and breaks no rule; any other has to be held.
  @inline(__always)
  private mutating func nextLent(_ lent: borrowing RawSpan, _ taken: inout Int) -> H2Frame? {
    guard let header = H2FrameHeader(lent, at: taken), header.length <= maxFrameSize,
      header.violation == nil,
      let frame = H2Frame.whole(header, lent, at: taken, streamOffset: offset), frame.violation == nil
    else { return nil }
    let length = H2Frame.headerLength + header.length
    taken += length
    base &+= UInt64(length)
    isLent = true
    return frame
  }

  @inline(__always)
  private mutating func nextFrame() throws(H2Error) -> H2Frame? {
    guard let header = H2FrameHeader(bytes.span.bytes, at: position) else { return nil }
    if probation > 0, !isCredible(header) { return doubt() }
    var violation = header.violation
    if header.length > maxFrameSize { violation = .frameSize }
    if awaitsSettings {
      awaitsSettings = false
      if header.type != .settings || header.flags.contains(.acknowledgement) { violation = .settingsFirst }
    }
    if violation != nil, let frame = try refuse(header, violation) { return frame }
    let start = position + H2Frame.headerLength
    let end = start + header.length - missing
    guard phase == .frames, end <= bytes.count else { return nil }
    if missing > 0 { return takeDamaged(header, payload: start..<end, violation) }
    let frame = H2Frame(
      header, payload: start..<end, in: bytes.span.bytes, offset: offset, skipped: skipped,
      violation: violation)
    if let rule = frame.violation, temperament == .endpoint {
      throw fail(H2Error(rule, at: frame.offset, stream: frame.streamID))
    }
    position = end
    skipped = 0
    if probation > 0 { probation -= 1 }
    return frame
  }

  /// Whether it can stand behind frames that were only likely ones. What its receiver takes may not have been captured.
  private func isCredible(_ header: H2FrameHeader) -> Bool {
    header.isPlausible(maxFrameSize: Self.longestCredible)
      || header.type.rawValue > 0x9 && header.length <= Self.longestUnknown && !header.isReservedBitSet
  }

  /// Takes back that frames begin here.
  private mutating func doubt() -> H2Frame? {
    phase = .doubting
    probation = 0
    position += 1
    passOver(1)
    return nil
  }

  private static let framesOfProbation = 64
  /// The largest SETTINGS_MAX_FRAME_SIZE in common use.
  private static let longestCredible = 1 << 20
  /// The longest frame of an unknown type that is no contradiction (ALTSVC and ORIGIN are short).
  private static let longestUnknown = 4_096

  /// A header that breaks a rule: the endpoint's error, the observer's frame if it is too long to wait for, or
  /// nil if it is to be read on.
  private mutating func refuse(_ header: H2FrameHeader, _ violation: H2Rule?) throws(H2Error) -> H2Frame? {
    guard temperament == .observer else {
      throw fail(
        H2Error(
          violation ?? .frameSize, at: offset, stream: header.streamID,
          expected: violation == .frameSize ? maxFrameSize : nil, found: header.length))
    }
    guard violation == .frameSize else { return nil }
    if header.type.rawValue > 0x9 {
      // Unknown and too long: not a frame, the boundary is lost.
      phase = .searching
      position += 1
      passOver(1)
      return nil
    }
    let frame = H2Frame(
      partial: header, payload: bytes.count..<bytes.count, offset: offset, skipped: skipped,
      violation: violation, missing: missing, isSkipped: true)
    let rest = H2Frame.headerLength + header.length - missing
    passing = max(0, rest - buffered)
    // `passing` bytes lost in a hole are counted here, the others as they come.
    let passed = min(passing, hole)
    passing -= passed
    hole -= passed
    base &+= UInt64(passed + missing)
    let there = min(rest, buffered)
    passedOver &+= UInt64(there - H2Frame.headerLength)
    position += there
    skipped = 0
    missing = 0
    return frame
  }

  private mutating func takeDamaged(_ header: H2FrameHeader, payload: Range<Int>, _ violation: H2Rule?)
    -> H2Frame
  {
    let frame = H2Frame(
      partial: header, payload: payload, offset: offset, skipped: skipped, violation: violation,
      missing: missing, intact: intact, isSkipped: false)
    position = payload.upperBound
    base &+= UInt64(missing)
    missing = 0
    skipped = 0
    return frame
  }

  /// All frames before the hole are out. Either it lies within the payload of the one begun, or that one is cut
  /// off here and the search begins behind the hole.
  private mutating func crossHole() -> H2Frame? {
    guard hole > 0, phase == .frames else { return nil }
    if let header = H2FrameHeader(bytes.span.bytes, at: position) {
      let rest = H2Frame.headerLength + header.length - missing - buffered
      if missing == 0 { intact = buffered - H2Frame.headerLength }
      missing += min(hole, rest)
      hole -= min(hole, rest)
      guard hole > 0 else {
        // The hole may reach exactly to the end of the payload.
        return try? nextFrame()
      }
      let payload = position + H2Frame.headerLength..<bytes.count
      let frame = takeDamaged(header, payload: payload, header.violation)
      startSearchBehindHole()
      return frame
    }
    passOver(buffered)
    position = bytes.count
    startSearchBehindHole()
    return nil
  }

  private mutating func startSearchBehindHole() {
    skipped &+= UInt64(hole)
    base &+= UInt64(hole)
    hole = 0
    search()
  }

  /// A hole ends no doubt.
  private mutating func search() {
    if phase != .doubting { phase = .searching }
  }

  /// Whether the phase has changed.
  private mutating func takePreface() throws(H2Error) -> Bool {
    let expected = Self.preface
    let there = min(buffered, expected.count)
    for i in 0..<there where bytes[position + i] != expected[i] {
      guard temperament == .observer else { throw fail(H2Error(.preface, at: base &+ UInt64(i))) }
      phase = .searching
      return true
    }
    if there == expected.count {
      hasPreface = true
      position += there
      phase = .frames
      return true
    }
    guard hole > 0 else { return false }
    phase = .searching
    return true
  }

  /// Whether the phase has changed.
  private mutating func findBoundary() -> Bool {
    let isAll = isFinished || hole > 0
    let found =
      phase == .doubting
      ? likelyFrame(isAll: isAll)
      : H2Detection.boundary(in: bytes.span.bytes, from: position, maxFrameSize: maxFrameSize, isAll: isAll)
    passOver(found.position - position)
    position = found.position
    if found.isCertain {
      if phase == .doubting { probation = Self.framesOfProbation }
      phase = .frames
      return true
    }
    if hole > 0 { startSearchBehindHole() }
    return false
  }

  private func likelyFrame(isAll: Bool) -> (position: Int, isCertain: Bool) {
    let sighting = H2Detection.search(
      in: bytes.span.bytes, from: position, maxFrameSize: maxFrameSize, isAll: isAll)
    return (sighting.found?.position ?? sighting.open ?? bytes.count, sighting.found != nil)
  }

  private mutating func passOver(_ count: Int) {
    skipped &+= UInt64(count)
    passedOver &+= UInt64(count)
  }

  private mutating func fail(_ error: H2Error) -> H2Error {
    failure = error
    return error
  }
}
