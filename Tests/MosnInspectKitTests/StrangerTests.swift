import H2Codec
import Support
import Testing

@testable import MosnInspectKit

/// Connections of other protocols, read whole: nothing is invented.
@Suite struct StrangerTests {
  @Test(arguments: OtherProtocol.allCases, [true, false])
  func noMessageIsInvented(_ stranger: OtherProtocol, fromTheStart: Bool) {
    for seed in 0..<4 as Range<UInt64> {
      var talk = Talk(serverPort: 7_000)
      if fromTheStart { talk.open() }
      let skipped = fromTheStart ? 0 : 9
      for (call, answer) in zip(
        stranger.messages(seed: seed).dropFirst(skipped),
        stranger.messages(seed: seed + 100).dropFirst(skipped))
      {
        talk.say(.client, call)
        talk.say(.server, answer)
      }
      talk.close()
      let story = Story(talk)
      #expect(story.messages.isEmpty, "seed \(seed)")
      #expect(story.summary.decodedConnections == 0, "seed \(seed)")
    }
  }

  @Test func bothSidesOfALoneCallAreRead() {
    var h2 = H2Talk()
    // Earlier calls filled the tables before the capture began.
    _ = h2.block(
      .client, [(":method", "POST"), (":scheme", "http"), (":path", "/echo"), (":authority", "example")])
    _ = h2.block(.server, [(":status", "200"), ("content-type", "application/grpc")])
    h2.request(5, path: "/echo")
    h2.response(5, more: [("content-type", "application/grpc")])
    let story = h2.story()
    #expect(story.kinds == ["request", "response"])
    #expect(story.streams == [5, 5])
    #expect(story[0].number("packet") == 1)
  }

  @Test(arguments: ["PROXY TCP4 192.0.2.1 198.51.100.2 51234 12200\r\n", "PROXY UNKNOWN\r\n"])
  func callsBehindAProxyHeader(_ line: String) {
    var talk = Talk()
    talk.open()
    talk.say(.client, Array(line.utf8))
    for id in 1...3 as ClosedRange<UInt32> {
      talk.say(.client, Bolt.call(id))
      talk.say(.server, Bolt.answer(id))
    }
    talk.close()
    let story = Story(talk)
    #expect(story.ids == [1, 1, 2, 2, 3, 3])
    #expect(story.summary.undecodedBytes == 0)
  }
}
