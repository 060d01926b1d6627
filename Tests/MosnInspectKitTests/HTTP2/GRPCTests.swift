import H2Codec
import MosnPackets
import Testing

@testable import MosnInspectKit

/// gRPC in its forms, and answers that are none of it.
@Suite struct GRPCTests {
  private static func call(_ type: String, _ body: [UInt8] = [0, 0, 0, 0, 1, 120]) -> H2Talk {
    var talk = H2Talk.agreed()
    talk.request(1, path: "/a.B/C", more: [("content-type", type)], end: false)
    talk.data(.client, 1, body, end: true)
    return talk
  }

  private static let trailers = Array("grpc-status: 5\r\ngrpc-message:gone\r\n".utf8)
  private static var webBody: [UInt8] {
    [0, 0, 0, 0, 1, 121, 0x80, 0, 0, 0, UInt8(trailers.count)] + trailers
  }

  @Test(arguments: [
    "application/grpc-web", "application/grpc-web+proto", "application/grpc-web; charset=utf-8",
  ])
  func theTrailersOfGRPCWebAreRead(_ type: String) {
    var talk = Self.call(type)
    talk.response(1, more: [("content-type", type)], end: false)
    for byte in Self.webBody { talk.data(.server, 1, [byte]) }
    talk.data(.server, 1, [], end: true)
    let story = talk.story()
    #expect(story.rules.isEmpty)
    #expect(story[1].number("grpc_status") == 5)
    #expect(story[1].number("grpc_messages") == 1)
    #expect(story[1]["grpc_lengths"] as? [Int] == [1])
  }

  /// Base64 is padded wherever its writer flushed.
  @Test func gRPCWebTextIsReadToo() {
    let type = "application/grpc-web-text+proto"
    var talk = Self.call(type, Array("AAAAAAF4".utf8))
    talk.response(1, more: [("content-type", type)], end: false)
    talk.data(.server, 1, Array("AAAAAAF5".utf8))
    talk.data(.server, 1, Array("gA==AAAA".utf8))
    talk.data(.server, 1, Array("D2dycGMtc3RhdHVzOjUNCg==".utf8), end: true)
    let story = talk.story()
    #expect(story.rules.isEmpty)
    #expect(story[0].number("grpc_messages") == 1)
    #expect(story[1].number("grpc_messages") == 1)
    #expect(story[1].number("grpc_status") == 5)
  }

  /// Trailers without an end are kept as far as they are of use, and charged to their connection.
  @Test func trailersOfGRPCWebAreBounded() {
    var framing = GRPCFraming(.web)
    framing.append(([0x80, 0xff, 0, 0, 0] + [UInt8](repeating: 65, count: 100_000)).span.bytes)
    #expect(framing.heldBytes == GRPCFraming.keptTrailers)
    #expect(framing.count == 0)
    #expect(!framing.isWhole)
  }

  @Test func aProxysOwnAnswerIsNoneOfGRPC() {
    var talk = Self.call("application/grpc")
    talk.response(1, status: "503", more: [("content-type", "text/plain")], end: false)
    talk.data(.server, 1, Array("upstream connect error".utf8), end: true)
    let story = talk.story()
    #expect(story[1].rules == ["not-grpc"])
    #expect((story[1].findings.first?["text"] as? String)?.hasSuffix("503, text/plain") == true)
    #expect(story[1]["grpc_messages"] == nil)
    #expect(story[1].number("body_length") == 22)
  }

  @Test func trailersInTheBodyArePlainGRPCsFault() {
    var talk = Self.call("application/grpc")
    talk.response(1, more: [("content-type", "application/grpc")], end: false)
    talk.data(.server, 1, Self.webBody, end: true)
    #expect(talk.story()[1].rules == ["grpc-framing"])
  }

  @Test func aMessageThatIsCutSaysHowMuchIsMissing() {
    let talk = Self.call("application/grpc", [0, 0, 0, 0, 100, 1, 2, 3, 4, 5])
    #expect(
      talk.story()[0].findings.first?["text"] as? String
        == "the body ends inside a gRPC message, 95 bytes before its end")
  }
}
