import H2Codec
import MosnPackets
import Testing

@testable import MosnInspectKit

/// What the recorder cut off is said to be cut off, and by which length; what stands before it is shown.
@Suite struct SnapLengthTests {
  private static let limit = 100

  /// The packets of a capture with a snap length.
  private static func cut(_ talk: Talk, to limit: Int = limit) -> Story {
    Story(
      talk.sent.map { packet in
        var packet = packet
        packet.bytes = Array(packet.bytes.prefix(limit))
        return packet
      })
  }

  private static func texts(_ story: Story) -> [String] {
    story.messages.flatMap(\.findings).compactMap { $0["text"] as? String }
  }

  @Test func framesOfBolt() {
    var talk = Talk()
    talk.open()
    for id in 1...2 as ClosedRange<UInt32> { talk.say(.client, Bolt.call(id)) }
    let story = Self.cut(talk)
    #expect(story.ids == [1, 2])
    let text =
      "60 of \(Bolt.call(1).count) bytes of this frame were captured, the rest was cut by snap length 100"
    #expect(Self.texts(story) == [text, text])
    #expect(story.summary.undecodedBytes == 0)
  }

  @Test func theFirstFieldsOfAHeaderBlockAreShown() {
    var talk = H2Talk.begun()
    talk.request(1, path: "/orders", more: [("x-long", String(repeating: "~", count: 200))])
    talk.response(1)
    let story = Self.cut(talk.talk)
    #expect(story.kinds == ["request", "response"])
    #expect(story[0].text("path") == "/orders")
    #expect(
      story[0].headers() == [":method: POST", ":scheme: http", ":path: /orders", ":authority: example"])
    #expect(Self.texts(story) == ["parts of the header block were cut by snap length 100"])
  }

  @Test func theRestOfDATA() {
    var talk = H2Talk.begun()
    talk.request(1)
    talk.response(1, end: false)
    talk.data(.server, 1, [UInt8](repeating: 1, count: 500), end: true)
    let story = Self.cut(talk.talk)
    #expect(story[1].number("body_length") == 500)
    #expect(Self.texts(story) == ["449 bytes of its DATA were cut by snap length 100"])
  }

  /// A frame of which nothing is there: the message is not said to be unfinished because the capture ends.
  @Test func framesThatAreCutOff() {
    var talk = H2Talk.begun()
    talk.request(1, end: false)
    let block = talk.block(
      .client, [(":method", "GET"), (":scheme", "http"), (":path", "/"), (":authority", "a")])
    talk.write(.client) {
      H2FrameEncoder.data([UInt8](repeating: 1, count: 70).span.bytes, stream: 1, endStream: false, into: &$0)
      H2FrameEncoder.data([1, 2].span.bytes, stream: 1, endStream: true, into: &$0)
      H2FrameEncoder.headers(block, stream: 3, endStream: true, maxFrameSize: 16_384, into: &$0)
    }
    let story = Self.cut(talk.talk)
    #expect(!Self.texts(story).contains { $0.contains("capture ends") })
    #expect(Self.texts(story).contains { $0.contains("cut by snap length 100") })
  }
}
