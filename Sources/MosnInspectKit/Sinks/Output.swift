import MosnBytes
import MosnPackets
import MosnText

/// Bytes of text on their way to a reader. Everything is appended in place; nothing becomes a String first.
public struct Output: Sendable {
  public internal(set) var bytes: [UInt8] = []

  public init() {}

  public mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  /// Takes back all behind the first `count` bytes.
  mutating func keep(_ count: Int) { bytes.removeLast(max(0, bytes.count - count)) }

  mutating func drop(first count: Int) { bytes.removeFirst(min(count, bytes.count)) }

  public mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  public mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  public mutating func append(_ text: some Sequence<UInt8>) { bytes.append(contentsOf: text) }

  public mutating func append(_ address: Endpoint) { address.append(to: &bytes) }

  mutating func append(_ address: IPAddress) { address.append(to: &bytes) }

  public mutating func append(byte: UInt8) { bytes.append(byte) }

  public mutating func append(_ number: some BinaryInteger) {
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
  /// reaches the terminal, and nothing turns the reading direction of what follows. A backslash is written twice, so
  /// that each of them can be told from a backslash that was sent.
  public mutating func append(untrusted text: ArraySlice<UInt8>) {
    let source = text.span.bytes
    var pieces = UTF8Pieces(0..<source.byteCount)
    while true {
      bytes.append(source, pieces.nextRun(in: source))
      let start = pieces.offset
      guard let piece = pieces.next(in: source) else { return }
      switch piece {
      case .scalar("\\"): append("\\\\" as StaticString)
      case .scalar(let scalar) where !scalar.isActedUpon: bytes.append(source, start..<pieces.offset)
      default:
        for place in start..<pieces.offset {
          append("\\x" as StaticString)
          append(hex: source.byte(place))
        }
      }
    }
  }

  private static func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }
}
