import MosnBytes

extension PacketParser {
  /// An IP header of either version.
  mutating func internet(_ bytes: RawSpan) throws(PacketStop) -> Step {
    try need(1)
    let version = bytes.byte(cursor.offset) >> 4
    switch version {
    case 4: return .ipv4
    case 6: return .ipv6
    default: throw stop(.invalid(.ipVersion, found: Int(version)))
    }
  }

  /// What the IP layer carries.
  mutating func ipProtocol(_ bytes: RawSpan, _ number: IPProtocol) throws(PacketStop) -> Step {
    switch number {
    case .tcp: return try tcp(bytes)
    case .udp: return try udp(bytes)
    case .ipv4: return .ipv4
    case .ipv6: return .ipv6
    case .gre: return try gre(bytes)
    case .mpls: return .mpls
    case .ethernet: return .ethernet
    case .authentication:
      let next = try authenticationHeader(bytes)
      packet.ipProtocol = next
      return .ipProtocol(next)
    default: throw stop(.notTCP(number))
    }
  }

  /// RFC 4302 §2: next header 1 | length 1, in words of four bytes less two | …
  mutating func authenticationHeader(_ bytes: RawSpan) throws(PacketStop) -> IPProtocol {
    try need(2)
    let start = cursor.offset
    let length = (Int(bytes.byte(start + 1)) + 2) * 4
    try need(length)
    cursor.advance(length)
    return IPProtocol(rawValue: bytes.byte(start))
  }
}
