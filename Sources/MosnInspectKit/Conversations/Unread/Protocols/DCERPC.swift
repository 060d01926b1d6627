/// DCE/RPC over connections (C706 §12.6).
///
///     0 version 5   1 minor   2 kind   3 flags   4 how data lies (10 00 00 00)   8 length, lowest octet first
enum DCERPC: Recogniser {
  static let wireProtocol = UnreadProtocol.dceRPC

  /// request, bind, alter_context, auth3
  static func client(_ bytes: RawSpan) -> Evidence { evidence(bytes, kinds: [0, 11, 14, 16]) }
  /// response, fault, bind_ack, bind_nak, alter_context_resp
  static func server(_ bytes: RawSpan) -> Evidence { evidence(bytes, kinds: [2, 3, 12, 13, 15]) }

  private static func evidence(_ bytes: RawSpan, kinds: [UInt8]) -> Evidence {
    guard bytes.octet(0) == 5, let minor = bytes.octet(1), minor <= 1, let kind = bytes.octet(2),
      kinds.contains(kind), bytes.long(4) == 0x1000_0000, let length = bytes.littleShort(8), length >= 16
    else { return .none }
    return .strong
  }
}
