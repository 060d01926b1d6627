import MosnBytes

extension PacketParser {
  /// RFC 791 §3.1:
  ///
  ///      0  version 4 bits, header length 4 bits   8  time to live
  ///      1  type of service                        9  protocol
  ///      2  total length 2                        10  checksum 2
  ///      4  identification 2                      12  source 4
  ///      6  flags 3 bits, fragment offset 13 bits 16  destination 4, options behind
  mutating func ipv4(_ bytes: RawSpan) throws(PacketStop) -> Step {
    let leastHeader = 20
    try enter(.ipv4)
    try need(leastHeader)
    let start = cursor.offset
    let first = bytes.byte(start)
    guard first >> 4 == 4 else { throw stop(.invalid(.ipVersion, found: Int(first >> 4))) }
    let headerLength = Int(first & 0x0F) * 4
    guard headerLength >= leastHeader else {
      throw stop(.invalid(.ipv4HeaderLength, found: headerLength))
    }
    let totalLength = Int(bytes.uint16(start + 2))
    // 0 is what segmentation offload leaves in a sender's own capture: the frame's length stands.
    if totalLength != 0 {
      guard totalLength >= headerLength else { throw stop(.invalid(.ipv4TotalLength, found: totalLength)) }
      cursor.clamp(totalLength, source: .ipv4TotalLength)
    }
    try need(headerLength)
    cursor.advance(headerLength)

    let carried = IPProtocol(rawValue: bytes.byte(start + 9))
    packet.source = IPAddress(ipv4: bytes.uint32(start + 12))
    packet.destination = IPAddress(ipv4: bytes.uint32(start + 16))
    packet.ipProtocol = carried
    packet.timeToLive = bytes.byte(start + 8)
    packet.ipIdentification = bytes.uint16(start + 4)
    packet.udp = nil

    let fragmentField = bytes.uint16(start + 6)
    let (moreFlag, offsetMask) = (UInt16(0x2000), UInt16(0x1FFF))
    guard fragmentField & (moreFlag | offsetMask) != 0 else { return .ipProtocol(carried) }
    packet.fragment = IPFragment(
      identification: UInt32(bytes.uint16(start + 4)), offset: Int(fragmentField & offsetMask) * 8,
      more: fragmentField & moreFlag != 0, ipProtocol: carried,
      header: start..<cursor.offset, nextHeaderOffset: start + 9,
      payload: cursor.available, payloadLength: cursor.remaining)
    throw stop(.fragment)
  }
}
