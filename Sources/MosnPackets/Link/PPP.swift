import MosnBytes

extension PacketParser {
  /// PPP: optionally address 0xFF and control 0x03 | protocol 2, or 1 where compressed (RFC 1661 §6.5: an odd
  /// first byte).
  mutating func ppp(_ bytes: RawSpan) throws(PacketStop) -> Step {
    try enter(.ppp)
    try need(2)
    if bytes.uint16(cursor.offset) == 0xFF03 {
      cursor.advance(2)
      try need(2)
    }
    var number = bytes.uint16(cursor.offset)
    if number & 0x0100 != 0 {
      number >>= 8
      cursor.advance(1)
    } else {
      cursor.advance(2)
    }
    switch number {
    case 0x0021: return .ipv4
    case 0x0057: return .ipv6
    case 0x0281, 0x0283: return .mpls
    default: throw stop(.unsupported(.pppProtocol(number)))
    }
  }

  /// PPPoE (RFC 2516 §4): version 4 bits, type 4 bits | code 1 | session 2 | length 2.
  mutating func pppoe(_ bytes: RawSpan) throws(PacketStop) -> Step {
    try enter(.pppoe)
    try need(6)
    let start = cursor.offset
    let head = bytes.uint16(start)
    guard head == 0x1100 else { throw stop(.invalid(.pppoeVersion, found: Int(head))) }
    cursor.advance(6)
    cursor.clamp(Int(bytes.uint16(start + 4)), source: .pppoeLength)
    return .ppp
  }

  /// Serial lines carry PPP or Cisco HDLC; the first byte tells (tcpdump.org: LINKTYPE_PPP_HDLC).
  mutating func pppHDLC(_ bytes: RawSpan) throws(PacketStop) -> Step {
    try need(1)
    let (unicast, multicast) = (UInt8(0x0F), UInt8(0x8F))
    let address = bytes.byte(cursor.offset)
    return address == unicast || address == multicast ? try ciscoHDLC(bytes) : .ppp
  }

  /// Cisco HDLC: address 1 | control 1 | ethertype 2.
  mutating func ciscoHDLC(_ bytes: RawSpan) throws(PacketStop) -> Step {
    try enter(.ciscoHDLC)
    try need(4)
    let type = bytes.uint16(cursor.offset + 2)
    cursor.advance(4)
    return .etherType(EtherType(rawValue: type))
  }
}
