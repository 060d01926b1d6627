import MosnPackets
import Testing

@testable import MosnInspectKit

/// Receive windows of TCP that stay closed (RFC 9293 §3.8.6.1).
@Suite struct ZeroWindowTests {
  private static func closing(for seconds: Int64) -> H2Talk {
    var talk = H2Talk.agreed()
    talk.request(1)
    talk.response(1, end: false)
    talk.talk.windows[0] = 0
    talk.talk.send(.client, flags: .acknowledgement)
    talk.pause(seconds: seconds)
    return talk
  }

  private static func open(_ talk: inout H2Talk) {
    talk.talk.windows[0] = 256
    talk.talk.send(.client, flags: .acknowledgement)
  }

  @Test func aClosedWindowIsNamed() {
    var talk = Self.closing(for: 2)
    let closed = talk.talk.sent.count
    Self.open(&talk)
    talk.data(.server, 1, [1], end: true)
    let story = talk.story()
    #expect(story[1].rules == ["tcp-zero-window"])
    #expect(
      story[1].findings.first?["text"] as? String
        == "stalled 2.0 s: TCP window 0 of 10.0.0.1:40000 (packets \(closed)-\(closed + 1))")
    #expect(story.summary.duplicates == 0)
  }

  @Test func aWindowThatNeverOpensIsNamed() {
    var talk = Self.closing(for: 3)
    talk.talk.send(.server, flags: [.reset, .acknowledgement])
    #expect(talk.story().rules.contains("tcp-zero-window"))
  }

  @Test func aShortOneIsNot() {
    var talk = Self.closing(for: 0)
    Self.open(&talk)
    talk.data(.server, 1, [1], end: true)
    #expect(talk.story().rules.isEmpty)
  }

  /// Bytes that went through show that it was open, though the capture has not the packet that opened it.
  @Test func aWindowThatOpenedUnseenIsNot() {
    var talk = Self.closing(for: 2)
    talk.data(.server, 1, [1], end: true)
    Self.open(&talk)
    #expect(talk.story().rules.isEmpty)
  }
}
