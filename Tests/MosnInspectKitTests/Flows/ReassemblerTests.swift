import MosnPackets
import Testing

@testable import MosnInspectKit

@Suite struct ReassemblerTests {
  private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
  private let ten = [UInt8](repeating: 7, count: 10)

  // MARK: what is kept and what is not

  @Test func segmentsInOrderPassThrough() {
    let delivery = Delivery()
    delivery.receive(99, flags: .syn)
    delivery.receive(100, Self.bytes("abc"))
    delivery.receive(103, Self.bytes("def"), flags: .fin)
    #expect(delivery.bytes == Self.bytes("abcdef"))
    #expect(delivery.ends == 1)
    #expect(delivery.counters == Reassembler.Counters())
  }

  @Test func theCopyThatCameFirstWins() {
    let delivery = Delivery()
    delivery.receive(100, Self.bytes("a"))
    delivery.receive(103, Self.bytes("DE"))
    delivery.receive(101, Self.bytes("bcxyz"))
    #expect(delivery.bytes == Self.bytes("abcDEz"))
  }

  @Test func retransmissionsAreCountedAndNotDelivered() {
    let delivery = Delivery()
    delivery.receive(100, ten)
    delivery.receive(100, ten)
    delivery.receive(105, ten)
    #expect(delivery.bytes.count == 15)
    #expect(delivery.counters.retransmitted == 2)
  }

  @Test func aKeepAliveSaysNothing() {
    let delivery = Delivery()
    delivery.receive(100, ten)
    delivery.receive(109, [0])
    delivery.receive(109)
    delivery.receive(110, ten)
    #expect(delivery.bytes.count == 20)
    #expect(delivery.gaps.isEmpty)
  }

  @Test func aRepeatedSYNChangesNothing() {
    let delivery = Delivery()
    delivery.receive(99, flags: .syn)
    delivery.receive(99, flags: .syn)
    delivery.receive(100, ten)
    delivery.receive(99, flags: .syn)
    delivery.receive(110, ten)
    #expect(delivery.bytes.count == 20)
    #expect(!delivery.isNewConnection(synchronising: 99))
    #expect(delivery.isNewConnection(synchronising: 98))
  }

  @Test func aSYNCapturedLateBelongsToItsStream() {
    let delivery = Delivery()
    delivery.receive(100, ten)
    #expect(!delivery.isNewConnection(synchronising: 99))
    #expect(delivery.isNewConnection(synchronising: 500))
    delivery.receive(99, flags: .syn)
    delivery.receive(110, ten)
    #expect(delivery.bytes.count == 20)
  }

  @Test func dataOfASYNIsDelivered() {
    let delivery = Delivery()
    delivery.receive(99, Self.bytes("fast"), flags: .syn)
    delivery.receive(104, Self.bytes(" open"))
    #expect(delivery.bytes == Self.bytes("fast open"))
  }

  // MARK: ends

  @Test func aFINBeforeItsDataWaits() {
    let delivery = Delivery()
    delivery.receive(100, ten)
    delivery.receive(120, flags: .fin)
    #expect(delivery.ends == 0)
    delivery.receive(110, ten)
    #expect(delivery.ends == 1)
    #expect(delivery.bytes.count == 20)
  }

  @Test func whatIsMissingBeforeAFINIsAGap() {
    let delivery = Delivery()
    delivery.receive(100, ten)
    delivery.receive(117, flags: .fin)
    delivery.finish()
    #expect(delivery.gaps == [10..<17])
    #expect(delivery.ends == 1)
  }

  /// Whoever sent it: the stream has come farther.
  @Test func aFINBehindTheNextByteIsNotTheSenders() {
    let delivery = Delivery()
    delivery.receive(100, ten)
    delivery.receive(105, flags: .fin)
    delivery.receive(110, ten)
    #expect(delivery.bytes.count == 20)
    #expect(delivery.ends == 0)
  }

  @Test func aFINBeforeCapturedBytesIsNotTheSenders() {
    let delivery = Delivery()
    delivery.receive(100, ten)
    delivery.receive(120, ten)
    delivery.receive(115, flags: .fin)
    delivery.receive(110, ten)
    #expect(delivery.bytes.count == 30)
    #expect(delivery.ends == 0)
  }

