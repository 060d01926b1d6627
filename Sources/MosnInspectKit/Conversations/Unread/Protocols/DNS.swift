/// DNS over TCP (RFC 1035 §4): a length, a head, and one question with a name.
enum DNS: Recogniser {
  static let wireProtocol = UnreadProtocol.dns

  static func client(_ bytes: RawSpan) -> Evidence { evidence(bytes, isAnswer: false) }
  static func server(_ bytes: RawSpan) -> Evidence { evidence(bytes, isAnswer: true) }

  private static func evidence(_ bytes: RawSpan, isAnswer: Bool) -> Evidence {
    guard let length = bytes.short(0), length >= 17, let flags = bytes.short(4),
      (flags & 0x8000 != 0) == isAnswer,
      flags & 0x7840 == 0, bytes.short(6) == 1, let answers = bytes.short(8), isAnswer || answers == 0
    else { return .none }
    var offset = 14
    while let count = bytes.octet(offset), count > 0 {
      guard count <= 63, bytes.isPrintable(offset + 1, Int(count)) else { return .none }
      offset += 1 + Int(count)
    }
    // The class of the question is Internet's.
    return offset > 14 && bytes.octet(offset) == 0 && bytes.short(offset + 3) == 1 ? .strong : .none
  }
}
