import BoltCodec
import H2Codec
import MosnBytes
import Translate

/// How a content is written, as far as its message says.
enum ContentForm: String, Sendable {
  case hessian, protobuf, json, text

  /// Nil for serializers that are not read.
  init?(_ serializer: BoltSerializer) {
    switch serializer {
    case .hessian, .hessian2: self = .hessian
    case .protobuf: self = .protobuf
    case .json: self = .json
    default: return nil
    }
  }
}

extension BoltFrame {
  /// The content. SOFARPC writes a bare message in place of an error's protocol buffers.
  func sentContent(in bytes: [UInt8]) -> SentContent {
    var sent = SentContent(bytes: bytes[content], length: contentLength, form: ContentForm(codec))
    guard sent.form == .protobuf else { return sent }
    let map = BoltHeaderMap(bytes, in: headerMap)
    let error = map.value(forKey: "sofa_head_response_error")
    if let error, bytes[error].elementsEqual("true".utf8) { (sent.form, sent.isErrorOfSOFA) = (.text, true) }
    // A response's map has neither.
    if let service = map.value(forKey: "sofa_head_target_service"),
      let method = map.value(forKey: "sofa_head_method_name")
    {
      let name = bytes[service].prefix { $0 != UInt8(ascii: ":") }
      sent.path = ([UInt8(ascii: "/")] + name + [UInt8(ascii: "/")] + bytes[method])[...]
    }
    return sent
  }
}

extension ContentForm {
  /// MOSN tells the number of the serializer, SOFARPC its name, and others a media type (docs/translation.md). SOFARPC's
  /// errors are bare text: over HTTP/2 all of them, otherwise in place of protocol buffers.
  init?(_ list: H2HeaderList) {
    if let serializer = list.serializerOfBolt {
      let form = ContentForm(serializer)
      guard let form else { return nil }
      self = form == .protobuf && list.saysErrorOfSOFA ? .text : form
    } else if let name = list.value(of: "sofa_head_serialize_type") {
      let serializer = SerializerRule.codec(ofSerializeType: name, in: list.bytes.span.bytes)
      guard let form = serializer.flatMap({ ContentForm($0) }) else { return nil }
      self = list.saysErrorOfSOFA ? .text : form
    } else {
      self.init(mediaTypeOf: list)
    }
  }

  private init?(mediaTypeOf list: H2HeaderList) {
    guard let value = list.value(of: "content-type") else { return nil }
    if let serializer = SerializerRule.codec(ofContentType: value, in: list.bytes.span.bytes) {
      self.init(serializer)
      return
    }
    let type = list.bytes[value].prefix { !" ;\t".utf8.contains($0) }.map { $0 | 0x20 }
    if type.suffix(5).elementsEqual("+json".utf8) {
      self = .json
    } else if type.starts(with: "text/".utf8) || type.elementsEqual("application/x-www-form-urlencoded".utf8)
    {
      self = .text
    } else {
      return nil
    }
  }
}

extension H2HeaderList {
  /// Of a bolt frame that crossed into HTTP/2.
  fileprivate var serializerOfBolt: BoltSerializer? {
    guard value(of: "protocol") != nil, value(of: "cmdtype") != nil || value(of: "cmdcode") != nil,
      let codec = value(of: "codec"), let number = UInt8(string(codec))
    else { return nil }
    return BoltSerializer(rawValue: number)
  }

  var saysErrorOfSOFA: Bool { value(of: "sofa_head_response_error").map { equals($0, "true") } ?? false }
}
