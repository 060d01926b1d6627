import BoltCodec
import MosnInspectKit
import Testing

/// What is told of bolt frames, and what is found wrong with them.
@Suite struct BoltConversationTests {
  private func story(_ client: [UInt8], _ server: [UInt8] = []) -> Story {
    var talk = Talk()
    talk.open()
    talk.say(.client, client)
    talk.say(.server, server)
    talk.close()
    return Story(talk)
  }

  @Test func everyKindIsNamed() {
    let client =
      Bolt.call(1) + Bolt.frame(.oneway(id: 2), "com.example.Notice", [], 3) + Bolt.frame(.heartbeat(id: 3))
    let server =
      Bolt.answer(1, status: .serverException) + Bolt.frame(.heartbeatAck(to: .heartbeat(id: 3)))
      + Bolt.frame(.goaway(id: 4))
    let story = story(client, server)
    #expect(story.kinds == ["request", "oneway", "heartbeat", "response", "heartbeat_ack", "goaway"])
    #expect(story.ids == [1, 2, 3, 1, 3, 4])
    #expect(story[0].number("timeout") == 3_000)
    #expect(story[3].text("status_name") == "SERVER_EXCEPTION")
    #expect(story.rules.isEmpty)
  }

  @Test func fieldsAreThoseOfTheFrame() throws {
    let message = try #require(story(Bolt.call(7, content: 4, summed: true)).messages.first)
    #expect(message.number("version") == 2)
    #expect(message.number("ver1") == 2)
    #expect(message.number("switch") == 1)
    #expect(message.text("crc") == "ok")
    #expect(message.text("class") == "com.alipay.sofa.rpc.core.request.SofaRequest")
    #expect(message.number("class_length") == 44)
    #expect(
      message.headers() == [
        "sofa_head_target_service: com.example.EchoService:1.0", "sofa_head_method_name: echo",
      ])
    #expect(message.number("content_length") == 4)
    #expect(message.text("content") == "QEFCQw==")
  }

  @Test func theServerMayCall() {
    let story = story(Bolt.call(1) + Bolt.answer(1), Bolt.call(1) + Bolt.answer(1))
    #expect(story.kinds == ["request", "response", "request", "response"])
    #expect(story.messages.map { $0.text("src") == "10.0.0.2:12200" } == [false, false, true, true])
  }

  @Test func aFlippedBitIsFound() {
    var frame = Bolt.call(1, summed: true)
    frame[frame.count - 20] ^= 4
    let story = story(Bolt.call(0, summed: true) + frame + Bolt.call(2, summed: true))
    #expect(story.ids == [0, 1, 2])
    #expect(story.messages.map(\.rules) == [[], ["crc-mismatch"], []])
    #expect(story[1].text("crc") == "bad")
    #expect(story.text.contains("crc BAD"))
  }

  /// MOSN forwards v2 frames and leaves the CRC-32 out.
  @Test func aMissingSumIsFound() {
    let frames = (0..<3 as Range<UInt32>).map { Array(Bolt.call($0, summed: true).dropLast(4)) }
    let story = story(Array(frames.joined()))
    #expect(story.ids == [0, 1, 2])
    #expect(story[0].rules == ["crc-missing"])
    #expect(story[1].rules == ["crc-missing"])
    #expect(story[0].text("crc") == nil)
  }

  @Test func theEndCutsShort() {
    let story = story(Bolt.call(1) + Bolt.call(2).dropLast(10))
    #expect(story.ids == [1, 2])
    #expect(story[1].rules == ["cut-short"])
    #expect(story[1].number("content_length") == 100)
  }

  @Test func aBadHeaderMapIsFound() {
    var frame = Bolt.call(1)
    // The length of the first key.
    let key = 22 + 44
    frame.replaceSubrange(key..<key + 4, with: [0, 0, 0x7f, 0])
    let story = story(Bolt.call(0) + frame + Bolt.call(2))
    #expect(story.ids == [0, 1, 2])
    #expect(story[1].rules.count == 1)
    #expect(story[2].rules.isEmpty)
  }

  @Test func whatIsPassedOverIsTold() {
    let story = story(Bolt.call(1) + Array("this is no frame".utf8) + Bolt.call(2) + Bolt.call(3))
    #expect(story.ids == [1, 2, 3])
    #expect(story[1].rules.contains("passed-over"))
    #expect(story.summary.undecodedBytes == 16)
  }

  @Test func aGapWithinAContentCostsOneFrame() {
    var talk = Talk()
    talk.open()
    let frame = Bolt.call(2, content: 1_000)
    talk.say(.client, Bolt.call(1))
    talk.say(.client, Array(frame[..<400]))
    talk.lose(.client, 300)
    talk.say(.client, Array(frame[700...]) + Bolt.call(3))
    talk.close()
    let story = Story(talk)
    #expect(story.ids == [1, 2, 3])
    #expect(story[1].rules == ["cut-short"])
    #expect(story.summary.gapBytes == 300)
  }

  @Test func endlessNonsenseIsToldBriefly() {
    var talk = Talk()
    talk.open()
    talk.say(.client, Bolt.call(1))
    for _ in 0..<300 {
      talk.say(.client, Array("nonsense".utf8) + [1, 1, 0, 1, 9, 9] + [UInt8](repeating: 255, count: 40))
    }
    talk.say(.client, Bolt.call(2) + Bolt.call(3))
    let story = Story(talk)
    #expect(story.ids.first == 1)
    #expect(story.ids.suffix(2) == [2, 3])
    #expect(story.messages.allSatisfy { $0.rules.count <= 80 })
  }
}
