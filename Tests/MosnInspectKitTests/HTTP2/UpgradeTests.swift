import H2Codec
import MosnPackets
import Testing

@testable import MosnInspectKit

/// The request of an HTTP/1.1 upgrade, which is stream 1 (RFC 7540 §3.2).
@Suite struct UpgradeTests {
  private static func request(_ path: String, _ more: String = "", settings: String = "AAMAAABk") -> [UInt8] {
    Array(
      ("POST \(path) HTTP/1.1\r\nHost: example\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
        + "HTTP2-Settings: \(settings)\r\n\(more)\r\n").utf8)
  }

  private static func begun(_ segments: [[UInt8]]) -> H2Talk {
    var talk = H2Talk()
    talk.talk.open()
    for segment in segments { talk.talk.say(.client, segment) }
    return talk
  }

  private static func accept(_ talk: inout H2Talk) {
    talk.talk.say(.server, H2Upgrade.response)
    talk.settings(.server, [])
    talk.talk.say(.client, H2FrameDecoder.preface)
    talk.settings(.client, [])
    talk.acknowledge(.client)
    talk.acknowledge(.server)
  }

  @Test func aBodyWithItsLength() {
    var talk = Self.begun([
      Self.request("/up", "Content-Length: 11\r\n"), Array("hello ".utf8), Array("world".utf8),
    ])
    Self.accept(&talk)
    talk.response(1)
    talk.request(3)
    let story = talk.story()
    #expect(story.streams == [1, 1, 3])
    #expect(story[0].number("body_length") == 11)
    #expect((story[0].number("packet"), story[0].number("end_packet")) == (4, 6))
    #expect(story.rules.isEmpty)
    #expect(story.summary.undecodedBytes == 0)
  }

  @Test(arguments: ["", "Checksum: 1\r\n"])
  func aBodyInChunks(_ trailer: String) {
    let body = "6\r\nhello \r\n5;name=value\r\nworld\r\n0\r\n\(trailer)\r\n"
    var talk = Self.begun([Self.request("/up", "Transfer-Encoding: chunked\r\n") + Array(body.utf8)])
    Self.accept(&talk)
    talk.response(1)
    let story = talk.story()
    #expect(story[0].number("body_length") == 11)
    #expect(story[0].headers().allSatisfy { !$0.hasPrefix("transfer-encoding") })
    #expect(story.rules.isEmpty)
  }

  /// A body may read like a request.
  @Test func aBodyIsNoRequest() {
    let inner = Self.request("/inner")
    var talk = Self.begun([Self.request("/up", "Content-Length: \(inner.count)\r\n") + inner])
    Self.accept(&talk)
    talk.response(1)
    #expect(talk.story()[0].text("path") == "/up")
    #expect(talk.story()[0].number("body_length") == inner.count)
  }

  @Test func theUpgradeThatWasAcceptedIsStreamOne() {
    var talk = Self.begun([Self.request("/declined")])
    talk.talk.say(.server, Array("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello".utf8))
    talk.talk.say(.client, Self.request("/up"))
    Self.accept(&talk)
    talk.response(1)
    talk.request(3)
    let story = talk.story()
    #expect(story.streams == [1, 1, 3])
    #expect(story[0].text("path") == "/up")
    #expect(story[0].number("packet") == 6)
    #expect(story.rules.isEmpty)
  }

  /// HTTP2-Settings are the client's, acknowledged by the switch: here its streams begin with a window of 100 bytes.
  @Test func theSettingsOfTheRequestBind() {
    var talk = Self.begun([Self.request("/up", settings: "AAQAAABk")])
    talk.talk.say(.server, H2Upgrade.response)
    talk.settings(.server, [])
    talk.response(1, end: false)
    talk.data(.server, 1, [UInt8](repeating: 0, count: 101), end: true)
    talk.talk.say(.client, H2FrameDecoder.preface)
    talk.settings(.client, [H2Setting(.initialWindowSize, 100)])
    #expect(talk.story()[1].rules == ["stream-window"])
  }
}
