import BoltCodec
import MosnInspectKit
import MosnPackets
import Support
import Testing

/// Packets in, messages out: what networks, recorders and bounds do to them.
@Suite struct InspectorTests {
  /// `count` calls and answers, some of them over several segments.
  static func calls(_ count: Int, closed: Bool = true) -> Talk {
    var talk = Talk()
    talk.open()
    for id in 1...UInt32(count) {
      talk.say(.client, Bolt.call(id, content: Int(id) * 37 % 900), size: 300)
      talk.say(.server, Bolt.answer(id, content: Int(id) * 53 % 900), size: 300)
    }
    if closed { talk.close() }
    return talk
  }

  @Test func callsAndAnswersAreTold() {
    let story = Story(Self.calls(3))
    #expect(story.kinds == ["request", "response", "request", "response", "request", "response"])
    #expect(story.ids == [1, 1, 2, 2, 3, 3])
    #expect(story.messages.first?.text("src") == "10.0.0.1:40000")
    #expect(story.messages.first?.text("dst") == "10.0.0.2:12200")
    #expect(story.messages.first?.text("time") == "1700000000.004000000")
    #expect(story.messages.first?.number("packet") == 4)
    #expect(story.rules.isEmpty)
    #expect(story.summary.connections == 1)
    #expect(story.summary.decodedConnections == 1)
    #expect(story.summary.undecodedBytes == 0)
  }

  @Test func everyPacketTwiceIsToldOnce() {
    let talk = Self.calls(20)
    let story = Story(talk.sent.flatMap { [$0, $0] })
    #expect(story.ids == Story(talk).ids)
    #expect(story.summary.duplicates == talk.sent.count)
    #expect(story.summary.retransmissions == 0)
    #expect(story.summary.connections == 1)
  }

