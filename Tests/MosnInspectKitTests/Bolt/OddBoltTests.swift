import BoltCodec
import Testing

@testable import MosnInspectKit

/// Frames that no endpoint takes are shown with what is odd about them, and cost no others.
@Suite struct OddBoltTests {
  private static let bolt = [PortAssignment("tcp.port==12200,bolt")].compactMap(\.self)

  /// A client's calls, and answers as `change` leaves them.
  private static func story(_ change: (inout [UInt8]) -> Void, assigned: Bool = false) -> Story {
    var talk = Talk()
    talk.open()
    for id in 1...3 as ClosedRange<UInt32> {
      talk.say(.client, Bolt.call(id, summed: true))
      var answer = Bolt.answer(id, summed: true)
      change(&answer)
      talk.say(.server, answer)
    }
    talk.close()
    return Story(talk.sent, assignments: assigned ? bolt : [])
  }

  /// As sofa-bolt-go answers.
  @Test(arguments: [0, 3, 200] as [UInt8])
  func answersOfAnUnknownVersionAreShown(_ version: UInt8) {
    let story = Self.story { answer in
      answer[1] = version
      answer.removeLast(4)
    }
    #expect(story.ids == [1, 1, 2, 2, 3, 3])
    #expect(story.rules == Array(repeating: "unknown-version", count: 3))
    #expect(story.summary.undecodedBytes == 0)
  }

  @Test func answersAloneOfAnUnknownVersionAreRecognised() {
    var talk = Talk()
    talk.open()
    for id in 1...3 as ClosedRange<UInt32> {
      var answer = Bolt.answer(id, summed: true)
      answer[1] = 0
      talk.say(.server, answer.dropLast(4))
    }
    #expect(Story(talk).ids == [1, 2, 3])
  }

  @Test func aFrameOfAnUnknownTypeIsShown() {
    var talk = Talk()
    talk.open()
    var odd = Bolt.call(1)
    odd[1] = 9
    talk.say(.client, odd)
    talk.say(.client, Bolt.call(2))
    let story = Story(talk.sent, assignments: Self.bolt)
    #expect(story.ids == [1, 2])
    #expect(story[0].rules == ["unknown-type"])
    #expect(story.summary.undecodedBytes == 0)
  }

  /// A user's word means without looking; the other direction's frames are as good.
  @Test(arguments: [true, false])
  func aFrameWithoutAClassIsShown(_ assigned: Bool) {
    var talk = Talk()
    talk.open()
    if !assigned { talk.say(.server, Bolt.answer(1)) }
    talk.say(.client, Bolt.frame(.request(id: 1, timeout: 3_000), "", [], 50))
    talk.say(.client, Bolt.frame(.request(id: 2, timeout: 3_000), "\u{1}\u{2}", [], 50))
    let story = Story(talk.sent, assignments: assigned ? Self.bolt : [])
    #expect(story.ids == (assigned ? [1, 2] : [1, 1, 2]))
    #expect(story.summary.undecodedBytes == 0)
  }
}
