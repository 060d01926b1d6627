import MosnBytes
import MosnText

/// Where text stands in a content: UTF-16 units, each in UTF-8's form of 1 to 3 bytes (CESU-8), in one chunk or several.
public struct HessianText: Sendable, Hashable {
  /// Of the first character, or of the first chunk's code.
  let start: UInt32
  let end: UInt32
  /// How many UTF-16 units, as Java counts.
  public let units: UInt32
  let isChunked: Bool

  public var range: Range<Int> { Int(start)..<Int(end) }

  /// Whether the text is `other`, which is ASCII.
  public func equals(_ other: StaticString, in bytes: RawSpan) -> Bool {
    guard Int(units) == other.utf8CodeUnitCount else { return false }
    var pieces = HessianTextPieces(self)
    for offset in 0..<other.utf8CodeUnitCount {
      let expected = Unicode.Scalar(other.utf8Start[offset])
      if pieces.next(in: bytes) != .scalar(expected) { return false }
    }
    return true
  }

  /// The first `count` characters; what is none becomes U+FFFD.
  public func string(in bytes: RawSpan, atMost count: Int = .max) -> String {
    var pieces = HessianTextPieces(self)
    var text = String.UnicodeScalarView()
    var left = count
    while left > 0, let piece = pieces.next(in: bytes) {
      if case .scalar(let scalar) = piece { text.append(scalar) } else { text.append("\u{FFFD}") }
      left -= 1
    }
    return String(text)
  }
}

/// The characters of a text that was read before. Surrogates are joined, over the end of a chunk, too.
struct HessianTextPieces: TextPieces, Sendable {
  private var offset: Int
  private let end: Int
  /// Units left of this chunk.
  private var units: Int

  init(_ text: HessianText) {
    (offset, end) = (Int(text.start), Int(text.end))
    units = text.isChunked ? 0 : Int(text.units)
  }

  mutating func nextRun(in bytes: RawSpan) -> Range<Int> {
    let run = bytes.plainRun(offset..<min(end, offset + units))
    offset = run.upperBound
    units -= run.count
    return run
  }

  mutating func next(in bytes: RawSpan) -> TextPiece? {
    guard let (unit, range) = nextUnit(in: bytes) else { return nil }
    guard let unit else { return .invalid(range) }
    if let scalar = Unicode.Scalar(unit) { return .scalar(scalar) }
    var behind = self
    guard unit < 0xdc00, case let (low?, _)? = behind.nextUnit(in: bytes), (0xdc00..<0xe000).contains(low),
      let scalar = Unicode.Scalar(0x10000 + (unit - 0xd800) << 10 + (low - 0xdc00))
    else { return .invalid(range) }
    self = behind
    return .scalar(scalar)
  }

  /// One UTF-16 unit, nil if its bytes are none.
  private mutating func nextUnit(in bytes: RawSpan) -> (UInt32?, Range<Int>)? {
    while units == 0 {
      guard offset < end else { return nil }
      openChunk(in: bytes)
    }
    guard offset < end else { return nil }
    units -= 1
    let start = offset
    let first = UInt32(bytes.byte(start))
    let length = first < 0x80 ? 1 : first < 0xe0 ? 2 : 3
    offset = min(start + length, end)
    let range = start..<offset
    if length == 1 { return (first, range) }
    guard range.count == length else { return (nil, range) }
    var unit = length == 2 ? first & 0x1f : first & 0x0f
    for place in start + 1..<offset {
      let byte = UInt32(bytes.byte(place))
      guard byte & 0xc0 == 0x80 else { return (nil, range) }
      unit = unit << 6 | byte & 0x3f
    }
    return (unit >= (length == 2 ? 0x80 : 0x800) ? unit : nil, range)
  }

  private mutating func openChunk(in bytes: RawSpan) {
    let code = bytes.byte(offset)
    if HessianCode.shortString.contains(code) || end - offset < 3 {
      units = Int(code)
      offset += 1
    } else {
      units = Int(bytes.uint16(offset + 1))
      offset += 3
    }
  }
}
