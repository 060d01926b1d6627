import H2Codec
import MosnPackets
import Testing

@testable import MosnInspectKit

/// Resets end a connection only where nothing shows that they did not (RFC 9293 §3.10.7.4, RFC 5961 §3.2).
@Suite struct ResetTests {
  /// How far a forged reset's number lies from the next one.
  static let offsets = [0, 1, 10, -1, -100, 30_000, 500_000, -500_000, 1_500_000_000, -1_500_000_000]

  /// Ten calls with their answers, and in the middle what `disturb` sends.
  private static func calls(_ disturb: (inout Talk) -> Void) -> Talk {
    var talk = Talk()
    talk.open()
    for id in 1...10 as ClosedRange<UInt32> {
      if id == 6 { disturb(&talk) }
      talk.say(.client, Bolt.call(id))
      talk.say(.server, Bolt.answer(id))
    }
    talk.close()
    return talk
  }

  private static let allIDs = (1...10).flatMap { [$0, $0] }

  private func strays(_ story: Story) -> [String] {
    story.messages.flatMap(\.findings).filter { $0["rule"] as? String == "stray-reset" }
      .compactMap { $0["text"] as? String }
  }

  // MARK: resets that end nothing

  @Test(arguments: offsets, [Talk.Side.client, .server])
  func aForgedResetCostsNothing(_ ahead: Int, _ side: Talk.Side) {
    let story = Story(Self.calls { $0.forge(side, ahead: ahead) })
    #expect(story.ids == Self.allIDs)
    #expect(strays(story).count == 1)
    #expect(story.summary.strayResets == 1)
    #expect(story.summary.findings == 1)
    #expect((story.summary.gaps, story.summary.undecodedBytes, story.summary.connections) == (0, 0, 1))
  }

  @Test(arguments: offsets)
  func resetsOfBothSidesCostNothing(_ ahead: Int) {
    let story = Story(
      Self.calls { talk in
        for side in [Talk.Side.server, .client] {
          for _ in 0..<3 { talk.forge(side, ahead: ahead) }
        }
      })
    #expect(story.ids == Self.allIDs)
    #expect(strays(story).count == 2)
    #expect(story.summary.strayResets == 6)
  }

  /// Captures of one direction, without a packet of the other but the reset.
  @Test(arguments: offsets, [Talk.Side.client, .server])
  func aForgedResetAmongOneSideCostsNothing(_ ahead: Int, _ side: Talk.Side) {
    var talk = Talk()
    talk.send(.client, flags: .syn)
    for id in 1...10 as ClosedRange<UInt32> {
      if id == 6 { talk.forge(side, ahead: ahead) }
      talk.say(.client, Bolt.call(id))
    }
    #expect(Story(talk).ids == Array(1...10))
  }

