import BoltCodec
import MosnBytes

/// A side of a bolt connection. Frames are taken out of what came, where it lies; only one that is not whole is copied, to
/// wait for the rest.
struct BoltPeer: Peer, ~Copyable {
  /// The frame that is not whole, and behind it what came in the same turn.
  private var bytes: [UInt8] = []
  /// Where the next frame begins in them.
  private var first = 0
  private var isLent = true
  /// Offset in the stream of the next frame.
  private var offset: UInt64 = 0
  private var began: UInt64?
  /// Bytes still to come of a frame that is passed over.
  private var passing = 0
  private(set) var fault = ""
  private(set) var limitMet: LimitMet?
  /// The last event's, if that was one.
  private(set) var frame: BoltFrame?
  /// The fixed fields of what was unfit, if they could be read.
  private(set) var unfitHead: BoltHead?
  private var limits: Limits
  private(set) var output: [UInt8] = []

  /// Kept by a connection for the next frame that is not whole; longer ones are few.
  private static let keptInput = 2 << 10

  /// What is taken of a frame, and how many calls go out at a time.
  struct Limits {
    let lengths: BoltLimits
    let shortParts: Int
    let calls: Int

    init(_ limits: borrowing ProxyLimits) {
      lengths = limits.bolt
      shortParts = limits.boltHeaderLength
      calls = limits.callsPerBoltConnection
    }
  }

  init(_ limits: Limits) { self.limits = limits }

  /// From the next frame on.
  mutating func adopt(_ limits: Limits) { self.limits = limits }

  // MARK: Reading

  mutating func next(
    in lent: borrowing RawSpan, from taken: inout Int, at now: UInt64
  ) -> PeerEvent? {
    if passing > 0 {
      let count = min(passing, lent.byteCount - taken)
      (passing, taken) = (passing - count, taken + count)
    }
    if bytes.isEmpty {
      isLent = true
      if taken < lent.byteCount, let event = parse(lent, &taken) { return event }
      if taken < lent.byteCount {
        bytes.append(lent.extracting(taken..<lent.byteCount))
        taken = lent.byteCount
        began = now
      }
      return nil
    }
    if taken < lent.byteCount {
      bytes.append(lent.extracting(taken..<lent.byteCount))
      taken = lent.byteCount
    }
    isLent = false
    let (held, start) = (bytes, first)
    var end = start
    let event = start < held.count ? parse(held.span.bytes, &end) : nil
    first = end
    return event ?? wait(at: now)
  }

  /// No frame is whole any more.
  private mutating func wait(at now: UInt64) -> PeerEvent? {
    if first == bytes.count {
      bytes.removeAll(keepingCapacity: bytes.capacity <= Self.keptInput)
      began = nil
    } else if first > 0 {
      bytes.removeFirst(first)
      began = now
    }
    first = 0
    return nil
  }

  private mutating func parse(_ bytes: borrowing RawSpan, _ start: inout Int) -> PeerEvent? {
    do throws(BoltError) {
      frame = try BoltFrame.parse(bytes, at: start, streamOffset: offset, limits: limits.lengths)
      guard let frame else { return nil }
      start = frame.range.upperBound
      offset &+= UInt64(frame.length)
      let hasMap = try verify(frame, in: bytes)
      guard let offence = offence(frame, longest: limits.shortParts) else {
        return .frame(isLent: isLent, hasMap: hasMap)
      }
      fault = "\(offence) at offset \(frame.streamOffset)"
      limitMet = offence.limit
      unfitHead = frame.head
      return .unfit
    } catch {
      note(error)
      switch error.scope {
      case .frame: return .unfit
      case .connection: return .failed
      }
    }
  }

  /// Whether its header is a map. It need not be: serializers of bolt's users may make what they like.
  private mutating func verify(_ frame: BoltFrame, in bytes: borrowing RawSpan) throws(BoltError) -> Bool {
    do throws(BoltError) {
      try frame.verify(in: bytes, limits: limits.lengths)
      return true
    } catch {
      guard error.rule.isNoMap else { throw error }
      note(error)
      return false
    }
  }

  private mutating func note(_ error: BoltError) {
    fault = error.description
    limitMet =
      error.rule == .tooManyHeaderEntries
      ? LimitMet(.headerEntries, most: limits.lengths.headerEntries, found: Int(error.found)) : nil
    unfitHead = error.head
  }

  /// Why a frame that can be read must not be passed on.
  private func offence(_ frame: BoltFrame, longest: Int) -> BoltOffence? {
    // Those that end here may be as they like.
    if frame.kind == .goaway { return nil }
    return BoltOffence(
      frame.head, className: frame.classLength, headerMap: frame.headerLength, longest: longest)
  }

  var held: [UInt8] { bytes }
  var heldBytes: Int { Account.memory(of: bytes) }
  @inline(__always)
  var beginning: PeerBeginning? { began.map { PeerBeginning(part: begunPart, time: $0) } }

  private var begunPart: PeerBeginning.Part {
    guard let begun = BoltFrame.begun(bytes.span.bytes, at: first, limits: limits.lengths) else {
      return .head
    }
    return bytes.count - first < begun.headLength ? .head : .body
  }

  /// Gives up the frame that has begun; what follows of it is passed over. Its head; nil: too little came to say.
  mutating func passOver() -> BoltHead? {
    guard first < bytes.count,
      let begun = BoltFrame.begun(bytes.span.bytes, at: first, limits: limits.lengths)
    else { return nil }
    passing = max(0, begun.length - (bytes.count - first))
    offset &+= UInt64(begun.length)
    (bytes, first, began) = ([], 0, nil)
    return begun.head
  }

  mutating func drop() { (bytes, first) = ([], 0) }
  mutating func giveBack(_ buffers: inout SpareBuffers) {}

  // MARK: Writing

  var unsent: Int { output.count }
  mutating func takeOutput(into taken: inout [UInt8]) { swap(&taken, &output) }

  /// Memory for the first byte of the output.
  mutating func giveMemory(_ buffers: inout SpareBuffers) {
    if output.capacity == 0 { output = buffers.take() }
  }

  /// Passes a frame on under another id: its bytes as they are, or newly made in the version, with the switch byte and the
  /// limit of `wanted`. False: its parts do not fit.
  mutating func send(_ frame: BoltFrame, in bytes: RawSpan, id: UInt32, as wanted: BoltHead) -> Bool {
    let isAsItWas =
      (wanted.version, wanted.ver1, wanted.switches) == (frame.version, frame.ver1, frame.switches)
      && (frame.type == .response || wanted.timeout == frame.timeout)
    if isAsItWas {
      let start = output.count
      output.append(bytes.extracting(frame.range))
      return frame.renumber(to: id, in: &output, at: start)
    }
    var head = frame.head
    (head.version, head.ver1, head.switches, head.id) = (wanted.version, wanted.ver1, wanted.switches, id)
    if let timeout = wanted.timeout { head.limit(to: timeout) }
    return send(
      head, className: bytes.extracting(frame.className), headerMap: bytes.extracting(frame.headerMap),
      content: bytes.extracting(frame.content))
  }

  /// False: the parts do not fit.
  mutating func send(_ head: BoltHead, className: RawSpan, headerMap: RawSpan, content: RawSpan) -> Bool {
    (try? BoltEncoder.encode(
      head, className: className, headerMap: headerMap, content: content, longest: limits.shortParts,
      into: &output)) != nil
  }

  // MARK: Calls

  func takesCall(beside calls: Int) -> Bool {
    calls < limits.calls
  }
}
