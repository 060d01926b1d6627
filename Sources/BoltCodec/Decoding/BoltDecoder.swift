/// Reads one direction of a bolt connection: append bytes as they come, take frames until nil.
///
/// However the bytes are split, the frames are the same; only where an observer that has lost step finds it again may
/// depend on how much had come. A frame is a view of `bytes`; its ranges are good until the next `append`. Bytes
/// already consumed leave the buffer before it grows.
///
/// An endpoint gets a `BoltError` for what breaks a rule. One of connection scope is final and thrown again by every
/// later call; one of frame scope has consumed its frame, and the next call goes on behind it.
///
/// An observer gets everything that can be read. A wrong CRC-32 and a malformed header map are left to the reader of
/// the frame. What cannot be read is thrown once; the next call passes it over to the next plausible frame.
public struct BoltDecoder: Sendable {
  public enum Mode: Sendable {
    /// A side of the connection: strict.
    case endpoint
    /// A bystander: reports and reads on.
    case observer
  }

  /// The bytes held. Ranges of frames index into it until the next `append`; who keeps a copy beyond that makes the
  /// decoder copy them too.
  public private(set) var bytes: [UInt8] = []
  public let limits: BoltLimits
  public let mode: Mode
  /// Observer: bytes that were passed over and belong to no frame handed out whole.
  public private(set) var skipped: UInt64 = 0

  private var phase = Phase.inStep
  /// Index of the first byte not consumed.
  private var consumed = 0
  /// Offset in the stream of `bytes[0]`.
  private var base: UInt64 = 0
  private var search = BoltSearch()

  private enum Phase: Sendable {
    /// A frame begins at the first byte not consumed.
    case inStep
    /// So many more bytes belong to a frame that is not handed out.
    case passing(UInt64)
    /// Observer: looking for the next plausible frame.
    case searching
    /// Endpoint: final.
    case failed(BoltError)
  }

  public init(limits: BoltLimits = BoltLimits(), mode: Mode = .endpoint) {
    self.limits = limits
    self.mode = mode
  }

  /// Offset in the stream of the first byte not yet consumed.
  public var offset: UInt64 { base &+ UInt64(consumed) }

  /// Bytes waiting.
  public var buffered: Int { bytes.count - consumed }

  public mutating func append(_ span: RawSpan) {
    makeRoom(for: span.byteCount)
    span.withUnsafeBytes { bytes.append(contentsOf: $0) }
  }

  public mutating func append(_ more: [UInt8]) { append(more.span.bytes) }

  public mutating func append(_ more: ArraySlice<UInt8>) { append(more.span.bytes) }

  /// The next frame; nil when more bytes are needed.
  public mutating func next() throws(BoltError) -> BoltFrame? {
    while true {
      switch phase {
      case .inStep:
        switch mode {
        case .endpoint: return try receive()
        case .observer: return try observe()
        }
      case .passing(let left):
        let passed = min(left, UInt64(buffered))
        pass(Int(passed))
        phase = passed == left ? .inStep : .passing(left - passed)
        if passed < left { return nil }
      case .searching:
        guard find() else { return nil }
      case .failed(let error):
        throw error
      }
    }
  }
}

extension BoltDecoder {
  /// The next frame by the rules of an endpoint.
  @inline(__always)
  private mutating func receive() throws(BoltError) -> BoltFrame? {
    do throws(BoltError) {
      guard let frame = try verified() else { return nil }
      consumed = frame.range.upperBound
      return frame
    } catch {
      refuse(error)
      throw error
    }
  }

  @inline(__always)
  private func verified() throws(BoltError) -> BoltFrame? {
    let held = bytes.span.bytes
    let frame = try BoltFrame.read(held, at: consumed, streamOffset: offset, limits: limits)
    try frame?.verify(in: held, limits: limits)
    return frame
  }

  private mutating func refuse(_ error: BoltError) {
    switch error.scope {
    case .connection: phase = .failed(error)
    case .frame: if let frame = try? parse() { consumed = frame.range.upperBound }
    }
  }

  /// The next frame as far as it can be read.
  private mutating func observe() throws(BoltError) -> BoltFrame? {
    do throws(BoltError) {
      guard let frame = try believed() else { return nil }
      consumed = frame.range.upperBound
      return frame
    } catch {
      recover(from: error)
      throw error
    }
  }

  private func believed() throws(BoltError) -> BoltFrame? {
    let held = bytes.span.bytes
    guard
      let declared = try BoltFrame.declared(
        held, at: consumed, streamOffset: offset, limits: limits, isObserved: true)
    else { return nil }
    let doubts = declared.head.doubts
    if doubts > BoltHead.mostDoubts {
      throw BoltError(
        .implausibleHeader, at: offset, expected: 0...BoltHead.mostDoubts, found: doubts, head: declared.head)
    }
    if !BoltFrame.hasKnownCodes(held, at: consumed), try !isPlausible(declared) { return nil }
    guard var frame = declared.completed(in: held) else { return nil }
    if case .bad = frame.crc, frame.hasSuccessorAsChecksum(in: held, limits: limits) { frame.dropChecksum() }
    return frame
  }

