import H2Codec

/// The content of a message as it was sent: of a bolt frame, an HTTP/2 body, or a gRPC message in one.
struct SentContent {
  /// Its beginning, where that is all there is.
  var bytes: ArraySlice<UInt8>
  /// As declared, or as it came; nil where more follows, and nobody knows how much.
  var length: Int?
  /// Nil where nobody says how it is written, or it is in a way that is not read.
  var form: ContentForm?
  /// Nil where it is as it was written.
  var coding: ContentCoding?

  /// Whether SOFARPC says that it is the bare message of an error.
  var isErrorOfSOFA = false

  /// The method that was called, as `/service/method`; nil where that is not known.
  var path: ArraySlice<UInt8>?
  /// Whether it is what the method gives, and not what it takes.
  var isAnswer = false

  /// The first bytes of it.
  func prefix(_ count: Int) -> SentContent {
    var content = self
    content.bytes = bytes.prefix(count)
    return content
  }

  /// Whether bytes are missing at its end.
  var isCut: Bool { length.map { bytes.count < $0 } ?? true }
}

extension HTTP2Message {
  /// The body as far as it was kept; nil where it was not. A coding that is not read leaves bytes.
  var sentContent: SentContent? {
    guard let body, !body.bytes.isEmpty else { return nil }
    let encoding = headers.value(of: "content-encoding").map { headers.bytes[$0] }
    let coding = encoding.flatMap { ContentCoding(name: $0) }
    let isReadable = encoding.map { $0.elementsEqual("identity".utf8) } ?? true || coding != nil
    let form = isReadable ? ContentForm(headers) : nil
    return SentContent(
      bytes: body.bytes[...], length: bodyLength, form: form, coding: coding,
      isErrorOfSOFA: form == .text && headers.saysErrorOfSOFA, path: calledPath, isAnswer: kind == .response)
  }

  /// A message of gRPC in the kept part of the body.
  func sentContent(_ part: GRPCBody.Part, of body: ArraySlice<UInt8>) -> SentContent {
    let coding = headers.value(of: "grpc-encoding").flatMap { ContentCoding(name: headers.bytes[$0]) }
    let isReadable = !part.isTrailers && (!part.isCompressed || coding != nil)
    return SentContent(
      bytes: body[part.range], length: Int(part.length),
      form: isReadable ? ContentForm(ofGRPC: headers) : nil,
      coding: part.isCompressed ? coding : nil, path: calledPath, isAnswer: kind == .response)
  }

  private var calledPath: ArraySlice<UInt8>? { head?.path.map { headers.bytes[$0] } ?? requestPath?[...] }
}

extension ContentForm {
  /// `application/grpc+json` names another form; without a name, or an answer's type, it is protocol buffers.
  fileprivate init?(ofGRPC list: H2HeaderList) {
    let type = list.value(of: "content-type").map { list.bytes[$0].prefix { $0 != UInt8(ascii: ";") } } ?? []
    guard let plus = type.firstIndex(of: UInt8(ascii: "+")) else {
      self = .protobuf
      return
    }
    switch String(decoding: type[(plus + 1)...].filter { $0 != 0x20 }, as: UTF8.self) {
    case "proto": self = .protobuf
    case "json": self = .json
    default: return nil
    }
  }
}
