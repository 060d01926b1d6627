import BoltCodec
import Foundation
import Testing

@testable import MosnInspectKit

/// Bodies, for the outputs that show them.
@Suite struct BodyTests {
  private func read(_ talk: Talk, bodyLimit: Int, _ renderer: some Renderer) -> [UInt8] {
    var renderer = renderer
    var inspector = Inspector(bodyLimit: bodyLimit)
    for (index, packet) in talk.sent.enumerated() {
      inspector.receive(
        packet.bytes.span.bytes, number: index + 1, time: packet.time, linkType: .raw,
        originalLength: packet.originalLength
      ) { renderer.render($0) }
    }
    inspector.finish { renderer.render($0) }
    return renderer.output.bytes
  }

  private func objects(_ talk: Talk, bodyLimit: Int = 1 << 16) -> [[String: Any]] {
    Story.objects(read(talk, bodyLimit: bodyLimit, JSONRenderer(maxContent: bodyLimit)))
  }

  private func tree(_ talk: Talk, bodyLimit: Int = 1 << 16) -> String {
    let renderer = TreeRenderer(isColoured: false, timeFormat: .relative, maxContent: bodyLimit)
    return String(decoding: read(talk, bodyLimit: bodyLimit, renderer), as: UTF8.self)
  }

  private func content(_ message: [String: Any]) -> [UInt8]? {
    message.text("content").flatMap { Data(base64Encoded: $0) }.map(Array.init)
  }

  private static func posted(_ pieces: [[UInt8]]) -> H2Talk {
    var talk = H2Talk.begun()
    talk.request(1, end: false)
    for (index, piece) in pieces.enumerated() {
      talk.data(.client, 1, piece, end: index == pieces.count - 1)
    }
    talk.response(1)
    return talk
  }

  @Test func aBodyIsItsDATA() {
    let talk = Self.posted([Array("hello ".utf8), [], Array("world".utf8)]).talk
    let messages = objects(talk)
    #expect(content(messages[0]) == Array("hello world".utf8))
    #expect(content(messages[1]) == [])
    #expect(tree(talk).contains("68 65 6c 6c 6f 20 77 6f  72 6c 64"))
    // Who does not ask for it has none.
    #expect(objects(talk, bodyLimit: 0)[0]["content"] == nil)
  }

  @Test func aBodyIsKeptUpToItsBound() {
    let talk = Self.posted([[UInt8](repeating: 1, count: 900), [UInt8](repeating: 2, count: 900)]).talk
    for limit in [1, 899, 900, 901, 1_799, 1_800, 5_000] {
      let message = objects(talk, bodyLimit: limit)[0]
      #expect(content(message)?.count == min(limit, 1_800))
      #expect(message.number("body_length") == 1_800)
      let rest = max(0, 1_800 - limit)
      #expect(tree(talk, bodyLimit: limit).contains("… \(rest) more bytes (--max-content)") == (rest > 0))
    }
  }

  /// What follows a hole does not stand where the hole was.
  @Test func aBodyEndsAtTheFirstByteThatIsMissing() {
    var talk = H2Talk.begun()
    talk.request(1, end: false)
    talk.data(.client, 1, [1, 2, 3], end: false)
    talk.data(.client, 1, [UInt8](repeating: 7, count: 3_000), end: false)
    talk.data(.client, 1, [8], end: true)
    // The second packet of the second frame.
    let lost = talk.talk.sent.count - 3
    talk.talk.sent.remove(at: lost)
    talk.response(1)
    let message = objects(talk.talk).first { $0.text("kind") == "request" } ?? [:]
    let kept = content(message) ?? []
    // Of a frame with a hole nobody tells where in it that is.
    #expect(kept == [1, 2, 3])
    #expect(message.number("body_length") == 3_004)
    #expect(tree(talk.talk).contains("behind bytes that were not captured"))
  }

  private static func grpc(_ trailers: [(String, String)], _ body: [UInt8]) -> Talk {
    var talk = H2Talk.begun()
    talk.request(1, path: "/a.B/C", more: [("content-type", "application/grpc")])
    talk.response(1, more: [("content-type", "application/grpc")], end: false)
    if !body.isEmpty { talk.data(.server, 1, body) }
    talk.headers(.server, 1, trailers, end: true)
    return talk.talk
  }