  @Test func theFindingStandsBesideTheNextMessage() {
    let story = Story(Self.calls { $0.forge(.client, ahead: 10) })
    let marked = story.messages.filter { $0.rules == ["stray-reset"] }
    #expect(marked.map { $0.number("id") } == [6])
    #expect(
      strays(story) == [
        "packet 14 is a reset 10 bytes ahead of the next sequence number; the connection goes on"
      ])
    #expect(marked.first?.findings.first?["section"] as? String == "RFC 9293 §3.10.7.4")
  }

  @Test func severalResetsAreOneFinding() {
    let story = Story(Self.calls { talk in for _ in 0..<3 { talk.forge(.client, ahead: -50) } })
    #expect(
      strays(story) == [
        "packets 14 to 16 hold 3 resets, the first 50 bytes behind the next sequence number; the connection goes on"
      ])
  }

  /// An attacker who does not know the number tries many.
  @Test func aSweepOfTheWindowCostsNothing() {
    let story = Story(
      Self.calls { talk in for step in -200...200 { talk.forge(.server, ahead: step * 100) } })
    #expect(story.ids == Self.allIDs)
    #expect(story.summary.strayResets == 401)
    #expect(strays(story).count == 1)
  }

  @Test(arguments: offsets)
  func aForgedResetWithinAFrameTearsNothing(_ ahead: Int) {
    var talk = Talk()
    talk.open()
    let frame = Bolt.call(1, content: 1_000)
    talk.say(.client, Array(frame[..<500]))
    talk.forge(.client, ahead: ahead)
    talk.say(.client, Array(frame[500...]) + Bolt.call(2))
    let story = Story(talk)
    #expect(story.ids == [1, 2])
    #expect(story.rules == ["stray-reset"])
  }

  @Test(arguments: offsets, [Talk.Side.client, .server])
  func streamsOfHTTP2GoOn(_ ahead: Int, _ side: Talk.Side) {
    var talk = H2Talk.begun()
    for stream: H2StreamID in [1, 3, 5, 7] {
      talk.request(stream, end: false)
      if stream == 3 { talk.talk.forge(side, ahead: ahead) }
      talk.data(.client, stream, [1, 2, 3], end: true)
      talk.response(stream)
    }
    let story = talk.story()
    #expect(story.streams == [1, 1, 3, 3, 5, 5, 7, 7])
    #expect(story.rules == ["stray-reset"])
  }

  /// The capture begins in the middle, with the reset: no number is known.
  @Test(arguments: offsets, [Talk.Side.client, .server])
  func aForgedResetAtTheBeginningCostsNothing(_ ahead: Int, _ side: Talk.Side) {
    var talk = Talk()
    talk.forge(side, ahead: ahead)
    for id in 1...3 as ClosedRange<UInt32> {
      talk.say(.client, Bolt.call(id))
      talk.say(.server, Bolt.answer(id))
    }
    #expect(Story(talk).ids == [1, 1, 2, 2, 3, 3])
  }

  /// Nothing of its sender was captured, and what the other side acknowledges tells its number.
  @Test func whatWasAcknowledgedIsEnoughToCompareWith() {
    var talk = Talk()
    talk.say(.client, Bolt.call(1))
    talk.forge(.server, ahead: 77)
    for id in 2...5 as ClosedRange<UInt32> { talk.say(.client, Bolt.call(id)) }
    let story = Story(talk)
    #expect(story.ids == [1, 2, 3, 4, 5])
    #expect(
      strays(story) == [
        "packet 2 is a reset 77 bytes ahead of the next sequence number; the connection goes on"
      ])
  }

  @Test(arguments: [false, true], [-100, 0, 300, 800])
  func aForgedResetInAHoleCostsNothing(_ isFilled: Bool, _ ahead: Int) {
    var talk = Talk()
    talk.open()
    talk.say(.client, Bolt.call(1))
    talk.say(.client, Bolt.call(2, content: 600))
    let late = talk.takeLast()
    talk.say(.client, Bolt.call(3))
    talk.forge(.client, ahead: ahead - 2_000)
    if isFilled { talk.sent.append(late) }
    for id in 4...6 as ClosedRange<UInt32> { talk.say(.client, Bolt.call(id)) }
    let story = Story(talk)
    #expect(story.ids == (isFilled ? [1, 2, 3, 4, 5, 6] : [1, 3, 4, 5, 6]))
    #expect(story.summary.gaps == (isFilled ? 0 : 1))
  }

  // MARK: resets that end a connection

  @Test(arguments: [Talk.Side.client, .server])
  func aResetThatIsObeyedIsNoFinding(_ side: Talk.Side) {
    var talk = Talk()
    talk.open()
    talk.say(.client, Bolt.call(1))
    talk.say(.server, Bolt.answer(1))
    // The kernel answers each packet that still comes with one more.
    for _ in 0..<4 { talk.forge(side) }
    let story = Story(talk)
    #expect(story.ids == [1, 1])
    #expect(story.rules.isEmpty)
    #expect(story.summary.strayResets == 0)
  }

  @Test func whatWasUnderWayIsShown() {
    var talk = Talk()
    talk.open()
    talk.say(.client, Bolt.call(1))
    talk.forge(.server)
    talk.say(.client, Bolt.call(2) + Bolt.call(3))
    talk.forge(.server)
    let story = Story(talk)
    #expect(story.ids == [1, 2, 3])
    #expect(story.rules.isEmpty)
  }

  @Test func aResetMayOvertakeTheLastBytes() {
    var talk = Talk()
    talk.open()
    talk.say(.client, Bolt.call(1))
    talk.say(.client, Bolt.call(2))
    let late = talk.takeLast()
    talk.forge(.client)
    talk.sent.append(late)
    let story = Story(talk)
    #expect(story.ids == [1, 2])
    #expect(story.rules.isEmpty)
    #expect(story.summary.gaps == 0)
  }

  /// The other side still has more to say than a moment's worth: it was not reset.
  @Test func aPeerThatGoesOnForLongWasNotReset() {
    var talk = Talk()
    talk.open()
    talk.say(.client, Bolt.call(1))
    talk.forge(.server)
    for id in 2...40 as ClosedRange<UInt32> {
      talk.time += 1_000_000_000
      talk.say(.client, Bolt.call(id))
    }
    let story = Story(talk)
    #expect(story.ids == Array(1...40))
    #expect(story.rules == ["stray-reset"])
    #expect(story.summary.connections == 1)
  }

  @Test func aRefusedConnectionIsNoFinding() {
    var talk = Talk()
    for _ in 0..<3 {
      talk.forge(.client, flags: .syn)
      talk.forgeAnswer(.server, flags: [.reset, .acknowledgement], acknowledging: 1)
    }
    let story = Story(talk)
    #expect(story.summary.connections == 1)
    #expect((story.summary.strayResets, story.summary.findings) == (0, 0))
  }

  /// A reset that does not acknowledge the SYN is no answer to it (RFC 9293 §3.10.7.3).
  @Test func aResetMayNotAnswerTheSYN() {
    var talk = Talk()
    talk.forge(.client, flags: .syn)
    talk.forgeAnswer(.server, flags: [.reset, .acknowledgement], acknowledging: 0)
    talk.open()
    talk.say(.client, Bolt.call(1))
    talk.say(.server, Bolt.answer(1))
    let story = Story(talk)
    #expect(story.ids == [1, 1])
    #expect(story.summary.strayResets == 1)
  }

  /// RFC 9293 §3.5.3 lets a reset carry words about its cause; they are not the stream's.
  @Test func theWordsOfAResetAreNotRead() {
    var talk = Talk()
    talk.open()
    talk.say(.client, Bolt.call(1))
    talk.forge(.client, Bolt.call(99))
    let story = Story(talk)
    #expect(story.ids == [1])
    #expect(story.summary.resetBytes == Bolt.call(99).count)
    #expect(story.summary.undecodedBytes == story.summary.resetBytes)
  }

  // MARK: the ports again

  /// The next connection of the same ports, without its handshake.
  private static func again(after talk: Talk, first: Talk.Side, initial: (UInt32, UInt32)) -> [Talk.Sent] {
    var again = Talk(at: talk.time + 1_000_000, initial: initial)
    for id in 21...23 as ClosedRange<UInt32> {
      if first == .client {
        again.say(.client, Bolt.call(id))
        again.say(.server, Bolt.answer(id))
      } else {
        again.say(.server, Bolt.call(id))
        again.say(.client, Bolt.answer(id))
      }
    }
    return talk.sent + again.sent
  }

  @Test(
    arguments: [Talk.Side.client, .server],
    [(90_000, 70_000), (20_000, 31_000), (3_000_000_000, 2_000_000_000), (4_294_960_000, 300)]
      as [(UInt32, UInt32)])
  func thePortsAreUsedAgainWithoutASYN(_ first: Talk.Side, _ initial: (UInt32, UInt32)) {
    for end: (inout Talk) -> Void in [
      { $0.forge(.client) }, { $0.forge(.server) },
      { talk in
        talk.forge(.client)
        talk.forge(.client)
        talk.forge(.server)
      }, { $0.close() },
    ] {
      var talk = Talk()
      talk.open()
      talk.say(.client, Bolt.call(1))
      talk.say(.server, Bolt.answer(1))
      end(&talk)
      let story = Story(Self.again(after: talk, first: first, initial: initial))
      #expect(story.ids == [1, 1, 21, 21, 22, 22, 23, 23])
      #expect(story.summary.connections == 2)
      #expect(story.rules.isEmpty)
      #expect((story.summary.gaps, story.summary.undecodedBytes) == (0, 0))
    }
  }

  /// Without a FIN or reset, one packet may be damage; the second tells.
  @Test func thePortsAreUsedAgainWithoutAnyEnd() {
    var talk = Talk()
    talk.open()
    talk.say(.client, Bolt.call(1))
    let story = Story(Self.again(after: talk, first: .client, initial: (3_000_000_000, 2_000_000_000)))
    #expect(story.ids.prefix(1) == [1])
    #expect(story.ids.suffix(2) == [23, 23])
    #expect(story.summary.connections == 2)
    // What is lost of it is said.
    #expect(story.summary.strayBytes > 0)
    #expect(story.summary.undecodedBytes == story.summary.strayBytes)
  }

  @Test func aPacketFromElsewhereIsCountedAndCostsNothing() {
    let story = Story(Self.calls { $0.forge(.client, Bolt.call(99), flags: .push, ahead: 1_500_000_000) })
    #expect(story.ids == Self.allIDs)
    #expect(story.summary.connections == 1)
    #expect(story.summary.strayBytes == Bolt.call(99).count)
    #expect(story.summary.undecodedBytes == story.summary.strayBytes)
  }

  @Test func aFINFromElsewhereCostsNothing() {
    let story = Story(
      Self.calls { talk in for _ in 0..<3 { talk.forge(.client, flags: .fin, ahead: 1_500_000_000) } })
    #expect(story.ids == Self.allIDs)
    #expect((story.summary.connections, story.summary.gaps) == (1, 0))
  }
}
