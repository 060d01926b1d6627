/// Writes JSON (RFC 8259) into an `Output`: objects, arrays and values in the order of the calls; commas are its
/// affair.
struct JSONWriter {
  var output = Output()
  private var needsComma = false

  mutating func beginObject() { open(UInt8(ascii: "{")) }
  mutating func endObject() { close(UInt8(ascii: "}")) }
  mutating func beginArray() { open(UInt8(ascii: "[")) }
  mutating func endArray() { close(UInt8(ascii: "]")) }

  mutating func key(_ name: StaticString) {
    separate()
    output.append(byte: UInt8(ascii: "\""))
    output.append(name)
    output.append("\":" as StaticString)
    needsComma = false
  }

  mutating func null() { literal("null") }

  mutating func number(_ value: some BinaryInteger) {
    separate()
    output.append(value)
  }

  mutating func string(_ text: StaticString) {
    text.withUTF8Buffer { string(bytes: ArraySlice($0)) }
  }

  mutating func string(_ text: String) { string(bytes: ArraySlice(text.utf8)) }

  /// A string of bytes. What is no UTF-8 becomes U+FFFD, a character for every byte; control characters are
  /// escaped, those that JSON allows too, because a terminal may obey them.
  mutating func string(bytes text: ArraySlice<UInt8>) {
    separate()
    output.append(byte: UInt8(ascii: "\""))
    var index = text.startIndex
    var plain = index
    while index < text.endIndex {
      let byte = text[index]
      if byte >= 0x20, byte < 0x7f, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
        index += 1
        continue
      }
      let length = UTF8Sequence.length(of: text[index...])
      let isC1 = length == 2 && byte == 0xc2 && text[index + 1] < 0xa0
      if length > 1, !isC1 {
        index += length
        continue
      }
      output.append(text[plain..<index])
      escape(isC1 ? text[index + 1] : byte, isCharacter: length > 0)
      index += max(1, length)
      plain = index
    }
    output.append(text[plain..<index])
    output.append(byte: UInt8(ascii: "\""))
  }

  /// Base64 (RFC 4648 §4), with padding.
  mutating func base64(_ data: ArraySlice<UInt8>) {
    separate()
    output.append(byte: UInt8(ascii: "\""))
    var index = data.startIndex
    while index < data.endIndex {
      let left = data.endIndex - index
      let group =
        UInt32(data[index]) << 16
        | (left > 1 ? UInt32(data[index + 1]) << 8 : 0)
        | (left > 2 ? UInt32(data[index + 2]) : 0)
      for place in 0..<4 {
        let digit = UInt8(truncatingIfNeeded: group >> (18 - 6 * UInt32(place))) & 63
        output.append(byte: place <= left ? Self.base64Digit(digit) : UInt8(ascii: "="))
      }
      index += min(left, 3)
    }
    output.append(byte: UInt8(ascii: "\""))
  }

  mutating func endLine() {
    output.append(byte: UInt8(ascii: "\n"))
    needsComma = false
  }

  private mutating func escape(_ byte: UInt8, isCharacter: Bool) {
    switch byte {
    case _ where !isCharacter: output.append("\u{FFFD}" as StaticString)
    case UInt8(ascii: "\""): output.append("\\\"" as StaticString)
    case UInt8(ascii: "\\"): output.append("\\\\" as StaticString)
    case UInt8(ascii: "\n"): output.append("\\n" as StaticString)
    case UInt8(ascii: "\r"): output.append("\\r" as StaticString)
    case UInt8(ascii: "\t"): output.append("\\t" as StaticString)
    default:
      output.append("\\u00" as StaticString)
      output.append(hex: byte)
    }
  }

  private mutating func literal(_ text: StaticString) {
    separate()
    output.append(text)
  }

  private mutating func separate() {
    if needsComma { output.append(byte: UInt8(ascii: ",")) }
    needsComma = true
  }

  private mutating func open(_ bracket: UInt8) {
    separate()
    output.append(byte: bracket)
    needsComma = false
  }

  private mutating func close(_ bracket: UInt8) {
    output.append(byte: bracket)
    needsComma = true
  }

  private static func base64Digit(_ value: UInt8) -> UInt8 {
    switch value {
    case 0..<26: UInt8(ascii: "A") + value
    case 26..<52: UInt8(ascii: "a") + value - 26
    case 52..<62: UInt8(ascii: "0") + value - 52
    case 62: UInt8(ascii: "+")
    default: UInt8(ascii: "/")
    }
  }
}
