import Testing

@testable import MosnPackets

/// The networks that tags and tunnels name: told apart always, and named as far as there is room.
@Suite struct NetworkTagTests {
  private static func tag(_ identifiers: [(Layer, UInt32)]) -> NetworkTag {
    var tag = NetworkTag.none
    for (layer, identifier) in identifiers { tag.append(layer, identifier) }
    return tag
  }

  @Test func namesWhatItHolds() {
    #expect(NetworkTag.none.description == "")
    #expect(Self.tag([(.vlan, 10)]).description == "VLAN 10")
    #expect(
      Self.tag([(.vlan, 4_095), (.vlan, 1), (.vxlan, 0xFF_FFFF)]).description
        == "VLAN 4095, VLAN 1, VXLAN 16777215")
    #expect(Self.tag([(.geneve, 0), (.gre, .max)]).description == "Geneve 0, GRE key 4294967295")
  }

  @Test func moreThanFitAreToldApart() {
    let many = Self.tag([(.gre, 1), (.gre, 2), (.gre, 3)])
    #expect(many.description.hasPrefix("tags "))
    #expect(many != Self.tag([(.gre, 1), (.gre, 2), (.gre, 4)]))
    #expect(many != Self.tag([(.gre, 1), (.gre, 2)]))
  }

  @Test func noTwoListsAreTheSame() {
    var seen: Set<NetworkTag> = []
    for first in 1...40 as ClosedRange<UInt32> {
      seen.insert(Self.tag([(.vlan, first)]))
      seen.insert(Self.tag([(.vxlan, first)]))
      for second in 1...40 as ClosedRange<UInt32> {
        seen.insert(Self.tag([(.vlan, first), (.vlan, second)]))
      }
    }
    #expect(seen.count == 40 * 42)
  }
}
