import BoltCodec
import H2Codec

/// Looks for a protocol in the first bytes of a direction, on any port: at their beginning, behind a lead-in of
/// HTTP/1.1 (an upgrade, a CONNECT tunnel), or anywhere when the capture began in the middle.
struct StreamDetector: Sendable {
  /// Bytes of the stream that are not given up yet.
  private(set) var waiting: [UInt8] = []
  /// Bytes given up: they belong to no protocol known here.
  private(set) var passed: UInt64 = 0

  /// Whether the capture shows the stream from its first byte on.
  private var isFromBeginning: Bool
  /// Whether `waiting` begins with the first byte that was captured: senders often begin a segment with a frame.
  private var isFirst = true
  /// The other direction, or the user, told the protocol; only its first byte is still to be found.
  private var assigned: WireProtocol?
  /// Whether enough was seen to stop looking at every byte; each segment's first bytes are still looked at.
  private var isOpaque = false
  /// Where the search for a frame in the middle goes on, and when `waiting` is worth searching again.
  private var searched = 0
  private var searchDue = 0

  /// Bytes of a direction that are searched. A protocol that does not show itself in so many is another one.
  static let searchLimit = 64 << 10
  /// Up to here every append is searched at once; beyond, only after a quarter more has come, so that tiny
  /// segments cannot make the search quadratic.
  private static let eagerSearchLimit = 1_024

  init(isFromBeginning: Bool) { self.isFromBeginning = isFromBeginning }

  /// The bytes held, for the decoder that takes over at `position`; what an HTTP/1.1 client or server said before
  /// is the lead-in, anything else was passed over.
  mutating func take(from position: Int) -> (leadIn: [UInt8], rest: [UInt8]) {
    defer { waiting = [] }
    let isText = isFirst && LeadIn.isText(waiting)
    if !isText { passed &+= UInt64(position) }
    return (isText ? Array(waiting[..<position]) : [], Array(waiting[position...]))
  }

  mutating func assign(_ known: WireProtocol) -> Recognition? {
    assigned = known
    guard isFirst, !isOpaque else { return unaligned(known) }
    return waiting.isEmpty ? nil : detect(isAll: false)
  }

  mutating func append(_ span: RawSpan) -> Recognition? {
    if isOpaque, !mayBegin(span) {
      passed &+= UInt64(span.byteCount)
      return nil
    }
    let isFirst = isOpaque
    span.withUnsafeBytes { waiting.append(contentsOf: $0) }
    if isFirst, let found = beginning(at: 0, isAll: false) { return found }
    let found = detect(isAll: false)
    if found == nil, waiting.count > Self.searchLimit { giveUp() }
    return found
  }

  /// The next bytes were not captured.
  mutating func lose() -> Recognition? {
    if isFirst, !isOpaque, beginsWithBoltHead {
      // A stream whose packets were cut short by the recorder shows no more than heads.
      return Recognition(position: 0, start: .bolt(isInStep: true))
    }
    if let found = detect(isAll: true) { return found }
    passed &+= UInt64(waiting.count)
    waiting.removeAll()
    searched = 0
    searchDue = 0
    isFirst = false
    return nil
  }

  /// No more bytes come.
  mutating func end() -> Recognition? { waiting.isEmpty ? nil : detect(isAll: true) }
}

extension StreamDetector {
  private mutating func detect(isAll: Bool) -> Recognition? {
    if isFirst {
      if LeadIn.isText(waiting) { return behindLeadIn(isAll: isAll) }
      if let found = beginning(at: 0, isAll: isAll || assigned != nil) { return found }
      if mayStillBegin(at: 0), !isAll, isFromBeginning || assigned != nil { return nil }
    }
    if let assigned { return unaligned(assigned) }
    guard isAll || waiting.count >= searchDue else { return nil }
    searchDue =
      waiting.count < Self.eagerSearchLimit ? 0 : waiting.count + waiting.count / 4
    return search(isAll: isAll)
  }

  /// The protocol that surely begins at `position`.
  private func beginning(at position: Int, isAll: Bool) -> Recognition? {
    let rest = waiting.span.bytes.extracting(droppingFirst: position)
    let isTooLittle = !isFromBeginning && assigned == nil && !isAll && Self.isEmptySettings(rest)
    if assigned != .bolt, !isTooLittle, case .yes(let start) = H2Detection.verdict(on: rest, isAll: isAll) {
      return Recognition(position: position, start: .http2(start))
    }
    if assigned != .http2, BoltFrame.plausibility(of: rest, at: 0) == .yes {
      return Recognition(position: position, start: .bolt(isInStep: true))
    }
    // A word is as good as evidence: at the first byte of a stream whatever can be a frame is one.
    if assigned == .bolt, rest.byteCount > 0,
      isFromBeginning ? mayBeBolt(rest) : BoltFrame.plausibility(of: rest, at: 0) != .no
    {
      return Recognition(position: position, start: .bolt(isInStep: true))
    }
    return nil
  }