  @Test func aRetransmissionIsNoCopy() {
    var talk = Talk()
    talk.open()
    talk.say(.client, Bolt.call(1))
    talk.retransmit()
    let story = Story(talk)
    #expect(story.ids == [1])
    #expect(story.summary.retransmissions == 1)
    #expect(story.summary.duplicates == 0)
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func packetsThatMoveLoseNothing(_ seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var packets = Self.calls(40).sent
    for _ in 0..<max(1, packets.count / 50) {
      let from = Int.random(in: 0..<packets.count - 3, using: &random)
      packets.insert(packets.remove(at: from), at: from + 3)
    }
    let story = Story(packets)
    #expect(story.ids.sorted() == (1...40).flatMap { [$0, $0] }, "seed \(seed)")
    #expect(story.rules.isEmpty, "seed \(seed): \(story.rules)")
    #expect(story.summary.gaps == 0, "seed \(seed)")
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func lostPacketsCostTheMessagesTheyTouch(_ seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let talk = Self.calls(100)
    let lost = Set((0..<5).map { _ in Int.random(in: 4..<talk.sent.count - 3, using: &random) })
    let story = Story(talk.sent.enumerated().filter { !lost.contains($0.offset) }.map(\.element))
    let whole = story.messages.filter { !$0.rules.contains("cut-short") }
    #expect(whole.count >= 200 - 2 * lost.count, "seed \(seed)")
    #expect(story.summary.gaps > 0 && story.summary.gaps <= lost.count, "seed \(seed)")
  }

  @Test func theNextConnectionOfAPortIsAnother() {
    var first = Self.calls(2)
    first.time += 1
    var second = Talk(at: first.time, initial: (90_000, 70_000))
    second.open()
    second.say(.client, Bolt.call(9))
    let story = Story(first.sent + second.sent)
    #expect(story.summary.connections == 2)
    #expect(story.ids == [1, 1, 2, 2, 9])
  }

  @Test func aPortIsReusedWithoutAFIN() {
    let first = Self.calls(1, closed: false)
    var second = Talk(at: first.time, initial: (90_000, 70_000))
    second.open()
    second.say(.client, Bolt.call(9))
    #expect(Story(first.sent + second.sent).ids == [1, 1, 9])
  }

  @Test func fragmentsArePutTogether() {
    var talk = Talk()
    talk.open()
    talk.say(.client, Bolt.call(1, content: 600))
    let whole = talk.sent[3]
    let cut = 20 + 256
    let fragments = [
      Self.fragment(whole.bytes, 20..<cut, offset: 0, isLast: false),
      Self.fragment(whole.bytes, cut..<whole.bytes.count, offset: 256, isLast: true),
    ].map { Talk.Sent(bytes: $0, time: whole.time, originalLength: $0.count) }
    let story = Story(talk.sent[..<3] + fragments.reversed())
    #expect(story.ids == [1])
    #expect(story.summary.fragments == 2)
  }

  private static func fragment(_ packet: [UInt8], _ part: Range<Int>, offset: Int, isLast: Bool) -> [UInt8] {
    var header = Array(packet[..<20])
    header.replaceSubrange(2..<4, with: Talk.big(UInt16(20 + part.count)))
    header.replaceSubrange(6..<8, with: Talk.big(UInt16(offset / 8) | (isLast ? 0 : 0x2000)))
    return header + packet[part]
  }

  @Test func linkLayersArePeeled() {
    let story = Story(
      Self.calls(1).sent.map { packet in
        var packet = packet
        packet.bytes = [UInt8](repeating: 2, count: 12) + [0x81, 0, 0, 7, 8, 0] + packet.bytes
        packet.originalLength += 18
        return packet
      }, linkType: .ethernet)
    #expect(story.ids == [1, 1])
  }

  @Test func whatIsNoTCPIsCounted() {
    var packets = Self.calls(1).sent
    let udp: [UInt8] =
      [0x45, 0, 0, 28, 0, 1, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2] + [0, 53, 0, 53, 0, 8, 0, 0]
    packets.append(Talk.Sent(bytes: udp, time: packets[0].time, originalLength: udp.count))
    packets.append(Talk.Sent(bytes: [0x45, 0, 0], time: packets[0].time, originalLength: 40))
    packets.append(
      Talk.Sent(bytes: [0x35] + udp.dropFirst(), time: packets[0].time, originalLength: udp.count))
    let summary = Story(packets).summary
    #expect((summary.others, summary.truncated, summary.malformed) == (1, 1, 1))
    #expect(summary.packets == packets.count)
  }

  // MARK: bounds

  @Test func silentConnectionsAreGivenUp() {
    var limits = InspectLimits()
    limits.idle = 10_000_000_000
    var talk = Talk()
    talk.open()
    // A frame that never ends is shown when its connection is given up, not at the end of the capture.
    talk.say(.client, Array(Bolt.call(1, content: 500).dropLast(5)))
    var later = Talk(clientPort: 40_001, at: talk.time + 60_000_000_000)
    later.open()
    later.say(.client, Bolt.call(2))
    let story = Story(talk.sent + later.sent, limits: limits)
    #expect(story.ids == [1, 2])
    #expect(story.rules == ["cut-short"])
  }

  @Test(arguments: [(3, 0), (4, 1)])
  func connectionsAreBounded(_ count: Int, _ evicted: Int) {
    var limits = InspectLimits()
    limits.connections = 3
    var packets: [Talk.Sent] = []
    for index in 0..<count {
      var talk = Talk(clientPort: 40_000 + UInt16(index), at: Int64(index) * 1_000_000_000)
      talk.open()
      talk.say(.client, Bolt.call(UInt32(index)))
      packets += talk.sent
    }
    let story = Story(packets, limits: limits)
    #expect(story.summary.evictedConnections == evicted)
    #expect(story.ids == Array(0..<count))
  }

  @Test func memoryIsBounded() {
    var limits = InspectLimits()
    limits.totalBytes = 1 << 20
    var packets: [Talk.Sent] = []
    // A frame that is never finished.
    let begun = Array(Bolt.call(1, content: 1 << 20).prefix(100_000))
    for index in 0..<30 {
      var talk = Talk(clientPort: 40_000 + UInt16(index), at: Int64(index) * 1_000_000_000)
      talk.open()
      talk.say(.client, begun)
      packets += talk.sent
    }
    let story = Story(packets, limits: limits)
    #expect((15...29).contains(story.summary.evictedConnections))
  }

  @Test func whatWasReadIsNotHeld() {
    var limits = InspectLimits()
    limits.totalBytes = 1 << 20
    var packets: [Talk.Sent] = []
    for index in 0..<60 {
      var talk = Talk(clientPort: 40_000 + UInt16(index))
      talk.open()
      for id in 0..<20 as Range<UInt32> { talk.say(.client, Bolt.call(id, content: 2_000)) }
      packets += talk.sent
    }
    let story = Story(packets, limits: limits)
    #expect(story.summary.evictedConnections == 0)
    #expect(story.messages.count == 1_200)
  }

  @Test func timesMayClaimAnything() {
    var packets = Self.calls(3).sent
    for (index, time) in [Int64.max, .min, 0, -1, .max, .min].enumerated() { packets[index + 3].time = time }
    #expect(Story(packets).ids.sorted() == [1, 1, 2, 2, 3, 3])
  }

  @Test func aPortIsTakenForAProtocol() throws {
    let assignment = try #require(PortAssignment("tcp.port==12200,bolt"))
    var talk = Talk()
    // From the middle, with a content that gives away nothing.
    talk.say(.client, Array(Bolt.call(1, content: 2_000).dropFirst(1_000)))
    talk.say(.client, Bolt.call(2))
    #expect(Story(talk.sent, assignments: [assignment]).ids == [2])
    for wrong in ["tcp.port==12200", "tcp.port=12200,bolt", "udp.port==1,bolt", "tcp.port==99999,bolt", ""] {
      #expect(PortAssignment(wrong) == nil, "\(wrong)")
    }
  }
}
