import H2Codec
import MosnPackets
import Support
import Testing

@testable import MosnInspectKit

/// However a connection ends, what waited for more is shown, with a reason that is true; and what comes behind its end
/// is counted.
@Suite struct EndingTests {
  /// A way for a connection to end.
  enum Way: CaseIterable {
    case fin, reset, silence, connections, memory, ports, capture

    var reason: String {
      switch self {
      case .fin: "its sender closed the connection before this message ended"
      case .reset: "the connection was reset before this message ended"
      case .silence: "the connection was given up after a long silence, before this message ended"
      case .connections, .memory: "the connection was given up for room before this message ended"
      case .ports: "another connection of the same ports began before this message ended"
      case .capture: "the capture ends before this message does"
      }
    }

    /// What was sent, and then what ends it; the capture goes on but for `capture`.
    func story(_ talk: Talk, showsFrames: Bool = false) -> Story {
      var talk = talk
      var limits = InspectLimits()
      limits.idle = 60_000_000_000
      limits.connections = 2
      var next = Talk(clientPort: 50_000, serverPort: 9)
      switch self {
      case .fin: talk.close()
      case .reset:
        talk.forge(.server)
        next.time = talk.time + limits.resetPatience
      case .silence: next.time = talk.time + limits.idle
      case .connections:
        for port in 0..<3 as Range<UInt16> {
          var other = Talk(clientPort: 51_000 + port, serverPort: 9, at: talk.time)
          other.open()
          next.sent += other.sent
        }
      case .memory:
        limits.totalBytes = 64 << 10
        next.time = talk.time
        next.open()
        next.say(.client, Array(Bolt.call(9, content: 1 << 20).prefix(200_000)))
      case .ports:
        next = Talk(serverPort: talk.serverPort, at: talk.time, initial: (3_000_000, 9_000_000))
      case .capture: break
      }
      if self != .fin, self != .capture, self != .memory { next.open() }
      return Story(
        talk.sent + (self == .fin || self == .capture ? [] : next.sent), limits: limits,
        showsFrames: showsFrames,
        isOver: self == .capture)
    }
  }

  @Test(arguments: Way.allCases)
  func openCallsAreShown(_ way: Way) {
    var talk = H2Talk.begun()
    talk.request(1, end: false)
    talk.data(.client, 1, [1, 2, 3])
    talk.headers(.server, 1, [(":status", "200")])
    let story = way.story(talk.talk)
    let messages = story.messages.filter { $0["stream"] as? Int == 1 }
    #expect(messages.compactMap { $0.text("kind") } == ["request", "response"])
    #expect(messages.map(\.rules) == [["incomplete"], ["incomplete"]])
    #expect(messages.flatMap(\.findings).compactMap { $0["text"] as? String } == [way.reason, way.reason])
    #expect(messages.first?.number("body_length") == 3)
  }

  @Test(arguments: Way.allCases)
  func framesCutOffAreShown(_ way: Way) {
    var talk = Talk()
    talk.open()
    talk.say(.client, Bolt.call(1) + Bolt.call(2).dropLast(7))
    let cut = way.story(talk).messages.filter { $0.text("src") == "10.0.0.1:40000" }
    #expect(cut.map { $0.number("id") } == [1, 2])
    #expect(cut.last?.rules == ["cut-short"])
    // Where it was captured, not where its end was noticed.
    #expect(cut.last?.number("packet") == 4)
  }

  @Test(arguments: Way.allCases, [false, true])
  func findingsThatNoMessageIsLeftForAreShown(_ way: Way, showsFrames: Bool) {
    var talk = H2Talk.begun()
    talk.request(1)
    talk.data(.client, 1, [1])
    talk.response(1)
    let story = way.story(talk.talk, showsFrames: showsFrames)
    let found = story.messages.filter { $0.rules == ["half-closed-stream"] }
    #expect(found.count == 1)
    #expect(found.first?.text("kind") == (showsFrames ? "frame" : "finding"))
    #expect(found.first?.text("protocol") == "http2")
    #expect(found.first?.number("packet") == 8)
    #expect(found.first?.text("src") == "10.0.0.1:40000")
    #expect(found.first?.findings.first?["section"] as? String == "RFC 9113 §5.1")
    // The connection that takes the memory has a message of its own.
    let others = way == .memory ? 1 : 0
    #expect(story.summary.findings == 1 + others)
    #expect(story.summary.messages == (showsFrames ? 0 : 2) + others)
    #expect(story.text.contains("! half closed stream (DATA, stream 1) (RFC 9113 §5.1)"))
  }

  @Test(arguments: Way.allCases)
  func aHeaderBlockWithoutItsEndIsShown(_ way: Way) {
    var talk = H2Talk.begun()
    let block = talk.block(.client, [(":method", "GET"), (":scheme", "http"), (":path", "/a")])
    talk.write(.client) { output in
      H2FrameEncoder.headers(block, stream: 1, endStream: true, maxFrameSize: 3, into: &output)
      // HEADERS alone, of so many CONTINUATION.
      output = Array(output.prefix(12))
    }
    let requests = way.story(talk.talk).messages.filter { $0["stream"] as? Int == 1 }
    #expect(requests.map(\.rules) == [["headers-lost"]])
  }

  @Test(arguments: Way.allCases, [false, true])
  func aFrameOfHTTP2CutOffIsToldAndCounted(_ way: Way, showsFrames: Bool) {
    var talk = H2Talk.begun()
    talk.request(1)
    talk.write(.client) { output in
      H2FrameEncoder.data(
        [UInt8](repeating: 7, count: 50).span.bytes, stream: 3, endStream: true, into: &output)
      output = Array(output.prefix(20))
    }
    let story = way.story(talk.talk, showsFrames: showsFrames)
    let found = story.messages.filter { $0.rules == ["cut-short"] }.flatMap(\.findings)
    #expect(
      found.compactMap { $0["text"] as? String }.first
        == "20 of the 59 bytes of a frame (DATA, stream 3) were captured")
    if way == .capture { #expect(story.summary.undecodedBytes == 20) }
  }

