/// BGP by the marker of its messages (RFC 4271 §4.1).
enum BGP: Recogniser {
  static let wireProtocol = UnreadProtocol.bgp

  static func client(_ bytes: RawSpan) -> Evidence { evidence(bytes) }
  static func server(_ bytes: RawSpan) -> Evidence { evidence(bytes) }

  private static func evidence(_ bytes: RawSpan) -> Evidence {
    guard bytes.quad(0) == .max, bytes.quad(8) == .max, let length = bytes.short(16),
      (19...65_535).contains(length), let kind = bytes.octet(18), (1...5).contains(kind)
    else { return .none }
    return .strong
  }
}
