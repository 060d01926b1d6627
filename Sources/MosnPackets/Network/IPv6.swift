import MosnBytes

extension PacketParser {
  /// RFC 8200 §3:
  ///
  ///      0  version 4 bits, traffic class 8 bits, flow label 20 bits
  ///      4  payload length 2                       8  source 16
  ///      6  next header   7  hop limit            24  destination 16
  mutating func ipv6(_ bytes: RawSpan) throws(PacketStop) -> Step {
    let headerLength = 40
    try enter(.ipv6)
    try need(headerLength)
    let start = cursor.offset
    let version = bytes.byte(start) >> 4
    guard version == 6 else { throw stop(.invalid(.ipVersion, found: Int(version))) }
    cursor.advance(headerLength)
    // 0: a jumbogram (RFC 2675) or segmentation offload; the frame's length stands.
    let payloadLength = Int(bytes.uint16(start + 4))
    if payloadLength != 0 { cursor.clamp(payloadLength, source: .ipv6PayloadLength) }

    packet.source = IPAddress(ipv6: bytes.uint64(start + 8), bytes.uint64(start + 16))
    packet.destination = IPAddress(ipv6: bytes.uint64(start + 24), bytes.uint64(start + 32))
    packet.timeToLive = bytes.byte(start + 7)
    packet.ipIdentification = nil
    packet.udp = nil
    return try extensionHeaders(bytes, from: start)
  }

  /// Passes over the extension headers (RFC 8200 §4); each but AH and the fragment header is
  ///
  ///     next header 1 | length 1, in words of eight bytes less one | …
  private mutating func extensionHeaders(_ bytes: RawSpan, from start: Int) throws(PacketStop) -> Step {
    var nextHeaderOffset = start + 6
    while true {
      let next = IPProtocol(rawValue: bytes.byte(nextHeaderOffset))
      packet.ipProtocol = next
      let here = cursor.offset
      switch next {
      case .hopByHop, .routing, .destinationOptions, .mobility, .hostIdentity, .shim6:
        try need(8)
        let length = (Int(bytes.byte(here + 1)) + 1) * 8
        try need(length)
        cursor.advance(length)
      case .authentication: _ = try authenticationHeader(bytes)
      case .fragment:
        try fragmentHeader(bytes, header: start..<here, nextHeaderOffset: nextHeaderOffset)
      default: return .ipProtocol(next)
      }
      nextHeaderOffset = here
    }
  }

  /// RFC 8200 §4.5: next header 1 | reserved 1 | offset 13 bits, reserved 2 bits, more 1 bit | identification 4.
  /// Returns only for an atomic fragment, which is a whole datagram (RFC 6946).
  private mutating func fragmentHeader(
    _ bytes: RawSpan, header: Range<Int>, nextHeaderOffset: Int
  ) throws(PacketStop) {
    try need(8)
    let start = cursor.offset
    let field = bytes.uint16(start + 2)
    let (moreFlag, offsetMask) = (UInt16(0x0001), UInt16(0xFFF8))
    cursor.advance(8)
    guard field & (moreFlag | offsetMask) != 0 else { return }
    let carried = IPProtocol(rawValue: bytes.byte(start))
    packet.ipProtocol = carried
    packet.fragment = IPFragment(
      identification: bytes.uint32(start + 4), offset: Int(field & offsetMask),
      more: field & moreFlag != 0, ipProtocol: carried,
      header: header, nextHeaderOffset: nextHeaderOffset,
      payload: cursor.available, payloadLength: cursor.remaining)
    throw stop(.fragment)
  }
}
