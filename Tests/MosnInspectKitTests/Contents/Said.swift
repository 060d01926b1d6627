import BoltCodec
import Foundation
import MosnCapture

@testable import MosnInspectKit

/// One message with a content, and what the outputs say of it.
struct Said {
  private let message: Message

  /// A frame of bolt.
  init(
    _ content: [UInt8], codec: BoltSerializer = .hessian2, headers: [BoltMessage.Header] = []
  ) throws {
    var bytes: [UInt8] = []
    try BoltEncoder.encode(
      BoltMessage(.response(id: 1, codec: codec), className: "a", headers: headers, content: content),
      into: &bytes)
    var talk = Talk()
    talk.open()
    talk.say(.client, Bolt.call(1))
    talk.say(.server, bytes)
    self.init(talk, last: true)
  }

  /// An answer of HTTP/2.
  init(_ body: [UInt8], _ fields: [(String, String)], path: String = "/") {
    var talk = H2Talk.begun()
    talk.request(1, path: path)
    talk.response(1, more: fields, end: false)
    talk.data(.server, 1, body, end: true)
    self.init(talk.talk, last: true)
  }

  private init(_ talk: Talk, last: Bool) {
    var inspector = Inspector(bodyLimit: 1 << 20)
    var messages: [Message] = []
    for (index, packet) in talk.sent.enumerated() {
      inspector.receive(
        packet.bytes.span.bytes, number: index + 1, time: packet.time, linkType: .raw,
        originalLength: packet.originalLength
      ) { messages.append($0.owned()) }
    }
    inspector.finish { messages.append($0.owned()) }
    message = messages[messages.count - 1]
  }

  static func reader(_ maxContent: Int) -> ContentReader {
    ContentReader(maxContent: maxContent) { packed, coding, limit in
      let (bytes, end) = Inflation.unpack(packed, as: coding == .gzip ? .gzip : .deflate, limit: limit)
      let known: UnpackedContent.End =
        switch end {
        case .whole: .whole
        case .limit: .limit
        case .early: .early
        case .broken(let reason): .broken(reason)
        }
      return UnpackedContent(bytes: bytes, end: known)
    }
  }

  func json(_ maxContent: Int = 65_536) -> [String: Any] {
    var renderer = JSONRenderer(contents: Self.reader(maxContent))
    renderer.render(message)
    return Story.objects(renderer.output.bytes).first ?? [:]
  }

  func tree(_ maxContent: Int = 65_536) -> String {
    var renderer = TreeRenderer(isColoured: false, timeFormat: .relative, contents: Self.reader(maxContent))
    renderer.render(message)
    return String(decoding: renderer.output.bytes, as: UTF8.self)
  }

  func fields(_ names: String...) -> String {
    var renderer = FieldsRenderer(fields: names, layout: .init(), contents: Self.reader(65_536))
    renderer.render(message)
    return String(decoding: renderer.output.bytes, as: UTF8.self)
  }

  func line(_ width: Int = 80) -> String? {
    var (reader, output) = (Self.reader(65_536), Output())
    let isKnown = reader.appendLine(of: message, to: &output, width: width)
    return isKnown ? String(decoding: output.bytes, as: UTF8.self) : nil
  }

  var failure: ContentFailure? {
    var reader = Self.reader(65_536)
    return reader.failure(of: message)
  }
}
