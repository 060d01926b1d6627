import MosnPackets

/// Bytes of text on their way to a reader. Everything is appended in place; nothing becomes a String first.
public struct Output: Sendable {
  public private(set) var bytes: [UInt8] = []

  public init() {}

  public mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  mutating func append(_ text: some Sequence<UInt8>) { bytes.append(contentsOf: text) }

  mutating func append(_ address: Endpoint) { address.append(to: &bytes) }

  mutating func append(byte: UInt8) { bytes.append(byte) }

  mutating func append(_ number: some BinaryInteger) {
    append(magnitude: UInt64(number.magnitude), isNegative: number < 0, width: 0, padding: 0)
  }

  /// A number set right in `width` columns, filled with `padding`.
  mutating func append(_ number: some BinaryInteger, width: Int, padding: UInt8 = UInt8(ascii: " ")) {
    append(
      magnitude: UInt64(number.magnitude), isNegative: number < 0, width: width, padding: padding)
  }

  private mutating func append(magnitude: UInt64, isNegative: Bool, width: Int, padding: UInt8) {
    var digits: InlineArray<20, UInt8> = .init(repeating: 0)
    var count = 0
    var rest = magnitude
    repeat {
      digits[count] = UInt8(ascii: "0") + UInt8(rest % 10)
      rest /= 10
      count += 1
    } while rest > 0
    let total = count + (isNegative ? 1 : 0)
    if total < width { bytes.append(contentsOf: repeatElement(padding, count: width - total)) }
    if isNegative { bytes.append(UInt8(ascii: "-")) }
    while count > 0 {
      count -= 1
      bytes.append(digits[count])
    }
  }

  mutating func append(hex byte: UInt8) {
    bytes.append(Self.hexDigit(byte >> 4))
    bytes.append(Self.hexDigit(byte & 15))
  }

  mutating func append(hex number: UInt32, digits: Int) {
    for place in stride(from: digits - 1, through: 0, by: -1) {
      bytes.append(Self.hexDigit(UInt8(truncatingIfNeeded: number >> (4 * UInt32(place))) & 15))
    }
  }

  mutating func spaces(_ count: Int) {
    if count > 0 { bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: count)) }
  }

  /// Fills the line up to `column`, counted from `start`.
  mutating func pad(from start: Int, to column: Int) { spaces(column - (bytes.count - start)) }

  /// Text of a stranger: bytes that are no printable UTF-8 are shown as `\xNN`, so that no escape sequence
  /// reaches the terminal, and nothing turns the reading direction of what follows.
  mutating func append(untrusted text: ArraySlice<UInt8>) {
    var index = text.startIndex
    while index < text.endIndex {
      let length = UTF8Sequence.length(of: text[index...])
      if length == 0 || UTF8Sequence.isControl(text[index..<index + length]) {
        bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "x")])
        append(hex: text[index])
        index += 1
      } else {
        bytes.append(contentsOf: text[index..<index + length])
        index += length
      }
    }
  }

  private static func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }
}

/// UTF-8 as Unicode defines it (table 3-7): no overlong forms, no surrogates, nothing above U+10FFFF.
enum UTF8Sequence {
  /// Whether a terminal acts on this one character instead of showing it: C0 and C1 controls, DEL, the line and
  /// paragraph separators, and the marks of reading direction (Unicode's Bidi_Control).
  static func isControl(_ character: ArraySlice<UInt8>) -> Bool {
    let start = character.startIndex
    switch character.count {
    case 1: return character[start] < 0x20 || character[start] == 0x7f
    case 2:
      let (first, second) = (character[start], character[start + 1])
      return first == 0xc2 && second < 0xa0 || first == 0xd8 && second == 0x9c
    case 3 where character[start] == 0xe2:
      let third = character[start + 2]
      return switch character[start + 1] {
      case 0x80: third == 0x8e || third == 0x8f || (0xa8...0xae).contains(third)
      case 0x81: (0xa6...0xa9).contains(third)
      default: false
      }
    default: return false
    }
  }

  /// Bytes of the character that `text` begins with; 0 when it begins with none.
  static func length(of text: ArraySlice<UInt8>) -> Int {
    guard let first = text.first else { return 0 }
    let count: Int
    var second: ClosedRange<UInt8> = 0x80...0xbf
    switch first {
    case 0x00...0x7f: return 1
    case 0xc2...0xdf: count = 2
    case 0xe0: (count, second) = (3, 0xa0...0xbf)
    case 0xed: (count, second) = (3, 0x80...0x9f)
    case 0xe1...0xef: count = 3
    case 0xf0: (count, second) = (4, 0x90...0xbf)
    case 0xf1...0xf3: count = 4
    case 0xf4: (count, second) = (4, 0x80...0x8f)
    default: return 0
    }
    guard text.count >= count, second.contains(text[text.startIndex + 1]) else { return 0 }
    for offset in 2..<max(count, 2) where !(0x80...0xbf).contains(text[text.startIndex + offset]) {
      return 0
    }
    return count
  }
}
