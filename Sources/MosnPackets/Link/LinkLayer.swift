import MosnBytes

extension PacketParser {
  mutating func link(_ bytes: RawSpan, _ type: LinkType) throws(PacketStop) -> Step {
    switch type {
    case .ethernet: return .ethernet
    case .linuxSLL: return try linuxSLL(bytes)
    case .linuxSLL2: return try linuxSLL2(bytes)
    case .null, .loop: return try null(bytes)
    case .raw, .rawDLT, .rawOpenBSD: return .internet
    case .ipv4: return .ipv4
    case .ipv6: return .ipv6
    case .ppp: return .ppp
    case .pppHDLC: return try pppHDLC(bytes)
    case .ciscoHDLC: return try ciscoHDLC(bytes)
    case .fddi: return try fddi(bytes)
    case .nflog: return try nflog(bytes)
    default: throw stop(.unsupported(.linkType(type)))
    }
  }

  /// BSD loopback: four bytes of address family, in whichever byte order makes it small. The numbers are those
  /// of the system that captured.
  private mutating func null(_ bytes: RawSpan) throws(PacketStop) -> Step {
    try enter(.null)
    try need(4)
    let value = bytes.uint32(cursor.offset)
    let family = value > 0xFFFF ? value.byteSwapped : value
    cursor.advance(4)
    // Some drivers put a Cisco HDLC header here instead: 0x0F 0x00, ethertype.
    if value >> 16 == 0x0F00 { return .etherType(EtherType(rawValue: UInt16(truncatingIfNeeded: value))) }
    switch family {
    case 2: return .ipv4
    case 10, 23, 24, 28, 30: return .ipv6  // Linux, Windows, NetBSD and OpenBSD, FreeBSD, Darwin
    default: throw stop(.unsupported(.addressFamily(family)))
    }
  }

  /// Linux cooked capture, version 1:
  ///
  ///     packet type 2 | ARPHRD type 2 | address length 2 | address 8 | protocol 2
  private mutating func linuxSLL(_ bytes: RawSpan) throws(PacketStop) -> Step {
    try enter(.linuxSLL)
    try need(16)
    let start = cursor.offset
    cursor.advance(16)
    return try cooked(protocol: bytes.uint16(start + 14), hardware: bytes.uint16(start + 2))
  }

  /// Linux cooked capture, version 2:
  ///
  ///     protocol 2 | reserved 2 | interface 4 | ARPHRD type 2 | packet type 1 | address length 1 | address 8
  private mutating func linuxSLL2(_ bytes: RawSpan) throws(PacketStop) -> Step {
    try enter(.linuxSLL2)
    try need(20)
    let start = cursor.offset
    cursor.advance(20)
    return try cooked(protocol: bytes.uint16(start), hardware: bytes.uint16(start + 8))
  }

  private func cooked(protocol number: UInt16, hardware: UInt16) throws(PacketStop) -> Step {
    let netlink: UInt16 = 824
    if hardware == netlink { throw stop(.unsupported(.hardwareType(hardware))) }
    return number == 4 ? .llc : .etherType(EtherType(rawValue: number))  // 4: an 802.2 frame
  }

  /// FDDI: frame control 1 | destination 6 | source 6 | LLC.
  private mutating func fddi(_ bytes: RawSpan) throws(PacketStop) -> Step {
    try enter(.fddi)
    try need(13)
    cursor.advance(13)
    return .llc
  }

  /// Linux netfilter log: family 1 | version 1 | resource 2, then attributes in the byte order of the machine
  /// that captured, each padded to four bytes:
  ///
  ///     length 2 (this header included) | type 2 | value
  private mutating func nflog(_ bytes: RawSpan) throws(PacketStop) -> Step {
    let (header, payloadType) = (4, UInt16(9))
    try enter(.nflog)
    try need(header + header)
    cursor.advance(header)
    let bigEndian = Int(bytes.uint16(cursor.offset).byteSwapped) > cursor.remaining
    while true {
      try need(header)
      let (first, second) = (bytes.uint16(cursor.offset), bytes.uint16(cursor.offset + 2))
      let length = Int(bigEndian ? first : first.byteSwapped)
      guard length >= header else { throw stop(.invalid(.nflogAttributeLength, found: length)) }
      if (bigEndian ? second : second.byteSwapped) == payloadType {
        cursor.clamp(length, source: .nflogLength)
        cursor.advance(header)
        return .internet
      }
      let padded = (length + 3) & ~3
      try need(padded)
      cursor.advance(padded)
    }
  }
}
