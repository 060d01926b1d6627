import MosnBytes

extension PacketParser {
  /// What the destination port announces, if the first bytes bear it out; nil for any other datagram.
  mutating func udpTunnel(_ bytes: RawSpan, _ datagram: UDPDatagram) throws(PacketStop) -> Step? {
    switch datagram.destinationPort {
    case 4789, 8472: return try vxlan(bytes)  // 8472: what Linux took before IANA had a number
    case 4790: return try vxlanGPE(bytes)
    case 6081: return try geneve(bytes)
    case 2152: return try gtpUser(bytes)
    case 4754 where datagram.payloadLength > 0: return try gre(bytes)  // RFC 8086
    case 6635 where datagram.payloadLength > 0: return .mpls  // RFC 7510
    default: return nil
    }
  }

  /// RFC 7348 §5: flags 1, of which only "VNI is valid" is set | reserved 3 | VNI 3 | reserved 1.
  private mutating func vxlan(_ bytes: RawSpan) throws(PacketStop) -> Step? {
    guard cursor.shortfall(8) == nil, bytes.byte(cursor.offset) & 0x08 != 0 else { return nil }
    try enter(.vxlan)
    packet.network.append(.vxlan, bytes.uint32(cursor.offset + 4) >> 8)
    cursor.advance(8)
    return .ethernet
  }

  /// VXLAN generic protocol extension (draft-ietf-nvo3-vxlan-gpe §3): byte 3 names what is carried.
  private mutating func vxlanGPE(_ bytes: RawSpan) throws(PacketStop) -> Step? {
    let start = cursor.offset
    guard let step = try vxlan(bytes) else { return nil }
    switch bytes.byte(start + 3) {
    case 0, 3: return step
    case 1: return .ipv4
    case 2: return .ipv6
    default: throw stop(.unsupported(.payload))
    }
  }

  /// RFC 8926 §3.4: version 2 bits, length of the options 6 bits, in words | flags 1 | ethertype 2 | VNI 3 |
  /// reserved 1 | options.
  private mutating func geneve(_ bytes: RawSpan) throws(PacketStop) -> Step? {
    guard cursor.shortfall(8) == nil, bytes.byte(cursor.offset) >> 6 == 0 else { return nil }
    try enter(.geneve)
    let start = cursor.offset
    let headerLength = 8 + Int(bytes.byte(start) & 0x3F) * 4
    try need(headerLength)
    packet.network.append(.geneve, bytes.uint32(start + 4) >> 8)
    cursor.advance(headerLength)
    return .etherType(EtherType(rawValue: bytes.uint16(start + 2)))
  }

  /// 3GPP TS 29.281 §5.1, version 1, message G-PDU:
  ///
  ///     version 3 bits, protocol type 1 bit, reserved 1 bit, E S PN | message 1 | length 2 | TEID 4
  ///     [sequence 2 | N-PDU 1 | next extension 1: E, S or PN]
  private mutating func gtpUser(_ bytes: RawSpan) throws(PacketStop) -> Step? {
    let userData: UInt8 = 255
    let start = cursor.offset
    guard cursor.shortfall(8) == nil, bytes.byte(start) & 0xF0 == 0x30, bytes.byte(start + 1) == userData
    else { return nil }
    try enter(.gtpUser)
    let flags = bytes.byte(start)
    let length = Int(bytes.uint16(start + 2))
    cursor.advance(8)
    cursor.clamp(length, source: .gtpLength)
    if flags & 0x07 != 0 {
      try need(4)
      var next = bytes.byte(start + 11)
      cursor.advance(4)
      // §5.2.1, one extension: length 1, in words | content | next extension 1.
      while flags & 0x04 != 0, next != 0 {
        try need(4)
        let length = max(Int(bytes.byte(cursor.offset)), 1) * 4
        try need(length)
        cursor.advance(length)
        next = bytes.byte(cursor.offset - 1)
      }
    }
    return .internet
  }
}
