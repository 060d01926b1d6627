import MosnBytes

/// Writes JSON (RFC 8259): objects, arrays and values in the order of the calls; commas are its affair. It stays whole when
/// it must be cut: every object or array that lacks something then ends with `"$cut":true` or `{"$cut":true}`, and a
/// string with `…`.
package struct JSONWriter: Sendable {
  package private(set) var text: BoundedText
  private var needsComma = false
  /// Where a key begins that has no value yet.
  private var keyPlace: Int?

  package init() {
    var none: [UInt8] = []
    self.init(taking: &none)
  }

  /// Takes the bytes of `output`, to which at most `limit` are added.
  package init(taking output: inout [UInt8], limit: Int = .max) {
    text = BoundedText(taking: &output, limit: limit)
  }

  /// Gives the bytes back. False when something did not fit; nothing at all is written when not even that fits.
  @discardableResult
  package mutating func finish(into output: inout [UInt8]) -> Bool {
    text.finish(into: &output, endsWithEllipsis: false)
  }

  package var isCut: Bool { text.isCut }

  /// False when it does not fit: then nothing was opened.
  @discardableResult
  package mutating func beginObject() -> Bool { open(UInt8(ascii: "{"), closing: 14) }
  @discardableResult
  package mutating func beginArray() -> Bool { open(UInt8(ascii: "["), closing: 16) }

  /// `isPartial`: what follows is unknown.
  package mutating func endObject(isPartial: Bool = false) {
    // Of a key whose value never came nothing stays.
    dropKey()
    close(isPartial || isCut ? (needsComma ? ",\"$cut\":true}" : "\"$cut\":true}") : "}", 14)
  }

  package mutating func endArray(isPartial: Bool = false) {
    close(isPartial || isCut ? (needsComma ? ",{\"$cut\":true}]" : "{\"$cut\":true}]") : "]", 16)
  }

  package mutating func key(_ name: StaticString) {
    beginKey()
    text.append("\"")
    text.append(name)
    endKey()
  }

  /// A key that a stranger chose: one that begins with `$` is given another, so that it is none of ours.
  package mutating func key(_ name: some TextPieces, in bytes: RawSpan) {
    beginKey()
    text.append("\"")
    var first = name
    if first.next(in: bytes) == .scalar("$") { text.append("$") }
    text.append(json: name, in: bytes)
    endKey()
  }

  /// A number, or a key's worth of digits: JSON as it is.
  package mutating func literal(_ json: String) {
    guard begin(json.utf8.count) else { return }
    text.append(ascii: json)
    needsComma = true
  }

  /// The same, of a range of `bytes`.
  package mutating func literal(_ json: Range<Int>, of bytes: RawSpan) {
    guard begin(json.count) else { return }
    text.append(run: json, of: bytes)
    needsComma = true
  }

  package mutating func null() { literal("null") }

  package mutating func number(_ value: some BinaryInteger) {
    guard begin(20) else { return }
    text.append(decimal: value)
    needsComma = true
  }

  /// A value that is JSON already.
  package mutating func value(json: RawSpan) { literal(0..<json.byteCount, of: json) }

  package mutating func string(ascii value: String) { literal("\"\(value)\"") }

  package mutating func string(_ value: StaticString) {
    value.withUTF8Buffer { string(utf8: UnsafeRawBufferPointer($0).bytes) }
  }

  package mutating func string(_ value: String) {
    var value = value
    value.withUTF8 { string(utf8: UnsafeRawBufferPointer($0).bytes) }
  }

  /// UTF-8; what is none becomes U+FFFD, a character for every byte.
  package mutating func string(utf8 bytes: RawSpan) { string(UTF8Pieces(0..<bytes.byteCount), in: bytes) }

  /// `isPartial`: what follows is unknown, and `…` says so.
  package mutating func string(_ value: some TextPieces, in bytes: RawSpan, isPartial: Bool = false) {
    guard beginString() else { return }
    text.append(json: value, in: bytes)
    endString(isPartial: isPartial)
  }

  /// Base64 (RFC 4648 §4) with padding.
  package mutating func base64(_ data: some DataBytes, in bytes: RawSpan) {
    guard beginString() else { return }
    var data = data
    var count = 3
    while count == 3, !isCut {
      var group: UInt32 = 0
      count = 0
      while count < 3, let byte = data.next(in: bytes) {
        group |= UInt32(byte) << UInt32(16 - 8 * count)
        count += 1
      }
      if count > 0 { text.append(base64: group, count: count) }
    }
    endString()
  }

  /// The same of bytes that lie one behind the other.
  package mutating func base64(_ data: RawSpan) {
    guard beginString() else { return }
    text.append(base64: data)
    endString()
  }

  private mutating func beginString() -> Bool {
    guard begin(6) else { return false }
    text.append("\"")
    text.reserved += 4
    return true
  }

  private mutating func endString(isPartial: Bool = false) {
    text.reserved -= 4
    text.append(reserved: isCut || isPartial ? "…\"" : "\"")
    needsComma = true
  }

  private mutating func beginKey() {
    keyPlace = text.bytes.count
    if needsComma { text.append(",") }
  }

  private mutating func endKey() {
    text.append("\":")
    if isCut { return dropKey() }
  }

  private mutating func dropKey() {
    if let keyPlace { text.retreat(to: keyPlace) }
    keyPlace = nil
  }

  /// Whether a value of `count` bytes fits; its key is taken back when not.
  private mutating func begin(_ count: Int) -> Bool {
    let comma = keyPlace == nil && needsComma
    guard text.fits(count + (comma ? 1 : 0), columns: 0) else {
      dropKey()
      return false
    }
    if comma { text.append(",") }
    keyPlace = nil
    return true
  }

  private mutating func open(_ bracket: UInt8, closing: Int) -> Bool {
    guard begin(1 + closing) else { return false }
    text.append(byte: bracket)
    text.reserved += closing
    needsComma = false
    return true
  }

  private mutating func close(_ bracket: StaticString, _ closing: Int) {
    text.reserved -= closing
    text.append(reserved: bracket)
    needsComma = true
  }
}

extension JSONWriter {
  /// Ends a line, and the value with it.
  package mutating func endLine() {
    text.append("\n")
    needsComma = false
  }

  /// As short as it can be read back; what JSON has no number for as `"NaN"`, `"Infinity"`, `"-Infinity"`.
  package mutating func number(_ value: some BinaryFloatingPoint & CustomStringConvertible) {
    if value.isFinite {
      literal(value.description)
    } else {
      string(ascii: value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity")
    }
  }
}
