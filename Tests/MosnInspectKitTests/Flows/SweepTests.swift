import MosnPackets
import Testing

@testable import MosnInspectKit

/// What is done about other connections when a packet comes is a step or two, whatever times packets claim. Steps are
/// counted, not time.
@Suite struct SweepTests {
  /// Nanoseconds at which packet `index` claims to have come.
  enum Clock: CaseIterable {
    case stands, ends, runs, leaps, runsBack, swings, swingsFar, startsLate

    func time(_ index: Int) -> Int64 {
      let (start, second) = (1_700_000_000_000_000_000 as Int64, 1_000_000_000 as Int64)
      return switch self {
      case .stands: start
      case .ends: .max
      case .runs: start + Int64(index) * 1_000_000
      case .leaps: start + Int64(index) * 75 * second
      case .runsBack: start - Int64(index) * 75 * second
      case .swings: start + (index % 2 == 0 ? 0 : 1_000 * second)
      case .swingsFar: index % 2 == 0 ? .max : .min
      case .startsLate: index < 1_000 ? .max : Int64(index) * 80 * second
      }
    }
  }

  private static let count = 2_000

  /// SYNs, or resets, of as many connections, `rounds` packets each.
  private static func flood(
    _ clock: Clock, flags: TCPFlags, rounds: Int = 1, limits: InspectLimits = InspectLimits()
  ) -> Inspector {
    var talk = Talk()
    talk.forge(.client, flags: flags)
    var packet = talk.sent[0].bytes
    var inspector = Inspector(limits: limits)
    var index = 0
    for _ in 0..<rounds {
      for port in 0..<UInt16(count) {
        packet.replaceSubrange(20..<22, with: Talk.big(port + 1_024))
        packet.replaceSubrange(4..<6, with: Talk.big(UInt16(truncatingIfNeeded: index)))
        index += 1
        inspector.receive(
          packet.span.bytes, number: index, time: clock.time(index), linkType: .raw,
          originalLength: packet.count
        ) { _ in }
      }
    }
    return inspector
  }

  @Test(arguments: Clock.allCases, [TCPFlags.syn, .reset])
  func aPacketCostsAStepOrTwo(_ clock: Clock, _ flags: TCPFlags) {
    let inspector = Self.flood(clock, flags: flags, rounds: 2)
    // Each packet may look at one connection of either list that stays, and every connection goes once from each.
    #expect(inspector.visits <= 2 * inspector.summary.packets + 2 * inspector.summary.connections)
  }

  @Test(arguments: Clock.allCases)
  func evictionsCostWhatTheyEvict(_ clock: Clock) {
    var limits = InspectLimits()
    limits.connections = 300
    let inspector = Self.flood(clock, flags: .syn, limits: limits)
    #expect(inspector.visits <= inspector.summary.packets + inspector.summary.connections)
  }

  /// The recorder's clock was set back: what was last seen "later" than now is given up all the same, and nobody waits
  /// behind it.
  @Test func aClockThatWasSetBackDelaysNobodyForEver() {
    var limits = InspectLimits()
    limits.idle = 10_000_000_000
    let start = 1_700_000_000_000_000_000 as Int64
    var late = Talk(clientPort: 40_000, at: start + 3_600_000_000_000)
    late.open()
    late.say(.client, Array(Bolt.call(1).dropLast(5)))
    var other = Talk(clientPort: 40_001, at: start)
    other.open()
    other.say(.client, Array(Bolt.call(2).dropLast(5)))
    var after = Talk(clientPort: 40_002, at: start + 60_000_000_000)
    after.open()
    let story = Story(late.sent + other.sent + after.sent, limits: limits, isOver: false)
    #expect(story.ids.sorted() == [1, 2])
  }

  @Test func aListKeepsItsOrder() {
    var list = SlotList()
    var order: [Int] = []
    for slot in [3, 0, 7, 3, 1, 0, 7, 7, 2] {
      list.moveToEnd(slot)
      order.removeAll { $0 == slot }
      order.append(slot)
    }
    for slot in [1, 1, 3, 9] {
      list.remove(slot)
      order.removeAll { $0 == slot }
    }
    #expect(list.last == order.last)
    while let first = list.first {
      #expect(first == order.removeFirst())
      #expect(list.contains(first))
      list.remove(first)
      #expect(!list.contains(first))
    }
    #expect(order.isEmpty && list.last == nil)
  }
}