  /// Whether a frame of unknown codes is one; false when more bytes are needed to say so. By the frame alone: what
  /// stands behind it may be there or not, as the reads fell.
  @inline(never)
  private func isPlausible(_ declared: BoltFrame) throws(BoltError) -> Bool {
    let held = bytes.span.bytes
    let end = min(held.byteCount, consumed + declared.length)
    switch declared.plausibility(asFarAs: held.extracting(0..<end), limits: limits) {
    case .yes: return true
    case .maybe: return false
    case .no:
      // An endpoint names what is wrong with it.
      _ = try BoltFrame.declared(held, at: consumed, streamOffset: offset, limits: limits)
      return true
    }
  }

  private func parse() throws(BoltError) -> BoltFrame? {
    try BoltFrame.parse(bytes.span.bytes, at: consumed, streamOffset: offset, limits: limits)
  }

  /// As an observer reads it.
  private func declared(_ limits: BoltLimits) throws(BoltError) -> BoltFrame? {
    try BoltFrame.declared(
      bytes.span.bytes, at: consumed, streamOffset: offset, limits: limits, isObserved: true)
  }

  /// Where an observer reads on: behind a frame that is only too long, else wherever the next one is found.
  private mutating func recover(from error: BoltError) {
    switch error.rule {
    case .classNameTooLong, .headerMapTooLong, .contentTooLong:
      if let frame = try? declared(.none), frame.head.doubts == 0 {
        phase = .passing(UInt64(frame.length))
        return
      }
    case .unknownProtocol, .unknownVersion, .unknownType, .switchOutOfRange, .implausibleHeader,
      .checksumMismatch, .headerKeyTruncated, .headerKeyLength, .headerValueTruncated, .headerValueLength,
      .tooManyHeaderEntries:
      break
    }
    pass(1)
    phase = .searching
    search.restart(at: offset)
  }

  /// Whether the search ended at a frame.
  private mutating func find() -> Bool {
    // A second reference, since a span of a property borrows all of self.
    let held = bytes
    switch search.advance(in: held.span.bytes, base: base, limits: limits) {
    case .found(let start):
      pass(start - consumed)
      phase = .inStep
      return true
    case .none(let keep):
      pass(keep - consumed)
      return false
    }
  }

  private mutating func pass(_ count: Int) {
    consumed += count
    skipped &+= UInt64(count)
  }

  /// Consumed bytes leave before the buffer grows, and as soon as they are the greater part.
  private mutating func makeRoom(for count: Int) {
    guard consumed > 0 else { return }
    if consumed == bytes.count {
      base &+= UInt64(consumed)
      bytes.removeAll(keepingCapacity: bytes.capacity <= BoltDecoder.keptCapacity)
      consumed = 0
    } else if consumed >= buffered || count > bytes.capacity - bytes.count {
      base &+= UInt64(consumed)
      bytes.removeSubrange(..<consumed)
      consumed = 0
    }
  }

  /// A buffer that one large frame made larger than this is given back once it is empty: an idle connection should
  /// not hold what its largest frame needed.
  private static let keptCapacity = 256 << 10
}

/// Holes and ends.
extension BoltDecoder {
  /// Observer: `missing` bytes of the stream were not seen; 0 when nobody knows how many, or to begin in the middle
  /// of a stream. Take all frames before.
  ///
  /// Gives back the frame the hole tore, if its fixed header is there, with what is held of it. When the hole ends
  /// within that frame, reading goes on at its declared end; otherwise with a search.
  @discardableResult
  public mutating func lose(_ missing: Int) -> BoltFrame? {
    guard mode == .observer else { return nil }
    var torn: BoltFrame?
    switch phase {
    case .inStep:
      torn = tear()
      resume(behind: missing, of: (torn?.declaredLength ?? buffered) - buffered)
    case .passing(let left):
      resume(behind: missing, of: Int(clamping: left) - buffered)
    case .searching, .failed: break
    }
    dropRest(torn)
    base &+= UInt64(max(0, missing))
    search.restart(at: offset)
    return torn
  }

  /// The stream ended: gives back the frame that it tore, if its fixed header is there. Take all frames before.
  public mutating func end() -> BoltFrame? {
    var torn: BoltFrame?
    if case .inStep = phase { torn = tear() }
    dropRest(torn)
    // Positions remembered for more bytes are dropped with the rest.
    search.restart(at: offset)
    return torn
  }

  /// The frame begun at the first byte not consumed, with what is there of it.
  private func tear() -> BoltFrame? {
    guard var frame = try? declared(limits) else { return nil }
    frame.held = min(frame.length, buffered)
    if frame.head.hasChecksum { frame.dropChecksum() }
    return frame
  }

  /// Of a frame `left` bytes were to come, of which the first `missing` never will.
  private mutating func resume(behind missing: Int, of left: Int) {
    phase = missing > 0 && missing <= left ? .passing(UInt64(left - missing)) : .searching
  }

  private mutating func dropRest(_ torn: BoltFrame?) {
    skipped &+= UInt64(buffered - (torn?.held ?? 0))
    consumed = bytes.count
  }
}

extension BoltFrame {
  /// Whether the next frame's head stands where the CRC-32 should be.
  fileprivate func hasSuccessorAsChecksum(in bytes: RawSpan, limits: BoltLimits) -> Bool {
    BoltFrame.mayBegin(bytes, at: content.upperBound, limits: limits)
  }

  fileprivate mutating func dropChecksum() {
    crc = .missing
    held = min(held, contentEnd)
  }
}
