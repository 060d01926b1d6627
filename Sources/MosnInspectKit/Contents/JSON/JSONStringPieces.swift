import MosnBytes
import MosnText

/// The characters of a string of JSON, whose escapes `JSONTokens` has looked at. Escaped surrogates are joined.
struct JSONStringPieces: TextPieces {
  private var offset: Int
  private let end: Int

  init(_ range: Range<Int>) { (offset, end) = (range.lowerBound, range.upperBound) }

  mutating func nextRun(in bytes: RawSpan) -> Range<Int> {
    let run = bytes.plainRun(offset..<end)
    offset = run.upperBound
    return run
  }

  mutating func next(in bytes: RawSpan) -> TextPiece? {
    guard offset < end else { return nil }
    let start = offset
    guard bytes.byte(offset) == UInt8(ascii: "\\") else {
      var pieces = UTF8Pieces(offset..<end)
      let piece = pieces.next(in: bytes)
      offset = pieces.offset
      return piece
    }
    guard let unit = escaped(in: bytes) else { return .invalid(start..<offset) }
    if let scalar = Unicode.Scalar(unit) { return .scalar(scalar) }
    let behind = offset
    if unit < 0xdc00, behind < end, bytes.byte(behind) == UInt8(ascii: "\\"), let low = escaped(in: bytes),
      (0xdc00..<0xe000).contains(low),
      let scalar = Unicode.Scalar(0x10000 + (unit - 0xd800) << 10 + (low - 0xdc00))
    {
      return .scalar(scalar)
    }
    offset = behind
    return .invalid(start..<offset)
  }

  /// A UTF-16 unit; nil for what is no escape.
  private mutating func escaped(in bytes: RawSpan) -> UInt32? {
    guard end - offset >= 2 else {
      offset = end
      return nil
    }
    let letter = bytes.byte(offset + 1)
    offset += 2
    guard letter == UInt8(ascii: "u") else { return Self.escapes[letter] }
    guard end - offset >= 4 else {
      offset = end
      return nil
    }
    var unit: UInt32 = 0
    for place in offset..<offset + 4 { unit = unit << 4 | (Self.hexadecimal(bytes.byte(place)) ?? 0) }
    offset += 4
    return unit
  }

  /// What stands for what behind a backslash.
  static let escapes: [UInt8: UInt32] = [
    UInt8(ascii: "\""): 0x22, UInt8(ascii: "\\"): 0x5c, UInt8(ascii: "/"): 0x2f, UInt8(ascii: "b"): 8,
    UInt8(ascii: "f"): 0xc, UInt8(ascii: "n"): 0xa, UInt8(ascii: "r"): 0xd, UInt8(ascii: "t"): 9,
  ]

  static func hexadecimal(_ digit: UInt8) -> UInt32? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(digit - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(digit - UInt8(ascii: "a")) + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(digit - UInt8(ascii: "A")) + 10
    default: nil
    }
  }
}
