import BoltCodec
import MosnBytes

/// A row between the codec byte and the two names HTTP has for it. Of rows with the same codec the first is written.
public struct SerializerRule: Sendable {
  public let codec: BoltSerializer
  /// A media type, without parameters.
  public let contentType: StaticString
  /// SOFARPC's `sofa_head_serialize_type`.
  public let serializeType: StaticString

  public static let all: [SerializerRule] = [
    row(.hessian2, "application/x-hessian2", "hessian2"),
    row(.hessian2, "application/x-hessian", "hessian"),
    row(.protobuf, "application/x-protobuf", "protobuf"),
    row(.protobuf, "application/protobuf", "protobuf"),
    row(.protobuf, "application/vnd.google.protobuf", "protobuf"),
    row(.json, "application/json", "json"),
    row(.json, "text/json", "json"),
    row(.msgpack, "application/msgpack", "msgpack"),
    row(.msgpack, "application/x-msgpack", "msgpack"),
    row(.java, "application/x-java-serialized-object", "java"),
    row(.protostuff, "application/x-protostuff", "protostuff"),
  ]

  static func contentType(of codec: BoltSerializer) -> StaticString {
    for rule in all where rule.codec == codec { return rule.contentType }
    return "application/octet-stream"
  }

  static func serializeType(of codec: BoltSerializer) -> StaticString? {
    for rule in all where rule.codec == codec { return rule.serializeType }
    return nil
  }

  package static func codec(ofSerializeType value: Range<Int>, in bytes: RawSpan) -> BoltSerializer? {
    for rule in all where bytes.isEqual(value, to: rule.serializeType) { return rule.codec }
    return nil
  }

  /// Media types compare without regard to case, up to their parameters (RFC 9110 §8.3.1).
  package static func codec(ofContentType value: Range<Int>, in bytes: RawSpan) -> BoltSerializer? {
    var end = value.lowerBound
    while end < value.upperBound, !" ;\t".utf8.contains(bytes.byte(end)) { end += 1 }
    let type = value.lowerBound..<end
    for rule in all where bytes.isEqualIgnoringCase(type, to: rule.contentType) { return rule.codec }
    return nil
  }

  private static func row(
    _ codec: BoltSerializer, _ contentType: StaticString, _ serializeType: StaticString
  ) -> SerializerRule {
    SerializerRule(codec: codec, contentType: contentType, serializeType: serializeType)
  }
}

extension RawSpan {
  fileprivate func isEqualIgnoringCase(_ range: Range<Int>, to text: StaticString) -> Bool {
    text.withUTF8Buffer { text in
      guard range.count == text.count else { return false }
      var index = range.lowerBound
      for octet in text {
        let mine = byte(index)
        let isUpper = 0...25 ~= mine &- UInt8(ascii: "A")
        if (isUpper ? mine | 0x20 : mine) != octet { return false }
        index += 1
      }
      return true
    }
  }
}
