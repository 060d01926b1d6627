import MosnText

/// Fields that the schema knows.
extension ProtobufTree {
  /// A field's name, or its number.
  func appendName(of field: ProtobufField, _ text: inout BoundedText) {
    if let known = schema?.known(field.known) {
      text.append(name: known.name)
    } else {
      text.append(decimal: field.number)
    }
  }

  /// The value of a field that holds no others. Of data, the first `dataBytes` in hexadecimal.
  func appendValue(
    _ field: ProtobufField, as known: ProtobufSchema.KnownField, _ bytes: RawSpan, _ text: inout BoundedText,
    dataBytes: Int
  ) {
    switch field.kind {
    case .varint, .fixed32, .fixed64: append(field.value, as: known, &text)
    case .packed:
      text.append("[")
      var numbers = ProtobufPacked(field.range, of: known.type)
      var isFirst = true
      while !text.isCut, let number = numbers.next(in: bytes) {
        if !isFirst { text.append(", ") }
        isFirst = false
        append(number, as: known, &text)
      }
      text.append("]")
    case .string: text.append(UTF8Pieces(field.range), in: bytes, quoted: true)
    case .bytes: append(field.range, of: bytes, &text, atMost: dataBytes)
    case .message, .group:
      if case .message(let name) = known.type { text.append(name: name) } else { text.append("group") }
    }
  }

  private func append(_ bits: UInt64, as known: ProtobufSchema.KnownField, _ text: inout BoundedText) {
    if let name = schema?.name(of: bits, in: known) { return text.append(name: name) }
    ProtobufNumber(bits, as: known.type).append(to: &text)
  }

  // MARK: JSON

  /// A message that the schema knows: an object of its fields in their order, repeated ones as arrays. What it does not
  /// know is under `$unknown`, as without a schema.
  func appendObject(
    _ siblings: ProtobufSiblings, _ bytes: RawSpan, _ json: inout JSONWriter, isPartial: Bool
  ) {
    guard json.beginObject() else { return }
    var order: [Int32] = []
    var groups: [Int32: [Int]] = [:]
    for index in siblings {
      if groups[fields[index].known] == nil { order.append(fields[index].known) }
      groups[fields[index].known, default: []].append(index)
    }
    for number in order {
      guard !json.isCut, let known = schema?.known(number) else { continue }
      json.key(name: known.name)
      appendValues(groups[number] ?? [], as: known, bytes, &json)
    }
    if let unknown = groups[-1], !json.isCut {
      json.key("$unknown")
      appendArray(unknown, bytes, &json, isPartial: false)
    }
    json.endObject(isPartial: isPartial)
  }

  private func appendValues(
    _ indices: [Int], as known: ProtobufSchema.KnownField, _ bytes: RawSpan, _ json: inout JSONWriter
  ) {
    let isArray = known.isRepeated || indices.count > 1
    if isArray { guard json.beginArray() else { return } }
    for index in indices {
      if json.isCut { break }
      appendValue(index, as: known, bytes, &json)
    }
    if isArray { json.endArray() }
  }

  private func appendValue(
    _ index: Int, as known: ProtobufSchema.KnownField, _ bytes: RawSpan, _ json: inout JSONWriter
  ) {
    let field = fields[index]
    switch field.kind {
    case .varint, .fixed32, .fixed64: append(field.value, as: known, &json)
    case .packed:
      // A declaration that is not repeated has an array of its own.
      if !known.isRepeated { guard json.beginArray() else { return } }
      var numbers = ProtobufPacked(field.range, of: known.type)
      while !json.isCut, let number = numbers.next(in: bytes) { append(number, as: known, &json) }
      if !known.isRepeated { json.endArray() }
    case .string: json.string(UTF8Pieces(field.range), in: bytes)
    case .bytes: json.base64(bytes.extracting(field.range))
    case .message, .group:
      appendMessage(children(of: index), as: known.target, bytes, &json, isPartial: field.isPartial)
    }
  }

  private func append(_ bits: UInt64, as known: ProtobufSchema.KnownField, _ json: inout JSONWriter) {
    if let name = schema?.name(of: bits, in: known) { return json.string(name) }
    ProtobufNumber(bits, as: known.type).append(to: &json)
  }
}

extension BoundedText {
  /// A name of the schema: whoever wrote that file may be a stranger, too.
  fileprivate mutating func append(name: String) {
    var name = name
    name.withUTF8 {
      append(UTF8Pieces(0..<$0.count), in: UnsafeRawBufferPointer($0).bytes, quoted: false)
    }
  }
}

extension JSONWriter {
  fileprivate mutating func key(name: String) {
    var name = name
    name.withUTF8 { key(UTF8Pieces(0..<$0.count), in: UnsafeRawBufferPointer($0).bytes) }
  }
}