  @Test func bytesPassedOverBehindTheLastFrameAreTold() {
    var talk = Talk()
    talk.open()
    talk.say(.client, Bolt.call(1) + Array("this is no frame".utf8))
    let story = Story(talk)
    #expect(story.kinds == ["request", "finding"])
    #expect(
      story[1].findings.compactMap { $0["text"] as? String }.contains(
        "16 bytes passed over behind the last frame"))
    #expect(story.summary.undecodedBytes == 16)
  }

  /// What only looks like frames accuses nobody: a column of numbers, as a database sends it.
  @Test(arguments: [true, false])
  func whatIsNoMessageAtAllIsNoFinding(isFromTheStart: Bool) {
    for seed in 0..<12 as Range<UInt64> {
      var random = SeededRandom(seed: seed)
      var talk = Talk()
      if isFromTheStart { talk.open() }
      talk.say(.client, Array("SELECT".utf8))
      for _ in 0..<40 {
        talk.say(
          .server,
          (0..<175).flatMap { _ in
            [0, 0, 0, 0, 0, 0] + Talk.big(UInt16.random(in: 0 ... .max, using: &random))
          })
      }
      let story = Story(talk)
      #expect(story.messages.isEmpty, "seed \(seed)")
      #expect(story.summary.findings == 0, "seed \(seed)")
      #expect(story.summary.decodedConnections == 0, "seed \(seed)")
    }
  }

  // MARK: behind the end

  /// Numbered as if the FIN took a number, or as if it did not; once, twice, out of order.
  @Test(arguments: [0, 1], [Talk.Side.client, .server])
  func bytesBehindAFINAreCounted(_ ahead: Int, _ side: Talk.Side) {
    var talk = Talk()
    talk.open()
    talk.say(side, Bolt.call(1))
    talk.send(side, flags: [.fin, .acknowledgement])
    let more = Bolt.call(2)
    talk.forge(side, Array(more[20...]), flags: .acknowledgement, ahead: ahead - 1 + 20)
    talk.forge(side, Array(more[..<20]), flags: .acknowledgement, ahead: ahead - 1)
    talk.forge(side, more, flags: .acknowledgement, ahead: ahead - 1)
    let first = talk.sent.count - 1
    let story = Story(talk)
    #expect(story.ids == [1])
    #expect(story.summary.bytesBehindEnds == more.count)
    #expect(story.summary.undecodedBytes == more.count)
    #expect(story.summary.gaps == 0)
    let found = story.messages.filter { $0.rules == ["behind-end"] }
    #expect(found.count == 1)
    #expect(found.first?.number("packet") == first)
    #expect(
      found.first?.findings.first?["text"] as? String
        == "\(more.count) bytes behind the FIN of their sender are no part of the stream")
  }

  /// Both sides have closed, and the connection has been shown.
  @Test func bytesBehindBothFINsAreCounted() {
    var talk = Talk()
    talk.open()
    talk.say(.client, Bolt.call(1))
    talk.close()
    talk.say(.client, Bolt.call(2))
    let story = Story(talk)
    #expect(story.ids == [1])
    #expect(story.summary.bytesBehindEnds == Bolt.call(2).count)
    #expect(story.rules == ["behind-end"])
    #expect(story.summary.connections == 1)
  }

  @Test func whatIsRepeatedBehindAFINIsNothingNew() {
    var talk = Talk()
    talk.open()
    talk.say(.client, Bolt.call(1))
    talk.close()
    talk.retransmit(4)
    talk.retransmit(4)
    let story = Story(talk)
    #expect(story.ids == [1])
    #expect(story.summary.undecodedBytes == 0)
    #expect(story.summary.retransmissions == 1)
    #expect((story.summary.connections, story.rules.count) == (1, 0))
  }

  // MARK: when it is shown

  @Test func aClosedConnectionIsShownAtOnce() {
    var talk = H2Talk.begun()
    talk.request(1, end: false)
    talk.talk.close()
    #expect(Story(talk.talk.sent, isOver: false).kinds == ["request"])
  }

  @Test func aResetConnectionIsShownWhenNothingNewHasComeForAWhile() {
    var talk = H2Talk.begun()
    talk.request(1, end: false)
    talk.talk.forge(.client)
    var other = Talk(clientPort: 50_000, serverPort: 9, at: talk.talk.time + InspectLimits().resetPatience)
    #expect(Story(talk.talk.sent + other.sent, isOver: false).kinds.isEmpty)
    other.open()
    #expect(Story(talk.talk.sent + other.sent, isOver: false).kinds == ["request"])
  }

  /// The reset was not obeyed after all, and it shows late: the connection is read as one begun in the middle.
  @Test func aConnectionThatGoesOnBehindItsEndIsReadAgain() {
    var talk = Talk()
    talk.open()
    talk.say(.client, Bolt.call(1))
    talk.forge(.client)
    var other = Talk(clientPort: 50_000, serverPort: 9, at: talk.time + 2 * InspectLimits().resetPatience)
    other.open()
    talk.time = other.time
    let before = talk.sent
    talk.say(.client, Bolt.call(2))
    talk.say(.server, Bolt.answer(2))
    let story = Story(before + other.sent + talk.sent[before.count...])
    #expect(story.ids == [1, 2, 2])
    #expect(story.summary.undecodedBytes == 0)
  }
}
