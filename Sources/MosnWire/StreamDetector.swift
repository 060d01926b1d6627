import BoltCodec
import H2Codec

/// Looks for a protocol in the first bytes of a direction, on any port.
///
/// Where the capture shows the first byte of the connection, the protocol begins there, behind a header of the PROXY
/// protocol, or behind a lead-in of HTTP/1.1 (an upgrade, a CONNECT tunnel); what begins with anything else speaks
/// another protocol, whatever may come in it. Where the capture began in the middle, or bytes are missing, it may begin
/// anywhere, and has to hold what nobody writes by chance. Until it is certain the bytes are held back, so that nothing
/// is told that later bytes would contradict.
struct StreamDetector: Sendable {
  /// Bytes of the stream that are not given up yet.
  private(set) var waiting: [UInt8] = []
  /// Bytes given up: they belong to no protocol known here.
  private(set) var passed: UInt64 = 0
  /// The header of the PROXY protocol that began the direction.
  private(set) var proxyHeader: [UInt8] = []

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
  /// How much has to be there before more can be told of the beginning; `.max` once it is another protocol's.
  private var needed = 0

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
    if isOpaque { return sample(span) }
    let start = waiting.count
    span.withUnsafeBytes { waiting.append(contentsOf: $0) }
    let found = detect(isAll: false, newFrom: start)
    if found == nil, waiting.count > Self.searchLimit { giveUp() }
    return found
  }

  /// The next bytes were not captured.
  mutating func lose() -> Recognition? {
    if let found = detect(isAll: true) { return found }
    passed &+= UInt64(waiting.count)
    waiting.removeAll()
    searched = 0
    searchDue = 0
    isFirst = false
    isFromBeginning = false
    return nil
  }

  /// No more bytes come.
  mutating func end() -> Recognition? { waiting.isEmpty ? nil : detect(isAll: true) }
}

extension StreamDetector {
  /// `newFrom` is where the latest segment begins, if there is one.
  private mutating func detect(isAll: Bool, newFrom start: Int = .max) -> Recognition? {
    if isFirst {
      guard takeProxyHeader() || isAll else { return nil }
      if LeadIn.isText(waiting) { return behindLeadIn(isAll: isAll) }
      // In the middle the first byte is one of many, and the search below comes to it.
      if isAll || assigned != nil || isFromBeginning && waiting.count >= needed {
        let found = beginning(at: 0, isOpening: isFromBeginning, isAll: isAll || assigned != nil)
        if let found { return found }
        needed = bytesNeeded(at: 0) ?? .max
      }
      if !isAll, isFromBeginning || assigned != nil, needed < .max { return nil }
    }
    if let assigned { return unaligned(assigned) }
    // Another protocol. What is held may still be understood by the other direction's word.
    if isFirst, isFromBeginning { return nil }
    if isAll || waiting.count >= searchDue {
      searchDue = waiting.count < Self.eagerSearchLimit ? 0 : waiting.count + waiting.count / 4
      if let found = search() { return found }
    }
    guard start < waiting.count else { return nil }
    return beginning(at: start, isOpening: false, isSegment: true, isAll: isAll)
  }

  /// Whether the header of the PROXY protocol is over, if there is one.
  private mutating func takeProxyHeader() -> Bool {
    guard proxyHeader.isEmpty else { return true }
    switch ProxyHeader.length(in: waiting) {
    case .none: return true
    case .unfinished: return false
    case .bytes(let count):
      proxyHeader = Array(waiting[..<count])
      waiting.removeSubrange(..<count)
      return true
    }
  }

  /// The protocol that surely begins at `position`: with the first byte of a connection if it `isOpening`, else with the
  /// first byte of a segment.
  private func beginning(at position: Int, isOpening: Bool, isSegment: Bool = false, isAll: Bool)
    -> Recognition?
  {
    let bytes = waiting.span.bytes
    let rest = bytes.extracting(droppingFirst: position)
    if assigned != .bolt {
      let verdict =
        assigned == .http2
        ? H2Detection.verdict(on: rest, isAll: isAll)
        : isOpening
          ? H2Detection.opening(of: rest, isAll: isAll)
          : H2Detection.middle(bytes, at: position, isAll: isAll, isSegment: isSegment)
      if case .yes(let start) = verdict { return Recognition(position: position, start: .http2(start)) }
    }
    guard assigned != .http2, rest.byteCount > 0 else { return nil }
    // A word is as good as evidence: at the first byte of a stream whatever can be a frame is one.
    let isBolt =
      assigned == .bolt
      ? isFromBeginning ? mayBeBolt(rest) : BoltFrame.plausibility(of: rest, at: 0) != .no
      : BoltDetection.verdict(on: bytes, at: position, isOpening ? .opening : .segment, isAll: isAll) == .yes
    return isBolt ? Recognition(position: position, start: .bolt(isInStep: true)) : nil
  }

  private func mayBeBolt(_ bytes: RawSpan) -> Bool {
    BoltVersion(rawValue: bytes.unsafeLoad(fromByteOffset: 0, as: UInt8.self)) != nil
  }

  /// With how many bytes more may be told of `position`, which is an opening; nil where nothing begins there.
  private func bytesNeeded(at position: Int) -> Int? {
    let bytes = waiting.span.bytes
    let rest = bytes.extracting(droppingFirst: position)
    let http2: H2Detection.Verdict =
      switch assigned {
      case .http2: H2Detection.verdict(on: rest)
      case .bolt: .no
      case nil: H2Detection.opening(of: rest)
      }
    if http2 == .maybe { return bytes.byteCount + 1 }
    let bolt: BoltPlausibility =
      switch assigned {
      case .bolt: BoltFrame.plausibility(of: rest, at: 0)
      case .http2: .no
      case nil: BoltDetection.verdict(on: bytes, at: position, .opening)
      }
    guard case .maybe(let needs) = bolt else { return nil }
    return position + needs
  }

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
      if position < waiting.count, let found = beginning(at: position, isOpening: true, isAll: isAll) {
        return found
      }
      if position == waiting.count, let assigned { return behindLastHead(assigned) }
      // What follows may not be there yet: this head is to be found again.
      if bytesNeeded(at: position) != nil, !isAll { return nil }
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

  private mutating func search() -> Recognition? {
    // A second reference, since a span of a property borrows all of self.
    let held = waiting
    let bytes = held.span.bytes
    let http2 = H2Detection.search(in: bytes, from: searched)
    let bolt = BoltDetection.search(in: bytes, from: searched)
    if let found = bolt.found, found < http2.found?.position ?? .max {
      return Recognition(position: found, start: .bolt(isInStep: true))
    }
    if let found = http2.found { return Recognition(position: found.position, start: .http2(found.start)) }
    searched = min(http2.open ?? held.count, bolt.open ?? held.count)
    return nil
  }

  /// Of a stream already given up, each segment's beginning is still looked at: senders often begin one with a frame.
  private mutating func sample(_ span: RawSpan) -> Recognition? {
    if !isFromBeginning {
      span.withUnsafeBytes { waiting.append(contentsOf: $0) }
      if let found = beginning(at: 0, isOpening: false, isSegment: true, isAll: false) { return found }
      waiting.removeAll(keepingCapacity: true)
    }
    passed &+= UInt64(span.byteCount)
    return nil
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
