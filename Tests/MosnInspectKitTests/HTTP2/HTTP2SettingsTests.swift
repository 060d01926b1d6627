import H2Codec
import MosnPackets
import Testing

@testable import MosnInspectKit

/// What SETTINGS, GOAWAY and PING bind the other side to, and from when on.
@Suite struct HTTP2SettingsTests {
  // MARK: streams at once

  private static let two = [H2Setting(.maxConcurrentStreams, 2)]

  @Test func moreStreamsThanAllowed() {
    var talk = H2Talk.agreed(server: Self.two)
    for stream: H2StreamID in [1, 3, 5, 7] { talk.request(stream) }
    let story = talk.story()
    #expect(story.messages.map(\.rules) == [[], [], ["concurrent-streams"], ["concurrent-streams"]])
    #expect(story[2].findings.first?["section"] as? String == "RFC 9113 §5.1.2")
  }

  @Test func streamsThatEndedDoNotCount() {
    var talk = H2Talk.agreed(server: Self.two)
    for stream: H2StreamID in [1, 3] { talk.request(stream) }
    talk.response(1)
    talk.request(5)
    talk.reset(.client, 3)
    talk.request(7)
    talk.reset(.server, 5)
    talk.request(9)
    #expect(!talk.story().rules.contains("concurrent-streams"))
  }

  @Test func aLimitThatWasNotAcknowledgedBindsNobody() {
    var talk = H2Talk.begun(server: Self.two)
    for stream: H2StreamID in [1, 3, 5, 7] { talk.request(stream) }
    talk.acknowledge(.client)
    talk.request(9)
    #expect(talk.story().messages.map(\.rules) == [[], [], [], [], ["concurrent-streams"]])
  }

  @Test func aCaptureFromTheMiddleAccusesNobody() {
    var talk = H2Talk.agreed(server: Self.two)
    for stream: H2StreamID in [1, 3, 5, 7] { talk.request(stream) }
    #expect(Story(Array(talk.talk.sent[5...])).rules.isEmpty)
  }

  // MARK: extended CONNECT

  private static let connect = [
    (":method", "CONNECT"), (":protocol", "websocket"), (":scheme", "https"), (":path", "/chat"),
    (":authority", "example"),
  ]

  @Test func extendedConnectNeedsTheServersConsent() {
    for isAllowed in [true, false] {
      var talk = H2Talk.agreed(server: isAllowed ? [H2Setting(.enableConnectProtocol, 1)] : [])
      talk.headers(.client, 1, Self.connect)
      talk.response(1, end: false)
      talk.data(.client, 1, [1, 2], end: true)
      talk.data(.server, 1, [3], end: true)
      #expect(talk.story()[0].rules == (isAllowed ? [] : ["protocol-form"]))
      #expect(Story(Array(talk.talk.sent[5...])).rules.isEmpty)
    }
  }

  // MARK: header tables

  /// The encoder of the other side may use what was announced, however large, and its fault is none that we keep less.
  @Test func aTableLargerThanOurs() {
    var talk = H2Talk.agreed(server: [H2Setting(.headerTableSize, 1 << 20)])
    // A size update to 1,048,576 before the block of a GET.
    let block: [UInt8] = [0x3f, 0xe1, 0xff, 0x3f, 0x82, 0x86, 0x84, 0x41, 1, 97]
    talk.write(.client) { H2FrameEncoder.headers(block, stream: 1, endStream: true, into: &$0) }
    let story = talk.story()
    #expect(story[0].rules == ["header-table-not-kept"])
    #expect(story[0].findings.first?["section"] == nil)
    #expect(story[0].text("authority") == "a")
  }

  @Test func aTableAboveWhatWasAnnounced() {
    var talk = H2Talk.agreed(server: [H2Setting(.headerTableSize, 8_192)])
    let block: [UInt8] = [0x3f, 0xe1, 0xff, 0x3f, 0x82, 0x86, 0x84, 0x41, 1, 97]
    talk.write(.client) { H2FrameEncoder.headers(block, stream: 1, endStream: true, into: &$0) }
    #expect(talk.story()[0].rules == ["hpack-size-update-above-limit", "header-table-not-kept"])
    #expect(talk.story()[0].findings.first?["section"] as? String == "RFC 7541 §6.3")
    // From the middle, nobody knows what was announced.
    #expect(!Story(Array(talk.talk.sent[5...])).rules.contains("hpack-size-update-above-limit"))
  }

  /// RFC 7541 §4.2: a smaller table is obeyed by the first block behind the acknowledgement.
  @Test func aSmallerTableBindsFromItsAcknowledgementOn() {
    var talk = H2Talk.agreed()
    talk.settings(.server, [H2Setting(.headerTableSize, 0)])
    talk.request(1)
    #expect(talk.story().rules.isEmpty)
    talk.acknowledge(.client)
    talk.request(3)
    #expect(talk.story().rules == ["hpack-size-update-missing"])
  }

  // MARK: our own limits

