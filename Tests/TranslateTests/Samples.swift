import BoltCodec
import H2Codec
import Support
import Testing
import Translate

/// A frame in its bytes.
struct Encoded {
  let bytes: [UInt8]
  let frame: BoltFrame

  init(_ message: BoltMessage) throws {
    var output: [UInt8] = []
    try BoltEncoder.encode(message, into: &output)
    bytes = output
    frame = try #require(try BoltFrame.parse(output.span.bytes, at: 0))
  }
}

extension BoltMessage {
  func inHTTP2(
    requestID: UInt32 = 7, authority: String = "127.0.0.1:2046", to dialect: H2Dialect = .mosnd,
    _ options: TranslationOptions = TranslationOptions()
  ) throws -> (list: H2HeaderList, losses: [TranslationLoss.Kind]) {
    let encoded = try Encoded(self)
    var translator = BoltToHTTP2(options: options)
    var list = H2HeaderList()
    if head.type == .response {
      try translator.response(
        encoded.frame, in: encoded.bytes.span.bytes, requestID: requestID, to: dialect, into: &list)
    } else {
      try translator.request(
        encoded.frame, in: encoded.bytes.span.bytes, requestID: requestID, authority: Array(authority.utf8),
        into: &list)
    }
    return (list, translator.losses.map(\.kind))
  }
}

/// What a list made of bolt.
struct Arrival {
  let message: BoltMessage
  let dialect: H2Dialect
  let requestID: UInt32
  let losses: [TranslationLoss.Kind]

  /// A call.
  init(
    _ list: H2HeaderList, content: [UInt8] = [], id: UInt32 = 1,
    _ options: TranslationOptions = TranslationOptions()
  ) throws {
    var translator = HTTP2ToBolt(options: options)
    var parts: [UInt8] = [0xaa]
    let request = try translator.request(list, contentLength: content.count, id: id, into: &parts)
    message = BoltMessage(
      request.head, className: Array(parts[request.className]),
      headers: entries(parts, request.headerMap), content: content)
    #expect(parts.count == request.headerMap.upperBound)
    (dialect, requestID, losses) = (request.dialect, request.requestID, translator.losses.map(\.kind))
  }

  /// An answer.
  init(
    _ list: H2HeaderList, content: [UInt8] = [], to request: BoltHead,
    _ options: TranslationOptions = TranslationOptions()
  ) throws {
    var translator = HTTP2ToBolt(options: options)
    var parts: [UInt8] = [0xaa]
    let response = try translator.response(list, contentLength: content.count, to: request, into: &parts)
    message = BoltMessage(
      response.head, className: Array(parts[response.className]),
      headers: entries(parts, response.headerMap), content: content)
    (dialect, requestID, losses) = (response.dialect, request.id, translator.losses.map(\.kind))
  }

  var headers: [String] { message.headers.map(\.text) }
  var className: String { String(decoding: message.className, as: UTF8.self) }
}

private func entries(_ parts: [UInt8], _ range: Range<Int>) -> [BoltMessage.Header] {
  BoltHeaderMap(parts, in: range).map {
    BoltMessage.Header(key: $0.key.map { Array(parts[$0]) }, value: $0.value.map { Array(parts[$0]) })
  }
}

extension BoltMessage.Header {
  var text: String {
    func text(_ bytes: [UInt8]?) -> String { bytes.map { String(decoding: $0, as: UTF8.self) } ?? "(null)" }
    return "\(text(key)) \(text(value))"
  }
}

extension H2HeaderList {
  /// From lines of a name, a space and a value.
  init(_ lines: [String]) {
    self.init()
    for line in lines {
      let name = line.prefix { $0 != " " }
      append(name: Array(name.utf8), value: Array(line.dropFirst(name.count + 1).utf8))
    }
  }

  var lines: [String] { fields.map { "\(string($0.name)) \(string($0.value))" } }

  func text(_ name: StaticString) -> String? { value(of: name).map(string) }

  func without(_ names: String...) -> H2HeaderList {
    H2HeaderList(lines.filter { line in !names.contains { line.hasPrefix($0 + " ") } })
  }

  func adding(_ lines: String...) -> H2HeaderList { H2HeaderList(self.lines + lines) }
}

/// The heads of `sofarpc-sample.pcap`, and the rich request of reference experiments.
enum Captured {
  static let requestList = [
    ":authority 127.0.0.1:2046", ":method GET", ":path /", ":scheme http", "service testSofa",
    "x-mosn-endstream yes", "requestid 1", "version 1", "timeout 4294967295", "contentlen 0", "classname ",
    "x-mosn-try-timeout 4294967295", "cmdtype 1", "codec 1", "headerlen 23", "x-mosn-streamid 1",
    "protocol 1",
    "cmdcode 1", "classlen 0", "accept-encoding gzip", "user-agent Go-http-client/2.0",
  ]
  static let requestMap = [
    "accept-encoding gzip", "querystring ", "user-agent Go-http-client/2.0", "path /", "service testSofa",
    "host 127.0.0.1:2046",
  ]
  static let responseList = [
    ":status 200", "accept-encoding gzip", "classlen 0", "classname ", "cmdcode 2", "cmdtype 0", "codec 1",
    "contentlen 0", "headerlen 144", "host 127.0.0.1:2046", "path /", "protocol 1", "querystring ",
    "requestid 1",
    "respstatus 0", "resptimemills 1795335038978", "service testSofa", "user-agent Go-http-client/2.0",
    "version 1",
    "x-mosn-endstream yes", "x-mosn-streamid 1", "content-length 0", "date Sun, 22 Nov 2026 14:59:47 GMT",
  ]
  static let responseMap = [
    "accept-encoding gzip", "host 127.0.0.1:2046", "path /", "user-agent Go-http-client/2.0", "querystring ",
    "service testSofa", "content-length 0", "date Sun, 22 Nov 2026 14:59:47 GMT",
  ]
  static let richRequest = BoltMessage(
    rich, className: "com.alipay.X",
    headers: [
      .init("service", "svc"), .init("UPPER-Key", "Val"), .init("rpc_trace_context.sofaRpcId", "0.1"),
      .init("comma", "a,b, c"), .init("empty", ""), .init("path", "/p/q"), .init("querystring", "x=1"),
      .init("method", "PUT"), .init("host", "origh"), .init("Host", "OrigH2"), .init("version", "99"),
      .init("codec", "7"), .init("timeout", "5"),
    ], content: Array("hello".utf8))
  static let richList = [
    ":authority 127.0.0.1:3046", ":method POST", ":path /p/q", ":scheme http", "requestid 1",
    "x-mosn-streamid 1",
    "x-mosn-try-timeout 3000", "empty ", "contentlen 5", "timeout 3000", "codec 11", "classname com.alipay.X",
    "service svc", "rpc_trace_context.sofarpcid 0.1", "version 1", "cmdcode 1", "upper-key Val", "protocol 1",
    "cmdtype 1", "classlen 12", "comma a", "comma b", "comma  c", "headerlen 245", "accept-encoding gzip",
    "user-agent Go-http-client/2.0",
  ]
  private static let rich: BoltHead = .request(id: 0x8000_0001, timeout: 3000, codec: .protobuf)

  /// The 0.2.1 peer's own way, without our field.
  static var compatible: TranslationOptions {
    var options = TranslationOptions()
    options.isCompatible = true
    options.sendsMapField = false
    return options
  }
}
