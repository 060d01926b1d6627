import MosnBytes

/// Text for a person's terminal, written in place and never longer than allowed. What does not fit is left out, and the
/// text then ends with `…`.
package struct BoundedText: Sendable {
  package private(set) var bytes: [UInt8]
  /// Whether something did not fit. From then on nothing is appended.
  package private(set) var isCut = false
  /// Bytes kept free for what must still be appended: closing brackets, for example.
  var reserved = 0

  private let limit: Int
  private let width: Int
  private var columns = 0
  /// Where `…` can follow: the last place that leaves room for it.
  private var cutPlace: Int

  /// Takes the bytes of `output`, to which at most `limit` are added, in one line of at most `width` columns.
  package init(taking output: inout [UInt8], limit: Int, width: Int = .max) {
    bytes = []
    swap(&bytes, &output)
    let (end, overflow) = bytes.count.addingReportingOverflow(max(0, limit))
    self.limit = overflow ? .max : end
    self.width = max(0, width)
    cutPlace = bytes.count
  }

  /// Gives the bytes back. False when something did not fit.
  package mutating func finish(
    into output: inout [UInt8], endsWithEllipsis: Bool = true
  ) -> Bool {
    if isCut, endsWithEllipsis {
      bytes.removeSubrange(cutPlace...)
      if limit - bytes.count >= 3, width >= 1 { bytes.append(contentsOf: Self.ellipsis) }
    }
    swap(&bytes, &output)
    return !isCut
  }

  /// Whether `count` more bytes fit, `columns` wide. When not, the text is cut here.
  package mutating func fits(_ count: Int, columns more: Int) -> Bool {
    if isCut { return false }
    isCut = count > limit - bytes.count - reserved || more > width - columns
    return !isCut
  }

  /// Ends the text here: what follows is unknown.
  package mutating func cut() { isCut = true }

  package mutating func append(_ text: StaticString) {
    guard fits(text.utf8CodeUnitCount, columns: text.utf8CodeUnitCount) else { return }
    text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    advance(text.utf8CodeUnitCount)
  }

  /// ASCII without control characters: numbers, and the words for errors.
  package mutating func append(ascii text: String) {
    guard fits(text.utf8.count, columns: text.utf8.count) else { return }
    bytes.append(contentsOf: text.utf8)
    advance(text.utf8.count)
  }

  package mutating func append(byte: UInt8) {
    guard fits(1, columns: 1) else { return }
    bytes.append(byte)
    advance(1)
  }

  /// A number of up to 64 bits.
  package mutating func append(decimal value: some BinaryInteger) {
    var digits: InlineArray<20, UInt8> = .init(repeating: 0)
    var (count, rest) = (0, UInt64(value.magnitude))
    repeat {
      digits[count] = UInt8(ascii: "0") + UInt8(rest % 10)
      (count, rest) = (count + 1, rest / 10)
    } while rest > 0
    let width = count + (value < 0 ? 1 : 0)
    guard fits(width, columns: width) else { return }
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    for place in stride(from: count - 1, through: 0, by: -1) { bytes.append(digits[place]) }
    advance(width)
  }

  package mutating func spaces(_ count: Int) {
    guard fits(count, columns: count) else { return }
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: count))
    advance(count)
  }

  package mutating func append(hex byte: UInt8) {
    guard fits(2, columns: 2) else { return }
    bytes.append(Self.hexDigit(byte >> 4))
    bytes.append(Self.hexDigit(byte & 15))
    advance(2)
  }

  /// A character as it is: the caller knows that a terminal only shows it.
  package mutating func append(plain scalar: Unicode.Scalar) {
    let (count, columns) = (UTF8.width(scalar), scalar.columns)
    guard fits(count, columns: columns) else { return }
    for unit in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { bytes.append(unit) }
    advance(columns)
  }

  /// Bytes without control characters, of one column each; as much of them as fits.
  package mutating func append(run: Range<Int>, of source: RawSpan) {
    if run.isEmpty || isCut { return }
    let start = bytes.count
    let count = max(0, min(run.count, limit - start - reserved, width - columns))
    source.extracting(run.prefix(count)).withUnsafeBytes { bytes.append(contentsOf: $0) }
    columns += count
    isCut = count < run.count
    // As if they had come one by one.
    let place = min(bytes.count, limit - 3, bytes.count - max(0, columns - (width - 1)))
    if place >= start { cutPlace = place }
  }

  /// The lowest `count` bytes of 24 bits, highest first, as four digits of base64.
  mutating func append(base64 group: UInt32, count: Int) {
    guard fits(4, columns: 4) else { return }
    for place in 0..<4 {
      let digit = Base64.standard.digit(group >> (18 - 6 * UInt32(place)))
      bytes.append(place <= count ? digit : UInt8(ascii: "="))
    }
    advance(4)
  }

  /// Base64 of as many bytes as fit. Room is made once: bodies are most of what JSON writes.
  mutating func append(base64 data: RawSpan) {
    let fitting = min(data.byteCount, max(0, limit - bytes.count - reserved) / 4 * 3)
    let (start, whole) = (bytes.count, fitting / 3)
    bytes.append(contentsOf: repeatElement(UInt8(ascii: "="), count: 4 * whole))
    var room = bytes.mutableSpan
    for group in 0..<whole {
      let at = 3 * group
      let bits = UInt32(data.byte(at)) << 16 | UInt32(data.byte(at + 1)) << 8 | UInt32(data.byte(at + 2))
      for place in 0..<4 {
        room[start + 4 * group + place] = Base64.standard.digit(bits >> (18 - 6 * UInt32(place)))
      }
    }
    advance(4 * whole)
    var rest: UInt32 = 0
    for at in 3 * whole..<fitting { rest |= UInt32(data.byte(at)) << UInt32(16 - 8 * (at - 3 * whole)) }
    if fitting > 3 * whole { append(base64: rest, count: fitting - 3 * whole) }
    if fitting < data.byteCount { cut() }
  }

  /// `\xNN`, as a whole or not at all.
  package mutating func append(escaped byte: UInt8) {
    guard fits(4, columns: 4) else { return }
    append("\\x")
    append(hex: byte)
  }

  /// `\uNNNN`, as a whole or not at all.
  package mutating func append(escaped scalar: Unicode.Scalar) {
    guard fits(6, columns: 6) else { return }
    append("\\u")
    append(hex: UInt8(truncatingIfNeeded: scalar.value >> 8))
    append(hex: UInt8(truncatingIfNeeded: scalar.value))
  }

  /// Goes over the limits: for what was reserved.
  mutating func append(reserved text: StaticString) { text.withUTF8Buffer { bytes.append(contentsOf: $0) } }

  /// Takes back what was appended since `count` bytes were there.
  mutating func retreat(to count: Int) { bytes.removeSubrange(count...) }

  private mutating func advance(_ columns: Int) {
    self.columns += columns
    if limit - bytes.count >= 3, self.columns < width { cutPlace = bytes.count }
  }

  static func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }

  private static let ellipsis: [UInt8] = [0xe2, 0x80, 0xa6]
}
