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

  /// Printable ASCII; as much of it as fits.
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