  private func mayBeBolt(_ bytes: RawSpan) -> Bool {
    let first = bytes.unsafeLoad(fromByteOffset: 0, as: UInt8.self)
    return first == 1 || first == 2
  }

  /// Whether more bytes may still show a protocol at `position`.
  private func mayStillBegin(at position: Int) -> Bool {
    let bytes = waiting.span.bytes.extracting(droppingFirst: position)
    let mayBeHTTP2 = assigned != .bolt && H2Detection.verdict(on: bytes) == .maybe
    let mayBeBolt: Bool =
      if assigned != .http2, case .maybe = BoltFrame.plausibility(of: bytes, at: 0) { true } else { false }
    return mayBeHTTP2 || mayBeBolt
  }

  private var beginsWithBoltHead: Bool {
    assigned != .http2 && waiting.count >= Self.longestBoltHead
      && BoltFrame.plausibility(of: waiting.span.bytes, at: 0) != .no
  }

  /// The fixed header of a v2 request.
  private static let longestBoltHead = 24

  /// A protocol is known to be spoken, and not where its next frame begins.
  private func unaligned(_ known: WireProtocol) -> Recognition {
    switch known {
    case .bolt: Recognition(position: 0, start: .bolt(isInStep: false))
    case .http2: Recognition(position: 0, start: .http2(.unknown))
    }
  }

  /// Behind one of the heads of HTTP/1.1 that begin the stream. A request may have a body, and then its upgrade is
  /// told by the preface, which has an empty line as a head has.
  private mutating func behindLeadIn(isAll: Bool) -> Recognition? {
    while let end = LeadIn.headEnd(in: waiting, from: searched) {
      let position = LeadIn.prefaceStart(in: waiting, before: end) ?? end
      if position < waiting.count, let found = beginning(at: position, isAll: isAll) { return found }
      if position == waiting.count, let assigned { return behindLastHead(assigned) }
      // What follows may not be there yet: this head is to be found again.
      if mayStillBegin(at: position), !isAll { return nil }
      searched = end
    }
    searched = max(searched, waiting.count - LeadIn.emptyLine.count + 1)
    return nil
  }

  /// The other direction has begun to speak `known`, and this one's part of the lead-in is over too.
  private func behindLastHead(_ known: WireProtocol) -> Recognition {
    let start: Recognition.Start =
      switch known {
      case .bolt: .bolt(isInStep: true)
      case .http2: .http2(LeadIn.isResponse(waiting) ? .boundary : .preface)
      }
    return Recognition(position: waiting.count, start: start)
  }

  private mutating func search(isAll: Bool) -> Recognition? {
    let held = waiting
    let bytes = held.span.bytes
    var firstOpen: Int?
    let (start, end) = (searched, waiting.count)
    for position in start..<end {
      let rest = bytes.extracting(droppingFirst: position)
      if assigned != .bolt, !Self.isEmptySettings(rest) {
        switch H2Detection.verdict(on: rest, isAll: false) {
        case .yes(let start): return Recognition(position: position, start: .http2(start))
        case .maybe: firstOpen = firstOpen ?? position
        case .no: break
        }
      }
      let first = bytes.unsafeLoad(fromByteOffset: position, as: UInt8.self)
      if assigned != .http2, first == 1 || first == 2 {
        switch BoltFrame.plausibility(of: bytes, at: position) {
        case .yes: return Recognition(position: position, start: .bolt(isInStep: true))
        case .maybe: firstOpen = firstOpen ?? position
        case .no: break
        }
      }
    }
    searched = firstOpen ?? end
    return nil
  }

  /// Nine bytes `00 00 00 04 0f 00 00 00 00` with no frame behind them: at the beginning of a stream SETTINGS, in its
  /// middle more often two numbers of another protocol.
  private static func isEmptySettings(_ bytes: RawSpan) -> Bool {
    guard bytes.byteCount >= 4, UInt32(bigEndian: bytes.unsafeLoadUnaligned(as: UInt32.self)) == 4 else {
      return false
    }
    let behind = bytes.extracting(droppingFirst: min(H2Frame.headerLength, bytes.byteCount))
    if case .yes = H2Detection.verdict(on: behind) { return false }
    return true
  }

  /// Whether a segment of a stream already given up begins like a frame: senders often begin one with the other.
  private func mayBegin(_ span: RawSpan) -> Bool {
    if BoltFrame.plausibility(of: span, at: 0) == .yes { return true }
    guard span.byteCount > H2Frame.headerLength, !Self.isEmptySettings(span) else { return false }
    if case .yes = H2Detection.verdict(on: span) { return true }
    return false
  }

  private mutating func giveUp() {
    passed &+= UInt64(waiting.count)
    waiting = []
    searched = 0
    searchDue = 0
    isFirst = false
    isOpaque = true
  }
}
