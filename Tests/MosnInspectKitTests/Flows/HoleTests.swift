import H2Codec
import MosnPackets
import Support
import Testing

@testable import MosnInspectKit

/// A lost packet costs its own bytes: what was captured beside it is told, by its own packets and times, and nobody is
/// accused of what waited.
@Suite struct HoleTests {
  /// Rules that speak of the capture and accuse nobody.
  static let aboutTheCapture: Set = ["capture-gap", "headers-lost", "head-lost", "incomplete", "passed-over"]

  /// Four calls, each in a packet of its own, from the fourth packet on.
  private static func bolt(_ calls: ClosedRange<UInt32> = 1...4) -> Talk {
    var talk = Talk()
    talk.open()
    for id in calls {
      talk.say(.client, Bolt.call(id))
      talk.say(.server, Bolt.answer(id))
    }
    talk.close()
    return talk
  }

  /// The packets of a capture without some of them; what is left keeps its time.
  private static func story(_ talk: Talk, without lost: Set<Int>) -> Story {
    Story(talk.sent.enumerated().filter { !lost.contains($0.offset) }.map(\.element))
  }

  @Test(arguments: 3..<11)
  func whatWaitedBehindALostPacketHasItsOwnPacketAndTime(_ lost: Int) {
    let talk = Self.bolt()
    let left = talk.sent.enumerated().filter { $0.offset != lost }
    let story = Story(left.map(\.element))
    let messages = story.messages.filter { $0.text("kind") != "finding" }
    #expect(messages.count == 7)
    for message in messages {
      let id = message.number("id") ?? 0
      let original = 3 + 2 * (id - 1) + (message.text("kind") == "request" ? 0 : 1)
      let packet = left.firstIndex { $0.offset == original }.map { $0 + 1 }
      #expect(message.number("packet") == packet)
      let (seconds, rest) = talk.sent[original].time.quotientAndRemainder(dividingBy: 1_000_000_000)
      #expect(message.text("time") == "\(seconds).\(String(1_000_000_000 + rest).dropFirst())")
    }
    #expect(Set(story.rules).isSubset(of: Self.aboutTheCapture))
  }

  @Test func whatWasRetransmittedHasThePacketThatWasRead() {
    var talk = Talk()
    talk.open()
    talk.say(.client, Bolt.call(1))
    talk.say(.client, Bolt.call(2))
    let lost = talk.sent.remove(at: 3)
    talk.say(.client, Bolt.call(3))
    talk.sent.append(Talk.Sent(bytes: lost.bytes, time: talk.time + 1, originalLength: lost.originalLength))
    let story = Story(talk)
    #expect(story.ids == [1, 2, 3])
    #expect(story.messages.map { $0.number("packet") } == [6, 4, 5])
    #expect(story.summary.gaps == 0)
  }

  /// A frame is there when its last piece is, in whatever order they came.
  @Test func aFrameInPiecesHasThePacketThatCompletedIt() {
    var talk = Talk()
    talk.open()
    talk.say(.client, Bolt.call(1) + Bolt.call(2), size: 100)
    let pieces = Array(talk.sent[3...])
    talk.sent.removeLast(pieces.count)
    talk.sent += pieces.reversed()
    let story = Story(talk)
    #expect(story.ids == [1, 2])
    // The first piece came last, and the first frame ends in the piece in which the second begins.
    let first = Bolt.call(1).count / 100
    #expect(story.messages.map { $0.number("packet") } == [3 + pieces.count, 3 + pieces.count - first])
  }

  @Test func whatIsRecognisedLateHasItsOwnPacket() {
    var talk = Talk()
    // Nothing but a part of a frame, then frames: begun in the middle.
    talk.say(.client, Array(Bolt.call(1)[30...]))
    let first = talk.sent.count + 1
    for id in 2...9 as ClosedRange<UInt32> { talk.say(.client, Bolt.call(id)) }
    let story = Story(talk)
    #expect(story.ids == Array(2...9))
    #expect(story.messages.map { $0.number("packet") } == Array(first..<first + 8))
  }

  /// What came before the capture's first bytes and behind them is named.
  @Test func firstPacketsThatChangedPlacesAreNamed() {
    var talk = Talk()
    for id in 1...6 as ClosedRange<UInt32> { talk.say(.client, Bolt.call(id)) }
    talk.sent.swapAt(0, 1)
    let story = Story(talk)
    #expect(story.ids == [2, 3, 4, 5, 6])
    #expect(story.rules == ["before-capture"])
    #expect(story.summary.earlyBytes == Bolt.call(1).count)
    #expect((story.summary.undecodedBytes, story.summary.retransmissions) == (Bolt.call(1).count, 0))
  }

  // MARK: HTTP/2

  /// Answers run ahead of requests that wait: all are shown and nobody is accused.
  @Test(arguments: [[1, 3, 5, 7], [7, 5, 3, 1], [5, 7, 1, 3]])
  func answersAheadOfTheirRequestsAreShown(_ order: [UInt32]) {
    var talk = H2Talk.begun()
    let settings = talk.talk.sent.count
    talk.write(.client) { H2FrameEncoder.settingsAcknowledgement(into: &$0) }
    for stream in [1, 3, 5, 7] as [UInt32] { talk.request(H2StreamID(rawValue: stream)) }
    for stream in order {
      talk.response(H2StreamID(rawValue: stream), end: false)
      talk.data(.server, H2StreamID(rawValue: stream), [1, 2, 3], end: true)
    }
    talk.talk.close()
    // The requests were sent again at the end.
    var late = talk.talk.sent
    let lost = late.remove(at: settings)
    late.append(lost)
    let story = Story(late)
    #expect(story.rules.isEmpty)
    #expect(story.kinds.sorted() == ["request", "response"].flatMap { Array(repeating: $0, count: 4) })
    #expect(
      story.messages.filter { $0.text("kind") == "response" }.map { $0.number("stream") }
        == order.map(Int.init))
  }

  /// Any packets lost: every message that lies in packets of its own has its own, and nobody is accused.
  @Test(arguments: 1...40 as ClosedRange<UInt64>)
  func lostPacketsCostWhatTheyHeld(_ seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var talk = H2Talk.begun()
    var places: [String: Int] = [:]
    for index in 0..<30 as Range<UInt32> {
      let stream = H2StreamID(rawValue: 2 * index + 1)
      places["request \(stream.rawValue)"] = talk.talk.sent.count
      talk.headers(
        .client, stream, [(":method", "GET"), (":scheme", "http"), (":path", "/"), (":authority", "a")],
        end: true)
      guard index > 2 else { continue }
      let answered = H2StreamID(rawValue: stream.rawValue - 6)
      places["response \(answered.rawValue)"] = talk.talk.sent.count
      talk.response(answered)
    }
    let first = places.values.min() ?? 0
    let lost = Set((first..<talk.talk.sent.count).filter { _ in Int.random(in: 0..<20, using: &random) == 0 })
    let left = talk.talk.sent.indices.filter { !lost.contains($0) }
    let story = Story(left.map { talk.talk.sent[$0] })
    #expect(Set(story.rules).isSubset(of: Self.aboutTheCapture), "\(story.rules)")
    let expected = places.filter { !lost.contains($0.value) }
    #expect(story.messages.count { ["request", "response"].contains($0.text("kind")) } == expected.count)
    for message in story.messages {
      guard let kind = message.text("kind"), let stream = message.number("stream") else { continue }
      let packet = places["\(kind) \(stream)"].flatMap { left.firstIndex(of: $0) }.map { $0 + 1 }
      #expect(message.number("packet") == packet, "\(kind) \(stream)")
    }
  }
}