  @Test func moreFieldsThanWeKeepIsNoFault() {
    var talk = H2Talk.agreed()
    talk.request(1, more: (0..<1_100).map { ("n\($0)", "v") })
    let finding = talk.story()[0].findings.first
    #expect(finding?["rule"] as? String == "hpack-too-many-fields")
    #expect(finding?["section"] == nil)
    #expect((finding?["text"] as? String)?.contains("mosn-inspect") == true)
  }

  // MARK: streams and their numbers

  @Test func aClientsEvenStream() {
    var talk = H2Talk.agreed()
    talk.request(2)
    let story = talk.story()
    #expect(story[0].rules == ["stream-parity"])
    #expect(story[0].findings.first?["section"] as? String == "RFC 9113 §5.1.1")
  }

  @Test func aRequestBehindAFarewell() {
    var talk = H2Talk.agreed()
    talk.request(1)
    talk.goAway(.server, last: 1)
    talk.request(3)
    let story = talk.story()
    #expect(story.kinds == ["request", "goaway", "request"])
    #expect(story[2].rules == ["behind-goaway"])
    #expect(story[2].findings.first?["section"] as? String == "RFC 9113 §6.8")
  }

  /// The request had left when the farewell came: its packet does not acknowledge that.
  @Test func aRequestThatCrossesAFarewellIsNoFault() {
    var talk = H2Talk.agreed()
    talk.request(1)
    talk.request(3)
    let request = talk.talk.takeLast()
    talk.goAway(.server, last: 1)
    talk.talk.sent.append(request)
    let story = talk.story()
    #expect(story[2].rules == ["crossed-goaway"])
    #expect(story[2].findings.first?["section"] == nil)
  }

  @Test func aGracefulFarewellForbidsNothingYet() {
    var talk = H2Talk.agreed()
    talk.goAway(.server, last: 0x7FFF_FFFF)
    talk.request(1)
    talk.goAway(.server, last: 1)
    #expect(talk.story().rules.isEmpty)
  }

  // MARK: PING

  @Test func aPingThatNobodyAnswers() {
    var talk = H2Talk.agreed()
    talk.ping(.client, 7)
    let ping = talk.talk.sent.count
    talk.pause(seconds: 4)
    talk.talk.close()
    let story = talk.story()
    #expect(story.rules == ["ping-unanswered"])
    #expect(story[0].number("packet") == ping)
    #expect(
      (story[0].findings.first?["text"] as? String)?.hasPrefix("no answer to the PING of packet \(ping)")
        == true)
  }

  @Test func aPingThatIsPassedOver() {
    var talk = H2Talk.agreed()
    talk.ping(.client, 7)
    talk.request(1)
    talk.response(1)
    talk.talk.close()
    #expect(talk.story().rules == ["ping-unanswered"])
  }

  @Test func pingsThatAreAnsweredOrUnderWay() {
    var talk = H2Talk.agreed()
    talk.request(1)
    talk.ping(.client, 7)
    // An answer to what was asked before the PING says nothing about it.
    talk.response(1)
    talk.ping(.server, 7, isAnswer: true)
    talk.pause(seconds: 9)
    talk.ping(.client, 8)
    talk.talk.close()
    #expect(talk.story().rules.isEmpty)
  }

  @Test func aLostAnswerAccusesNobody() {
    var talk = H2Talk.agreed()
    talk.ping(.client, 7)
    talk.talk.lose(.server, 17)
    talk.pause(seconds: 4)
    talk.request(1)
    talk.response(1)
    talk.talk.close()
    #expect(!talk.story().rules.contains("ping-unanswered"))
  }

  // MARK: resets

  /// DATA, WINDOW_UPDATE and RST_STREAM that crossed the peer's RST_STREAM (RFC 9113 §5.1).
  @Test func whatCrossesAResetIsNoFault() {
    var talk = H2Talk.agreed()
    talk.request(1, end: false)
    talk.reset(.server, 1)
    talk.data(.client, 1, [1, 2, 3])
    talk.widen(.client, 1, by: 100)
    talk.headers(.client, 1, [("trailer", "late")], end: true)
    talk.reset(.client, 1)
    talk.request(3)
    talk.response(3)
    let story = talk.story()
    #expect(story.rules == ["incomplete"])
    #expect(story[0].rules == ["incomplete"])
    #expect(talk.story(showsFrames: true).rules.isEmpty)
  }

  /// More resets than are remembered: what comes late for one of them is not called a fault.
  @Test func resetsThatWereForgottenAccuseNobody() {
    var talk = H2Talk.agreed()
    for index in 0..<1_500 as Range<UInt32> {
      talk.request(H2StreamID(rawValue: 2 * index + 1))
      talk.reset(.client, H2StreamID(rawValue: 2 * index + 1))
    }
    talk.data(.server, 3, [1])
    talk.request(5_001)
    talk.response(5_001)
    #expect(!talk.story().rules.contains("closed-stream"))
  }
}
