import H2Codec
import MosnPackets
import Testing

@testable import MosnInspectKit

/// Windows (RFC 9113 §6.9): who overruns one, who waits for one, and who cannot be accused of either.
@Suite struct FlowControlTests {
  private static func downloading(client: [H2Setting] = [], connection: Int? = nil) -> H2Talk {
    var talk = H2Talk.agreed(client: client)
    if let connection { talk.widen(.client, 0, by: connection) }
    talk.request(1)
    talk.response(1, end: false)
    return talk
  }

  // MARK: overruns

  @Test func moreThanBothWindowsAllow() {
    var talk = Self.downloading()
    talk.flood(.server, 1, 83_400, end: true)
    let story = talk.story()
    #expect(story[1].rules == ["stream-window", "connection-window"])
    #expect(story[1].findings.allSatisfy { $0["section"] as? String == "RFC 9113 §6.9.1" })
    #expect(story[1].number("body_length") == 83_400)
    #expect(story.summary.findings == 2)
  }

  @Test func theConnectionsWindowIsThatOfAllStreams() {
    var talk = Self.downloading()
    talk.request(3)
    talk.response(3, end: false)
    talk.flood(.server, 1, 40_000, end: true)
    talk.flood(.server, 3, 40_000, end: true)
    #expect(talk.story().messages.map(\.rules) == [[], [], [], ["connection-window"]])
  }

  /// DATA behind a reset is let pass, and still uses the connection's window (§5.1).
  @Test func dataBehindAResetUsesTheConnectionsWindow() {
    var talk = Self.downloading()
    talk.reset(.client, 1)
    talk.flood(.server, 1, 40_000)
    talk.request(3)
    talk.response(3, end: false)
    talk.flood(.server, 3, 40_000, end: true)
    #expect(talk.story().rules == ["incomplete", "connection-window"])
  }

  @Test func paddingUsesTheWindow() {
    var talk = Self.downloading(client: [H2Setting(.initialWindowSize, 100)])
    // A byte that tells the length, 40 of DATA and 60 of padding.
    talk.talk.say(
      .server,
      [0, 0, 101, 0, 9, 0, 0, 0, 1, 60] + [UInt8](repeating: 7, count: 40) + [UInt8](repeating: 0, count: 60))
    let story = talk.story()
    #expect(story[1].rules == ["stream-window"])
    #expect(story[1].number("body_length") == 40)
  }

  @Test func whatUpdatesAllowIsNoOverrun() {
    var talk = Self.downloading(connection: 1 << 20)
    talk.flood(.server, 1, 64_000)
    talk.widen(.client, 1, by: 64_000)
    talk.flood(.server, 1, 64_000, end: true)
    #expect(talk.story().rules.isEmpty)
  }

  /// A lower window binds from its acknowledgement on, a higher one may be used as soon as it was announced.
  @Test func settingsBindWhenTheyAreAcknowledged() {
    for isAcknowledged in [false, true] {
      var talk = Self.downloading(client: [H2Setting(.initialWindowSize, 60_000)])
      talk.settings(.client, [H2Setting(.initialWindowSize, 10)])
      if isAcknowledged { talk.acknowledge(.server) }
      talk.data(.server, 1, [UInt8](repeating: 0, count: 100), end: true)
      #expect(talk.story()[1].rules == (isAcknowledged ? ["stream-window"] : []))
    }
    var talk = Self.downloading(client: [H2Setting(.initialWindowSize, 10)])
    talk.settings(.client, [H2Setting(.initialWindowSize, 60_000)])
    talk.data(.server, 1, [UInt8](repeating: 0, count: 100), end: true)
    #expect(talk.story().rules.isEmpty)
  }

  @Test func windowsAboveTheirMaximum() {
    var talk = Self.downloading()
    talk.widen(.client, 0, by: 0x7FFF_FFFF)
    talk.widen(.client, 1, by: 0x7FFF_FFFF)
    talk.response(1)
    talk.request(3)
    let story = talk.story()
    #expect(story.rules.contains("connection-window-overflow"))
    #expect(story.rules.contains("stream-window-overflow"))
    #expect(story.messages.flatMap(\.findings).allSatisfy { $0["section"] as? String != "" })
  }

  @Test func theLargestWindowIsAllowed() {
    var talk = Self.downloading(client: [H2Setting(.initialWindowSize, 0x7FFF_FFFF)])
    talk.widen(.client, 0, by: 0x7FFF_FFFF - 65_535)
    talk.flood(.server, 1, 200_000, end: true)
    talk.widen(.client, 0, by: 200_000)
    #expect(talk.story().rules.isEmpty)
  }

  // MARK: what is not known

