import MosnBytes

extension PacketParser {
  /// RFC 3032 §2.1, one entry: label 20 bits | class 3 bits | bottom of stack 1 bit | time to live 8 bits.
  ///
  /// The stack does not say what it carries: IP shows itself by its version, and an Ethernet pseudowire, with
  /// or without control word (RFC 4448 §4.6), by an ethertype known here in the right place.
  mutating func mpls(_ bytes: RawSpan) throws(PacketStop) -> Step {
    try enter(.mpls)
    var bottom = false
    while !bottom {
      try need(4)
      bottom = bytes.uint32(cursor.offset) & 0x100 != 0
      cursor.advance(4)
    }
    try need(1)
    switch bytes.byte(cursor.offset) >> 4 {
    case 4: return .ipv4
    case 6: return .ipv6
    case 0 where looksLikeEthernet(bytes, at: 4):
      try enter(.pseudowire)
      cursor.advance(4)
      return .ethernet
    default:
      guard looksLikeEthernet(bytes, at: 0) else { throw stop(.unsupported(.payload)) }
      return .ethernet
    }
  }

  private func looksLikeEthernet(_ bytes: RawSpan, at distance: Int) -> Bool {
    guard cursor.shortfall(distance + 14) == nil else { return false }
    switch EtherType(rawValue: bytes.uint16(cursor.offset + distance + 12)) {
    case .ipv4, .ipv6, .arp, .vlan, .serviceVLAN, .mpls, .pppoeSession: return true
    default: return false
    }
  }
}
