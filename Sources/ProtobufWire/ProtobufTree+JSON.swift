import MosnBytes
import MosnText

extension ProtobufTree {
  /// The message as JSON: an array of fields in their order, `{"field":1,"type":"varint","value":150,"zigzag":75}`; see
  /// docs/hessian.md. False when it was cut to `limit` bytes; it is whole JSON all the same.
  @discardableResult
  public func appendJSON(of bytes: RawSpan, to output: inout [UInt8], limit: Int) -> Bool {
    var json = BoundedJSON(taking: &output, limit: limit)
    append(roots, bytes, &json, isPartial: failure != nil)
    return json.finish(into: &output)
  }

  private func append(
    _ siblings: ProtobufSiblings, _ bytes: RawSpan, _ json: inout BoundedJSON, isPartial: Bool
  ) {
    guard json.beginArray() else { return }
    for index in siblings {
      guard !json.isCut, json.beginObject() else { break }
      json.key("field")
      json.literal(String(fields[index].number))
      json.key("type")
      json.string(ascii: "\(fields[index].kind)")
      json.key("value")
      appendValue(index, bytes, &json)
      json.endObject()
    }
    json.endArray(isPartial: isPartial)
  }

  private func appendValue(_ index: Int, _ bytes: RawSpan, _ json: inout BoundedJSON) {
    let field = fields[index]
    switch field.kind {
    case .varint:
      json.literal(String(field.value))
      if field.value > UInt64(Int64.max) {
        json.key("signed")
        json.literal(String(Int64(bitPattern: field.value)))
      }
      json.key("zigzag")
      json.literal(String(field.zigzag))
    case .fixed64:
      json.literal(String(field.value))
      json.key("double")
      json.number(field.double)
    case .fixed32:
      json.literal(String(field.value))
      json.key("float")
      json.number(field.float)
    case .group, .message: append(children(of: index), bytes, &json, isPartial: field.isPartial)
    case .string: json.string(UTF8Pieces(field.range), in: bytes)
    case .bytes: json.base64(RangeBytes(field.range), in: bytes)
    }
  }
}

/// The bytes of a range, which lies within those that are handed to `next`.
private struct RangeBytes: DataBytes {
  private var offset: Int
  private let end: Int

  init(_ range: Range<Int>) { (offset, end) = (range.lowerBound, range.upperBound) }

  mutating func next(in bytes: RawSpan) -> UInt8? {
    guard offset < end else { return nil }
    defer { offset += 1 }
    return bytes.byte(offset)
  }
}
