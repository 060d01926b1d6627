import MosnBytes

extension PacketParser {
  /// Ethernet: destination 6 | source 6 | type or length 2.
  mutating func ethernet(_ bytes: RawSpan) throws(PacketStop) -> Step {
    try enter(.ethernet)
    try need(14)
    let field = bytes.uint16(cursor.offset + 12)
    cursor.advance(14)
    return try typeOrLength(field)
  }

  /// What an ethertype announces, wherever one stands: Ethernet, cooked captures, GRE, Geneve.
  mutating func etherType(_ bytes: RawSpan, _ type: EtherType) throws(PacketStop) -> Step {
    switch type {
    case .ipv4: return .ipv4
    case .ipv6: return .ipv6
    case .vlan, .serviceVLAN, .oldServiceVLAN: return try vlan(bytes)
    case .mpls, .mplsUpstream: return .mpls
    case .pppoeSession: return try pppoe(bytes)
    case .ppp: return .ppp
    case .bridgedEthernet: return .ethernet
    case .providerBackbone: return try providerBackbone(bytes)
    case .fabricPath: return try fabricPath(bytes)
    case .vnTag: return try portTag(bytes, .vnTag, contentLength: 4)
    case .eTag: return try portTag(bytes, .eTag, contentLength: 6)
    default: throw stop(.unsupported(.etherType(type)))
    }
  }

  /// 802.2 LLC: DSAP 1 | SSAP 1 | control 1, and with SNAP: organisation 3 | type 2.
  mutating func llc(_ bytes: RawSpan) throws(PacketStop) -> Step {
    let (snap, internet, unnumbered) = (UInt8(0xAA), UInt8(0x06), UInt8(0x03))
    try enter(.llc)
    try need(3)
    let start = cursor.offset
    let point = bytes.byte(start)
    guard bytes.byte(start + 2) == unnumbered else { throw stop(.unsupported(.serviceAccessPoint(point))) }
    switch point {
    case internet:
      cursor.advance(3)
      return .ipv4
    case snap:
      try need(8)
      let organisation = bytes.uint32(start + 2) & 0xFF_FFFF
      let bridgeTunnel: UInt32 = 0x00_00F8
      guard organisation == 0 || organisation == bridgeTunnel else { throw stop(.unsupported(.payload)) }
      cursor.advance(8)
      return .etherType(EtherType(rawValue: bytes.uint16(start + 6)))
    default: throw stop(.unsupported(.serviceAccessPoint(point)))
    }
  }

  private mutating func typeOrLength(_ field: UInt16) throws(PacketStop) -> Step {
    if field >= EtherType.least { return .etherType(EtherType(rawValue: field)) }
    let longest: UInt16 = 1500
    guard field <= longest else { throw stop(.invalid(.ethernetLength, found: Int(field))) }
    cursor.clamp(Int(field), source: .ethernetLength)
    return .llc
  }

  /// 802.1Q and its kin: priority 3 bits, drop 1 bit, identifier 12 bits | type or length 2.
  private mutating func vlan(_ bytes: RawSpan) throws(PacketStop) -> Step {
    try enter(.vlan)
    try need(4)
    let start = cursor.offset
    let identifier = bytes.uint16(start) & 0x0FFF
    packet.vlans.append(identifier)
    // 0 is a priority and no VLAN.
    if identifier != 0 { packet.network.append(.vlan, UInt32(identifier)) }
    cursor.advance(4)
    return try typeOrLength(bytes.uint16(start + 2))
  }

  /// 802.1ah: flags and service identifier 4, then the customer's frame.
  private mutating func providerBackbone(_ bytes: RawSpan) throws(PacketStop) -> Step {
    try enter(.providerBackbone)
    try need(4)
    cursor.advance(4)
    return .ethernet
  }

  /// Cisco FabricPath: forwarding tag and time to live 2, then the frame.
  private mutating func fabricPath(_ bytes: RawSpan) throws(PacketStop) -> Step {
    try enter(.fabricPath)
    try need(2)
    cursor.advance(2)
    return .ethernet
  }

  /// Cisco VN-Tag and 802.1BR E-TAG: the ports of a bridge | type 2.
  private mutating func portTag(
    _ bytes: RawSpan, _ layer: Layer, contentLength: Int
  ) throws(PacketStop) -> Step {
    try enter(layer)
    try need(contentLength + 2)
    let field = bytes.uint16(cursor.offset + contentLength)
    cursor.advance(contentLength + 2)
    return try typeOrLength(field)
  }
}
