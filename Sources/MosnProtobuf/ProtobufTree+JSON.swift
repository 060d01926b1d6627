import MosnText

extension ProtobufTree {
  /// The message as JSON: an array of fields in their order, `{"field":1,"type":"varint","value":150,"zigzag":75}`; see
  /// docs/hessian.md. An object, where the schema knows what it is. False when it was cut to `limit` bytes; it is whole JSON all the same.
  @discardableResult
  public func appendJSON(of bytes: RawSpan, to output: inout [UInt8], limit: Int) -> Bool {
    var json = JSONWriter(taking: &output, limit: limit)
    appendMessage(roots, as: message, bytes, &json, isPartial: failure != nil)
    return json.finish(into: &output)
  }

  func appendMessage(
    _ siblings: ProtobufSiblings, as message: Int?, _ bytes: RawSpan, _ json: inout JSONWriter,
    isPartial: Bool
  ) {
    if message != nil {
      appendObject(siblings, bytes, &json, isPartial: isPartial)
    } else {
      appendArray(siblings, bytes, &json, isPartial: isPartial)
    }
  }

  func appendArray(
    _ siblings: some Sequence<Int>, _ bytes: RawSpan, _ json: inout JSONWriter, isPartial: Bool
  ) {
    guard json.beginArray() else { return }
    for index in siblings {
      guard !json.isCut, json.beginObject() else { break }
      json.key("field")
      json.number(fields[index].number)
      json.key("type")
      json.string(ascii: "\(fields[index].kind)")
      json.key("value")
      appendValue(index, bytes, &json)
      json.endObject()
    }
    json.endArray(isPartial: isPartial)
  }

  private func appendValue(_ index: Int, _ bytes: RawSpan, _ json: inout JSONWriter) {
    let field = fields[index]
    switch field.kind {
    case .varint:
      json.number(field.value)
      if field.value > UInt64(Int64.max) {
        json.key("signed")
        json.number(Int64(bitPattern: field.value))
      }
      json.key("zigzag")
      json.number(field.zigzag)
    case .fixed64:
      json.number(field.value)
      json.key("double")
      json.number(field.double)
    case .fixed32:
      json.number(field.value)
      json.key("float")
      json.number(field.float)
    case .group, .message: appendArray(children(of: index), bytes, &json, isPartial: field.isPartial)
    case .string: json.string(UTF8Pieces(field.range), in: bytes)
    case .bytes, .packed: json.base64(bytes.extracting(field.range))
    }
  }
}