  @Test func messagesOfGRPCAreShownOneByOne() {
    let body: [UInt8] = [0, 0, 0, 0, 3, 10, 1, 120] + [1, 0, 0, 0, 2, 0x1f, 0x8b] + [0, 0, 0, 0, 0]
    let talk = Self.grpc([("grpc-status", "0")], body)
    let text = tree(talk)
    for line in [
      "body: 20 bytes, gRPC messages 3\n", "gRPC message 1: 3 bytes\n", "      1: string \"x\"\n",
      "gRPC message 2: 2 bytes, compressed\n", "0000000d  1f 8b", "gRPC message 3: 0 bytes\n",
      "gRPC status: 0 OK\n",
    ] { #expect(text.contains(line), "\(line)\n\(text)") }
    let message = objects(talk)[1]
    #expect(message["grpc_lengths"] as? [Int] == [3, 2, 0])
    #expect(message["grpc_compressed"] as? [Int] == [0, 1, 0])
    #expect(message.text("grpc_status_name") == "OK")
  }

  /// What breaks off the framing is shown all the same.
  @Test func whatIsNoMessageOfGRPCIsShown() {
    let text = tree(Self.grpc([("grpc-status", "13")], [0, 0, 0, 0, 1, 42, 0x41, 0x42, 0x43]))
    #expect(text.contains("gRPC message 1: 1 bytes\n"))
    #expect(text.contains("00000006  41 42 43"))
    #expect(text.contains("13 INTERNAL"))
    #expect(tree(Self.grpc([("grpc-status", "0")], Array("<html>".utf8))).contains("3c 68 74 6d 6c 3e"))
  }

  @Test(arguments: [
    ("not%20found", "not found"), ("100%", "100%"), ("%zz%2", "%zz%2"), ("%E4%B8%96", "世"), ("a%0Ab", "a\nb"),
  ])
  func theMessageOfAStatusIsDecoded(_ sent: String, _ read: String) {
    let talk = Self.grpc([("grpc-status", "5"), ("grpc-message", sent)], [])
    let message = objects(talk)[1]
    #expect(message.text("grpc_message") == read)
    #expect(message.text("grpc_status_name") == "NOT_FOUND")
    #expect(Story(talk).text.contains("grpc-status 5 NOT_FOUND \"\(read.replacing("\n", with: "\\x0a"))\""))
  }

  /// A status of its own has no name.
  @Test func anUnknownStatusIsANumber() {
    let message = objects(Self.grpc([("grpc-status", "99")], []))[1]
    #expect(message.number("grpc_status") == 99)
    #expect(message["grpc_status_name"] == nil)
  }

  @Test func aHeaderMapThatCannotBeReadShowsItsBytes() throws {
    var frame = Bolt.frame(.request(id: 1), "com.example.A", [.init("k", "v"), .init("key", "value")], 0)
    let map = try #require(frame.firstRange(of: [0, 0, 0, 1, UInt8(ascii: "k")]))
    // The length of the second key leads out of the map.
    frame.replaceSubrange(map.lowerBound + 10..<map.lowerBound + 14, with: [0, 0, 9, 9])
    var talk = Talk()
    talk.open()
    talk.say(.client, frame)
    let message = objects(talk)[0]
    #expect(message.headers() == ["k: v"])
    let bytes = message.text("header_bytes").flatMap { Data(base64Encoded: $0) }
    #expect(bytes.map(Array.init) == Array(frame[map.lowerBound...]))
    let text = tree(talk)
    #expect(text.contains("no entry of a header map") && text.contains("00 00 09 09"))
    #expect(Story(Talk.calls(1)).messages[0]["header_bytes"] == nil)
  }
}

extension Talk {
  fileprivate static func calls(_ count: UInt32) -> Talk {
    var talk = Talk()
    talk.open()
    for id in 1...count { talk.say(.client, Bolt.call(id)) }
    return talk
  }
}
