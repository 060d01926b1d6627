import MosnBytes

/// Could this be HTTP/2? Asked of the first bytes of a connection on any port, and of any byte in its middle.
public enum H2Detection {
  public enum Verdict: Sendable, Equatable {
    case no
    /// Nothing speaks against it; more bytes will tell.
    case maybe
    case yes(H2FrameDecoder.Start)
  }

  /// The verdict on the first bytes of a connection's direction: the preface, or the SETTINGS that a server begins with
  /// (RFC 9113 §3.4). Nothing else is HTTP/2.
  public static func opening(of bytes: borrowing RawSpan, isAll: Bool = false) -> Verdict {
    if let preface = prefaceVerdict(on: bytes) { return preface }
    guard let header = H2FrameHeader(bytes, at: 0) else {
      return couldBegin(bytes, at: 0, maxFrameSize: H2FrameHeader.mostSettings * 6, type: .settings)
        && !isAll ? .maybe : .no
    }
    guard header.type == .settings, !header.flags.contains(.acknowledgement),
      header.isPlausible(maxFrameSize: 16384)
    else { return .no }
    let end = H2Frame.headerLength + header.length
    guard end <= bytes.byteCount else { return isAll ? .no : .maybe }
    guard areSettings(bytes, H2Frame.headerLength..<end) else { return .no }
    guard header.length == 0, end < bytes.byteCount else { return .yes(.boundary) }
    // Nine bytes are little: two numbers of another protocol may look like it. It goes on with numbers.
    guard let next = H2FrameHeader(bytes, at: end) else { return isAll ? .no : .maybe }
    return next.isPlausible(maxFrameSize: 16384) && next.type != .data ? .yes(.boundary) : .no
  }

  /// The verdict on bytes of a connection that began earlier: whether a frame begins at `position`, judged by what it
  /// and those behind it hold. `.yes` is certain. With `isAll` no more bytes come. With `isSegment` the bytes from there
  /// on were sent as one: senders begin a segment with a frame, and end it with one, more often than chance does.
  public static func middle(
    _ bytes: borrowing RawSpan, at start: Int, maxFrameSize: Int = 16384, isAll: Bool = false,
    isSegment: Bool = false
  ) -> Verdict {
    var allowance = bytes.byteCount
    return middle(
      bytes, at: start, maxFrameSize: maxFrameSize, isAll: isAll, isSegment: isSegment, allowance: &allowance)
  }

  /// Where frames begin in bytes of a connection that began earlier.
  public struct Sighting: Sendable {
    /// The first position where they surely do, and with what.
    public var found: (position: Int, start: H2FrameDecoder.Start)?
    /// The first position where more bytes may show one.
    public var open: Int?
  }

  /// Asks `middle` of every position from `start` on.
  public static func search(
    in bytes: borrowing RawSpan, from start: Int, maxFrameSize: Int = 16384, isAll: Bool = false
  ) -> Sighting {
    var sighting = Sighting()
    // Header blocks made for the purpose, each in the other, must not cost the square of their length.
    var allowance = 2 * bytes.byteCount
    for position in start..<max(start, bytes.byteCount) {
      let verdict = middle(
        bytes, at: position, maxFrameSize: maxFrameSize, isAll: isAll, isSegment: false, allowance: &allowance
      )
      switch verdict {
      case .no: break
      case .maybe: sighting.open = sighting.open ?? position
      case .yes(let start):
        sighting.found = (position, start)
        return sighting
      }
    }
    return sighting
  }

  /// `allowance` is how many bytes of header blocks may be decoded yet.
  private static func middle(
    _ bytes: borrowing RawSpan, at start: Int, maxFrameSize: Int, isAll: Bool, isSegment: Bool,
    allowance: inout Int
  ) -> Verdict {
    if mayBePreface(bytes, at: start) { return prefaceInMiddle(bytes, at: start, isAll: isAll) }
    // Nearly every position of other bytes ends here.
    if let header = H2FrameHeader(bytes, at: start), !header.isPlausible(maxFrameSize: maxFrameSize) {
      return .no
    }
    var evidence = H2Evidence(allowance: allowance)
    defer { allowance = evidence.allowance }
    var position = start
    while evidence.frames < H2Evidence.mostFrames {
      guard let header = H2FrameHeader(bytes, at: position) else {
        let isOpen = !isAll && couldBegin(bytes, at: position, maxFrameSize: maxFrameSize)
        return isOpen ? .maybe : .no
      }
      guard header.isPlausible(maxFrameSize: maxFrameSize), evidence.allows(header) else { return .no }
      let payload = position + H2Frame.headerLength
      let end = payload + header.length
      guard end <= bytes.byteCount else { return isAll ? .no : .maybe }
      guard evidence.weigh(header, payload: payload..<end, in: bytes) else { return .no }
      position = end
      guard
        evidence.isEnough || isSegment && evidence.isEnoughForSegment(endsWithFrame: end == bytes.byteCount)
      else { continue }
      // A frame stands before another one, as far as that is there.
      let next = H2FrameHeader(bytes, at: position)
      return next?.isPlausible(maxFrameSize: maxFrameSize) ?? true ? .yes(.likely) : .no
    }
    return .no
  }