  @Test func nobodyIsHeldToWindowsThatWereNotCaptured() {
    var talk = Self.downloading()
    talk.flood(.server, 1, 83_400)
    talk.pause(seconds: 3)
    talk.flood(.server, 1, 83_400, end: true)
    let accusations: Set<String> = ["stream-window", "connection-window", "stalled"]
    for first in [4, 5, 6, 9] {
      #expect(
        accusations.isDisjoint(with: Story(Array(talk.talk.sent[first...])).rules), "from packet \(first)")
    }
    for lost in 3..<9 {
      var packets = talk.talk.sent
      packets.remove(at: lost)
      // What was lost is acknowledged, so that the hole is given up.
      #expect(accusations.isDisjoint(with: Story(packets).rules), "packet \(lost) lost")
    }
  }

  /// A capture of one direction says nothing of what the other allowed.
  @Test func nobodyIsHeldToASideThatWasNotCaptured() {
    var talk = H2Talk.agreed()
    talk.request(1, end: false)
    talk.flood(.client, 1, 83_400, end: true)
    talk.ping(.client, 7)
    talk.pause(seconds: 3)
    talk.request(3)
    // Of the client's address, at its place in the header of IPv4.
    let oneWay = talk.talk.sent.filter { $0.bytes[15] == 1 }
    #expect(Story(oneWay).rules.isEmpty)
    #expect(talk.story().rules == ["stream-window", "connection-window", "ping-unanswered"])
  }

  /// WINDOW_UPDATE that waits behind a hole has been received before the DATA it allows.
  @Test func anUpdateBehindAHoleAccusesNobody() {
    var talk = Self.downloading()
    talk.widen(.client, 0, by: 1 << 20)
    let late = talk.talk.takeLast()
    talk.widen(.client, 1, by: 1 << 20)
    talk.flood(.server, 1, 83_400, end: true)
    talk.talk.sent.append(late)
    talk.request(3)
    #expect(talk.story().rules.isEmpty)
  }

  // MARK: stalls

  @Test func aStreamThatWaitsForItsWindow() {
    var talk = Self.downloading(connection: 1 << 20)
    talk.flood(.server, 1, 65_535)
    let last = talk.talk.sent.count
    talk.pause(seconds: 3)
    talk.widen(.client, 1, by: 65_535)
    talk.flood(.server, 1, 100, end: true)
    let story = talk.story()
    #expect(story[1].rules == ["stalled"])
    #expect(
      story[1].findings.first?["text"] as? String
        == "stalled 3.0 s: stream window 0 (packets \(last)-\(last + 1))")
    #expect(story[1].findings.first?["section"] == nil)
  }

  @Test func aStreamThatWaitsForTheConnectionsWindow() {
    var talk = Self.downloading(client: [H2Setting(.initialWindowSize, 1 << 20)])
    talk.flood(.server, 1, 65_535)
    let last = talk.talk.sent.count
    talk.pause(seconds: 2)
    talk.widen(.client, 0, by: 65_535)
    talk.flood(.server, 1, 100, end: true)
    #expect(
      talk.story()[1].findings.first?["text"] as? String
        == "stalled 2.0 s: connection window 0 (packets \(last)-\(last + 1))")
  }

  @Test func aStreamThatNeverGetsAWindow() {
    var talk = Self.downloading(client: [H2Setting(.initialWindowSize, 0)])
    let last = talk.talk.sent.count
    talk.pause(seconds: 5)
    talk.talk.close()
    let story = talk.story()
    #expect(story[1].rules.contains("stalled"))
    #expect(
      story[1].findings.contains {
        $0["text"] as? String == "stalled 5.0 s: stream window 0 (from packet \(last) on)"
      })
    // In frames it is told as well.
    #expect(talk.story(showsFrames: true).rules.contains("stalled"))
  }

  @Test func aResetEndsAStall() {
    var talk = Self.downloading(client: [H2Setting(.initialWindowSize, 0)])
    talk.pause(seconds: 5)
    talk.reset(.client, 1)
    #expect(talk.story()[1].rules == ["stalled", "incomplete"])
  }

  @Test func settingsEndAStall() {
    var talk = Self.downloading(client: [H2Setting(.initialWindowSize, 0)])
    talk.pause(seconds: 1)
    talk.settings(.client, [H2Setting(.initialWindowSize, 100)])
    talk.pause(seconds: 5)
    talk.data(.server, 1, [1], end: true)
    #expect(
      (talk.story()[1].findings.first?["text"] as? String)?.hasPrefix("stalled 1.0 s: stream window 0")
        == true)
  }

  /// A way there and back with an empty window is no stall, nor is a message that ends with its window.
  @Test func whatIsNoStall() {
    var talk = Self.downloading(connection: 1 << 20)
    talk.flood(.server, 1, 65_535)
    talk.widen(.client, 1, by: 65_535)
    talk.flood(.server, 1, 65_535, end: true)
    talk.pause(seconds: 5)
    talk.request(3)
    talk.pause(seconds: 5)
    talk.response(3)
    #expect(talk.story().rules.isEmpty)
  }

  @Test func trailersNeedNoWindow() {
    var talk = Self.downloading(client: [H2Setting(.initialWindowSize, 0)])
    talk.pause(seconds: 5)
    talk.headers(.server, 1, [("grpc-status", "0")], end: true)
    #expect(talk.story().rules.isEmpty)
  }
}
