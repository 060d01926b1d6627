import MosnPackets
import Testing

@testable import MosnInspectKit

/// Several networks may use the same addresses, and one packet may be seen in several networks.
@Suite struct NetworkTests {
  private static func calls(initial: (UInt32, UInt32), _ ids: ClosedRange<UInt32>) -> Talk {
    var talk = Talk(initial: initial)
    talk.open()
    for id in ids {
      talk.say(.client, Bolt.call(id))
      talk.say(.server, Bolt.answer(id))
    }
    talk.close()
    return talk
  }

  /// Packets of both, by turns.
  private static func mixed(_ first: [Talk.Sent], _ second: [Talk.Sent]) -> [Talk.Sent] {
    zip(first, second).flatMap { [$0, $1] }
  }

  enum Kind: CaseIterable {
    case vlan, vxlan

    func wrap(_ packet: [UInt8], _ network: Int) -> [UInt8] {
      switch self {
      case .vlan: Wrapping.ethernet(packet, vlan: UInt16(network))
      case .vxlan: Wrapping.vxlan(packet, network: UInt32(network))
      }
    }
  }

  @Test(arguments: Kind.allCases)
  func sameAddressesInTwoNetworksAreTwoConnections(_ kind: Kind) {
    let packets = Self.mixed(
      Self.calls(initial: (1_000, 5_000), 1...3).wrapped { kind.wrap($0, 10) },
      Self.calls(initial: (70_000_000, 900_000_000), 11...13).wrapped { kind.wrap($0, 20) })
    let story = Story(packets, linkType: .ethernet)
    #expect(story.ids.sorted() == [1, 1, 2, 2, 3, 3, 11, 11, 12, 12, 13, 13])
    #expect(story.summary.connections == 2)
    #expect((story.summary.gaps, story.summary.undecodedBytes, story.summary.findings) == (0, 0, 0))
  }

  /// A router or a mirror shows each packet in the network it comes from and in the one it goes to.
  @Test func aPacketSeenInTwoNetworksIsOne() {
    let talk = Self.calls(initial: (1_000, 5_000), 1...3)
    let packets = Self.mixed(
      talk.wrapped { Wrapping.ethernet($0, vlan: 10) }, talk.wrapped { Wrapping.ethernet($0) })
    let story = Story(packets, linkType: .ethernet)
    #expect(story.ids == [1, 1, 2, 2, 3, 3])
    #expect((story.summary.connections, story.summary.duplicates) == (1, talk.sent.count))
  }

  @Test(arguments: [0, 3])
  func answersOfAnotherNetworkBelongToTheirConnection(_ first: Int) {
    let talk = Self.calls(initial: (1_000, 5_000), 1...3)
    let packets = talk.wrapped { Wrapping.ethernet($0, vlan: $0[15] == 1 ? 10 : 20) }
    let story = Story(Array(packets[first...]), linkType: .ethernet)
    #expect(story.ids == [1, 1, 2, 2, 3, 3])
    #expect(story.summary.connections == 1)
  }

  @Test func fragmentsInsideFragmentsAreRead() {
    var talk = Talk()
    talk.open()
    talk.say(.client, Bolt.call(1, content: 600))
    var packets = Array(talk.sent.dropLast())
    if let last = talk.sent.last {
      for (index, inner) in Wrapping.fragments(last.bytes, first: 400).enumerated() {
        let outer = Wrapping.ipip(inner, identification: UInt16(900 + index))
        for piece in Wrapping.fragments(outer, first: 200) {
          packets.append(Talk.Sent(bytes: piece, time: last.time, originalLength: piece.count))
        }
      }
    }
    let story = Story(packets)
    #expect(story.ids == [1])
    #expect(story[0].number("content_length") == 600)
    #expect(story.summary.undecodedBytes == 0)
  }

  // MARK: copies

  /// Packets of the sender of another identification, or of none at all.
  private static func identified(_ talk: Talk, as identification: UInt16) -> [Talk.Sent] {
    talk.sent.map { packet in
      var packet = packet
      packet.bytes.replaceSubrange(4..<6, with: Talk.big(identification))
      return packet
    }
  }

  @Test(arguments: [0, 7] as [UInt16])
  func whatIsSentAgainIsNoCopyWhereAllPacketsHaveOneIdentification(_ identification: UInt16) {
    var talk = Talk()
    talk.open()
    talk.say(.client, Bolt.call(1))
    talk.time += 200_000_000
    talk.retransmit()
    for _ in 0..<3 { talk.send(.server, flags: .acknowledgement) }
    talk.close()
    let story = Story(Self.identified(talk, as: identification))
    #expect((story.summary.duplicates, story.summary.retransmissions) == (0, 1))
  }

  @Test func aWindowUpdateIsNoCopy() {
    var talk = Talk()
    talk.open()
    talk.say(.client, Bolt.call(1))
    for window in [100, 60_000] as [UInt16] {
      talk.send(.server, flags: .acknowledgement)
      let last = talk.sent.count - 1
      talk.sent[last].bytes.replaceSubrange(34..<36, with: Talk.big(window))
    }
    #expect(Story(Self.identified(talk, as: 7)).summary.duplicates == 0)
  }

  @Test func bytesThatComeAgainAtOnceAreACopy() {
    let talk = Self.calls(initial: (1_000, 5_000), 1...2)
    let packets = Self.identified(talk, as: 0).flatMap { packet in
      var copy = packet
      copy.time += 40_000
      return [packet, copy]
    }
    let story = Story(packets)
    #expect(story.ids == [1, 1, 2, 2])
    #expect(story.summary.retransmissions == 0)
  }
}