  @Test func theNearestFINCounts() {
    let delivery = Delivery()
    delivery.receive(100, ten)
    delivery.receive(500, flags: .fin)
    delivery.receive(110, flags: .fin)
    #expect(delivery.ends == 1)
    delivery.finish()
    #expect(delivery.gaps.isEmpty)
    #expect(delivery.ends == 1)
  }

  /// They are for whoever counts them: numbered as if the FIN took a number, or as if it did not.
  @Test(arguments: [110, 111] as [UInt32])
  func bytesBehindAFINAreDelivered(_ start: UInt32) {
    let delivery = Delivery()
    delivery.receive(100, ten, flags: .fin)
    #expect(delivery.ends == 1)
    delivery.receive(100, ten, flags: .fin)
    delivery.receive(start + 10, ten)
    delivery.receive(start, ten)
    delivery.receive(start, ten)
    delivery.finish()
    #expect(delivery.delivered == 30)
    #expect(delivery.ends == 1)
  }

  @Test func nobodyMissesWhatLiesBehindAFIN() {
    let delivery = Delivery()
    delivery.receive(100, ten, flags: .fin)
    delivery.receive(150, ten)
    delivery.finish()
    #expect(delivery.delivered == 20)
    #expect(delivery.counters.gaps == 0)
  }

  @Test func finishingTwiceEndsOnce() {
    let delivery = Delivery()
    delivery.receive(100, ten)
    delivery.finish()
    delivery.finish()
    #expect(delivery.ends == 1)
  }

  // MARK: what the recorder cut

  @Test func aSegmentCutByTheRecorderLeavesAGap() {
    let delivery = Delivery()
    delivery.receive(100, ten, captured: 4)
    delivery.receive(110, ten)
    #expect(delivery.gaps == [4..<10])
    #expect(delivery.bytes.count == 20)
  }

  @Test func aSegmentCutByTheRecorderBehindAHoleLeavesAGap() {
    let delivery = Delivery()
    delivery.receive(100, ten)
    delivery.receive(120, ten, captured: 4)
    delivery.receive(110, ten)
    #expect(delivery.gaps == [24..<30])
    #expect(delivery.pendingBytes == 0)
  }

  @Test func aCutSegmentReceivedAgainCountsOnce() {
    let delivery = Delivery()
    delivery.receive(100, ten, captured: 4)
    delivery.receive(100, ten, captured: 4)
    #expect(delivery.gaps == [4..<10])
  }

  // MARK: giving holes up

  /// A hole of ten bytes, and `count` segments behind it.
  private func hole(then count: Int, limits: InspectLimits = InspectLimits()) -> Delivery {
    let delivery = Delivery()
    delivery.limits = limits
    delivery.receive(100, ten)
    for index in 0..<count { delivery.receive(UInt32(120 + 10 * index), ten) }
    return delivery
  }

  @Test func anAcknowledgedHoleIsGivenUpAfterThePatience() {
    let patience = InspectLimits().acknowledgedHolePatience
    let delivery = hole(then: patience)
    delivery.acknowledge(200)
    #expect(delivery.gaps.isEmpty)
    delivery.receive(UInt32(120 + 10 * patience), ten)
    #expect(delivery.gaps == [10..<20])
    #expect(delivery.pendingBytes == 0)
  }

  @Test func aHoleNobodyAcknowledgedIsWaitedFor() {
    let delivery = hole(then: 200)
    #expect(delivery.gaps.isEmpty)
    delivery.receive(110, ten)
    #expect(delivery.gaps.isEmpty)
    #expect(delivery.bytes.count == 2_020)
  }

  @Test func aHoleIsGivenUpWithTime() {
    let delivery = hole(then: 1)
    delivery.time = InspectLimits().holePatience
    delivery.receive(130, ten)
    #expect(delivery.gaps.isEmpty)
    delivery.time += 1
    delivery.receive(140, ten)
    #expect(delivery.gaps == [10..<20])
  }

  @Test(arguments: [(9, 0), (10, 0), (11, 1)])
  func pendingSegmentsAreBounded(_ count: Int, _ gaps: Int) {
    var limits = InspectLimits()
    limits.pendingSegments = 10
    #expect(hole(then: count, limits: limits).gaps.count == gaps)
  }

  @Test(arguments: [(9, 0), (10, 0), (11, 1)])
  func pendingBytesAreBounded(_ count: Int, _ gaps: Int) {
    var limits = InspectLimits()
    limits.pendingBytes = 100
    #expect(hole(then: count, limits: limits).gaps.count == gaps)
  }
}
