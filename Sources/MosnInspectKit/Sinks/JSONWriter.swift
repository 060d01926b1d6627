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

  /// A string of bytes. What is no UTF-8 becomes U+FFFD, a character for every byte; control characters and marks of
  /// reading direction are escaped, those that JSON allows too, because a terminal may obey them.
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
      let character = text[index..<index + length]
      if length > 1, !UTF8Sequence.isControl(character) {
        index += length
        continue
      }
      output.append(text[plain..<index])
      escape(UTF8Sequence.scalar(of: character))
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
    output.append(base64: data)
    output.append(byte: UInt8(ascii: "\""))
  }

  mutating func endLine() {
    output.append(byte: UInt8(ascii: "\n"))
    needsComma = false
  }

  /// - Parameter scalar: of Unicode's first 65,536; nil for a byte that is no text.
  private mutating func escape(_ scalar: UInt32?) {
    switch scalar {
    case nil: output.append("\u{FFFD}" as StaticString)
    case 0x22?: output.append("\\\"" as StaticString)
    case 0x5c?: output.append("\\\\" as StaticString)
    case 0x0a?: output.append("\\n" as StaticString)
    case 0x0d?: output.append("\\r" as StaticString)
    case 0x09?: output.append("\\t" as StaticString)
    case let scalar?:
      output.append("\\u" as StaticString)
      output.append(hex: scalar, digits: 4)
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
}
