import MosnBytes
import MosnText

extension ProtobufTree {
  /// The message as a tree: a line for each field, two columns further in for each level, `indentation` in all. False
  /// when it was cut to `limit` bytes, and ends with `…`. What was not read is said in the last line.
  @discardableResult
  public func appendTree(
    of bytes: RawSpan, to output: inout [UInt8], limit: Int, indentation: Int = 0
  ) -> Bool {
    var text = BoundedText(taking: &output, limit: limit)
    appendLines(of: roots, bytes, &text, indentation)
    text.append(stop: failure?.description, indentation: indentation)
    return text.finish(into: &output)
  }

  /// The message in a line of at most `width` columns and `limit` bytes: `{1: "hello", 2: 150, 3: {1: 20 bytes}}`. Fixed
  /// ones are hexadecimal. False when it was cut, and ends with `…`.
  @discardableResult
  public func appendLine(
    of bytes: RawSpan, to output: inout [UInt8], width: Int, limit: Int = 4096
  ) -> Bool {
    var text = BoundedText(taking: &output, limit: limit, width: width)
    append(roots, bytes, &text)
    if failure != nil { text.cut() }
    return text.finish(into: &output)
  }

  private func appendLines(
    of siblings: ProtobufSiblings, _ bytes: RawSpan, _ text: inout BoundedText, _ indentation: Int
  ) {
    for index in siblings {
      if text.isCut { return }
      let field = fields[index]
      text.spaces(indentation)
      appendName(of: field, &text)
      text.append(": ")
      if let known = schema?.known(field.known) {
        appendValue(field, as: known, bytes, &text, dataBytes: 16)
      } else {
        appendValue(field, bytes, &text)
      }
      if field.isPartial { text.append(" (in part)") }
      text.append("\n")
      appendLines(of: children(of: index), bytes, &text, indentation + 2)
    }
  }

  private func appendValue(_ field: ProtobufField, _ bytes: RawSpan, _ text: inout BoundedText) {
    switch field.kind {
    case .varint:
      let negative = field.value > UInt64(Int64.max) ? ", signed \(Int64(bitPattern: field.value))" : ""
      text.append(ascii: "varint \(field.value) (zigzag \(field.zigzag)\(negative))")
    case .fixed64: text.append(ascii: "fixed64 \(field.value) (double \(field.double))")
    case .fixed32: text.append(ascii: "fixed32 \(field.value) (float \(field.float))")
    case .group: text.append("group")
    case .message: text.append("message")
    case .string:
      text.append("string ")
      text.append(UTF8Pieces(field.range), in: bytes, quoted: true)
    case .bytes, .packed: append(field.range, of: bytes, &text, atMost: 16)
    }
  }

  /// How many bytes, and the first `count` of them.
  func append(_ data: Range<Int>, of bytes: RawSpan, _ text: inout BoundedText, atMost count: Int) {
    text.append(decimal: data.count)
    text.append(" bytes")
    guard count > 0 else { return }
    text.append(" ")
    for offset in data.prefix(count) { text.append(hex: bytes.byte(offset)) }
    if data.count > count { text.append(plain: "…") }
  }

  private func append(_ siblings: ProtobufSiblings, _ bytes: RawSpan, _ text: inout BoundedText) {
    text.append("{")
    var isFirst = true
    for index in siblings {
      if text.isCut { return }
      if !isFirst { text.append(", ") }
      isFirst = false
      let field = fields[index]
      appendName(of: field, &text)
      text.append(": ")
      if let known = schema?.known(field.known), field.kind != .message, field.kind != .group {
        appendValue(field, as: known, bytes, &text, dataBytes: 0)
        continue
      }
      switch field.kind {
      case .varint: text.append(ascii: String(field.value))
      case .fixed64, .fixed32: text.append(ascii: "0x" + String(field.value, radix: 16))
      case .group, .message: append(children(of: index), bytes, &text)
      case .string: text.append(UTF8Pieces(field.range), in: bytes, quoted: true)
      case .bytes, .packed: append(field.range, of: bytes, &text, atMost: 0)
      }
    }
    text.append("}")
  }
}

extension ProtobufField {
  var double: Double { Double(bitPattern: value) }
  var float: Float { Float(bitPattern: UInt32(truncatingIfNeeded: value)) }
}
