import MosnBytes

/// A TCP header, and where the payload lies.
public struct TCPSegment: Hashable, Sendable {
  public let sourcePort: UInt16
  public let destinationPort: UInt16
  public let sequence: TCPSequence
  /// Means something only with `TCPFlags.acknowledgement`.
  public let acknowledgement: TCPSequence
  public let flags: TCPFlags
  /// As sent: the scale agreed on in the handshake is not applied.
  public let window: UInt16
  /// What was captured of the options.
  public let options: Range<Int>
  /// What was captured of the payload.
  public let payload: Range<Int>
  /// The payload's length on the wire; `payload` is shorter if the capture was cut.
  public let payloadLength: Int
}

extension TCPSegment {
  /// The sequence numbers the segment takes up: its payload, and one each for SYN and FIN.
  @inlinable
  public var sequenceLength: Int {
    payloadLength + (flags.contains(.syn) ? 1 : 0) + (flags.contains(.fin) ? 1 : 0)
  }
}

extension PacketParser {
  /// RFC 9293 §3.1:
  ///
  ///      0  source port 2, destination port 2     12  data offset 4 bits, flags 12 bits
  ///      4  sequence number 4                     14  window 2
  ///      8  acknowledgement number 4              16  checksum 2, urgent pointer 2, options behind
  mutating func tcp(_ bytes: RawSpan) throws(PacketStop) -> Step {
    let leastHeader = 20
    try enter(.tcp)
    try need(leastHeader)
    let start = cursor.offset
    let offsetAndFlags = bytes.uint16(start + 12)
    let dataOffset = Int(offsetAndFlags >> 12) * 4
    guard dataOffset >= leastHeader else { throw stop(.invalid(.tcpDataOffset, found: dataOffset)) }
    let shortfall = cursor.shortfall(dataOffset)
    if let shortfall, case .tooShort = shortfall { throw stop(shortfall) }
    let captured = cursor.available.upperBound
    let payload = min(start + dataOffset, captured)..<captured
    packet.tcp = TCPSegment(
      sourcePort: bytes.uint16(start), destinationPort: bytes.uint16(start + 2),
      sequence: TCPSequence(rawValue: bytes.uint32(start + 4)),
      acknowledgement: TCPSequence(rawValue: bytes.uint32(start + 8)),
      flags: TCPFlags(rawValue: offsetAndFlags & 0x0FFF), window: bytes.uint16(start + 14),
      options: start + leastHeader..<payload.lowerBound, payload: payload,
      payloadLength: cursor.remaining - dataOffset)
    // Options cut by the snap length: the segment stands, and so does the reason why it has no payload.
    if let shortfall { throw stop(shortfall) }
    cursor.advance(dataOffset)
    return .done
  }
}
