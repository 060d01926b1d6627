import MosnBytes

/// A UDP header, and where the payload lies.
public struct UDPDatagram: Hashable, Sendable {
  public let sourcePort: UInt16
  public let destinationPort: UInt16
  /// What was captured of the payload.
  public let payload: Range<Int>
  /// The payload's length on the wire; `payload` is shorter if the capture was cut.
  public let payloadLength: Int
}

extension PacketParser {
  /// RFC 768: source port 2 | destination port 2 | length 2 | checksum 2.
  mutating func udp(_ bytes: RawSpan) throws(PacketStop) -> Step {
    let headerLength = 8
    try enter(.udp)
    try need(headerLength)
    let start = cursor.offset
    let length = Int(bytes.uint16(start + 4))
    // 0: a jumbogram (RFC 2675 §4) or segmentation offload.
    if length != 0 {
      guard length >= headerLength else { throw stop(.invalid(.udpLength, found: length)) }
      cursor.clamp(length, source: .udpLength)
    }
    cursor.advance(headerLength)
    let datagram = UDPDatagram(
      sourcePort: bytes.uint16(start), destinationPort: bytes.uint16(start + 2),
      payload: cursor.available, payloadLength: cursor.remaining)
    packet.udp = datagram
    if let step = try udpTunnel(bytes, datagram) { return step }
    throw stop(.notTCP(.udp))
  }
}
