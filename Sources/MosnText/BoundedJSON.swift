import MosnBytes

/// JSON (RFC 8259) that stays whole when it must be cut: every object or array that lacks something then ends with
/// `"$cut":true` or `{"$cut":true}`, and a string with `…`.
package struct BoundedJSON: Sendable {
  package private(set) var text: BoundedText
  private var needsComma = false
  /// Where a key begins that has no value yet.
  private var keyPlace: Int?

  /// Takes the bytes of `output`, to which at most `limit` are added.
  package init(taking output: inout [UInt8], limit: Int) {
    text = BoundedText(taking: &output, limit: limit)
  }

  /// Gives the bytes back. False when something did not fit; nothing at all is written when not even that fits.
  package mutating func finish(into output: inout [UInt8]) -> Bool {
    text.finish(into: &output, endsWithEllipsis: false)
  }

  package var isCut: Bool { text.isCut }

  /// False when it does not fit: then nothing was opened.
  package mutating func beginObject() -> Bool { open(UInt8(ascii: "{"), closing: 14) }
  package mutating func beginArray() -> Bool { open(UInt8(ascii: "["), closing: 16) }

  /// `isPartial`: what follows is unknown.
  package mutating func endObject(isPartial: Bool = false) {
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
    append(name, in: bytes)
    endKey()
  }

  /// A number, or a key's worth of digits: JSON as it is.
  package mutating func literal(_ json: String) {
    guard begin(json.utf8.count) else { return }
    text.append(ascii: json)
    needsComma = true
  }

  package mutating func string(ascii value: String) { literal("\"\(value)\"") }

  /// `isPartial`: what follows is unknown, and `…` says so.
  package mutating func string(_ value: some TextPieces, in bytes: RawSpan, isPartial: Bool = false) {
    guard beginString() else { return }
    append(value, in: bytes)
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
      guard count > 0, text.fits(4, columns: 4) else { break }
      for place in 0..<4 {
        let digit = Base64.standard.digit(group >> (18 - 6 * UInt32(place)))
        text.append(byte: place <= count ? digit : UInt8(ascii: "="))
      }
    }
    endString()
  }

  private mutating func append(_ value: some TextPieces, in bytes: RawSpan) {
    var value = value
    while !isCut {
      text.append(run: value.nextRun(in: bytes), of: bytes)
      guard let piece = value.next(in: bytes) else { break }
      switch piece {
      case .scalar("\""): text.append("\\\"")
      case .scalar("\\"): text.append("\\\\")
      case .scalar("\n"): text.append("\\n")
      case .scalar("\r"): text.append("\\r")
      case .scalar("\t"): text.append("\\t")
      case .scalar(let scalar) where scalar.isActedUpon: text.append(escaped: scalar)
      case .scalar(let scalar): text.append(plain: scalar)
      case .invalid: text.append(plain: "\u{FFFD}")
      }
    }
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

extension BoundedJSON {
  /// As short as it can be read back; what JSON has no number for as `"NaN"`, `"Infinity"`, `"-Infinity"`.
  package mutating func number(_ value: some BinaryFloatingPoint & CustomStringConvertible) {
    if value.isFinite {
      literal(value.description)
    } else {
      string(ascii: value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity")
    }
  }
}