  /// Whether `payload` is one of SETTINGS that a peer could have sent (RFC 9113 §6.5.2).
  static func areSettings(_ bytes: borrowing RawSpan, _ payload: Range<Int>) -> Bool {
    var position = payload.lowerBound
    var known = 0
    while position + 6 <= payload.upperBound {
      let identifier = bytes.uint16(position)
      let value = bytes.uint32(position + 2)
      switch identifier {
      case 0: return false
      case 0x2, 0x8, 0x9: if value > 1 { return false }
      case 0x4: if value > 0x7FFF_FFFF { return false }
      case 0x5: if !(16_384...16_777_215).contains(value) { return false }
      default: break
      }
      if identifier <= 0x9 { known += 1 }
      position += 6
    }
    return known > 0 || payload.isEmpty
  }

  /// A preface stands before SETTINGS; programs hold the same 24 bytes before other things.
  private static func prefaceInMiddle(_ bytes: borrowing RawSpan, at start: Int, isAll: Bool) -> Verdict {
    let rest = bytes.extracting(droppingFirst: start)
    guard prefaceVerdict(on: rest) == .yes(.preface) else { return isAll ? .no : .maybe }
    let position = H2FrameDecoder.preface.count
    guard rest.byteCount > position else { return isAll ? .yes(.preface) : .maybe }
    guard let header = H2FrameHeader(rest, at: position) else {
      return !isAll && couldBegin(rest, at: position, maxFrameSize: 16384, type: .settings) ? .maybe : .no
    }
    guard header.type == .settings, header.isPlausible(maxFrameSize: 16384) else { return .no }
    let end = position + H2Frame.headerLength + header.length
    guard end <= rest.byteCount else { return isAll ? .no : .maybe }
    return areSettings(rest, position + H2Frame.headerLength..<end) ? .yes(.preface) : .no
  }

  /// Fewer than nine bytes: whether the length, and the type if it is there, allow a frame (of `type`, if given).
  static func couldBegin(
    _ bytes: borrowing RawSpan, at position: Int, maxFrameSize: Int, type expected: H2FrameType? = nil
  ) -> Bool {
    let there = bytes.byteCount - position
    guard there >= 3 else {
      return there <= 0 || bytes.byte(position) <= maxFrameSize >> 16
    }
    var length = 0
    for i in 0..<3 {
      length = length << 8 | Int(bytes.byte(position + i))
    }
    guard length <= maxFrameSize else { return false }
    guard there >= 4 else { return true }
    let type = bytes.byte(position + 3)
    if let expected { return type == expected.rawValue }
    return type <= 0x9 || type == 0x10
  }

  /// Whether the bytes are the preface, or its beginning; nil where they are not.
  static func prefaceVerdict(on bytes: borrowing RawSpan) -> Verdict? {
    switch prefaceMatch(bytes) {
    case H2FrameDecoder.preface.count: .yes(.preface)
    case bytes.byteCount: .maybe
    default: nil
    }
  }

  /// The quick look a search takes at every byte.
  private static func mayBePreface(_ bytes: borrowing RawSpan, at start: Int) -> Bool {
    start < bytes.byteCount
      && bytes.byte(start) == H2FrameDecoder.preface[0]
      && prefaceVerdict(on: bytes.extracting(droppingFirst: start)) != nil
  }

  /// How many bytes of the preface `bytes` begins with.
  private static func prefaceMatch(_ bytes: borrowing RawSpan) -> Int {
    let expected = H2FrameDecoder.preface
    var count = 0
    while count < min(bytes.byteCount, expected.count),
      bytes.byte(count) == expected[count]
    {
      count += 1
    }
    return count
  }
}
