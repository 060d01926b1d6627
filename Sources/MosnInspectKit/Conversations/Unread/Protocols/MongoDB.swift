/// MongoDB by the head of a message, lowest octets first.
///
///     0 length   4 number   8 number it answers   12 kind: 2013 (OP_MSG), 2012 (compressed), 2004 (query), 1 (reply)
enum MongoDB: Recogniser {
  static let wireProtocol = UnreadProtocol.mongoDB

  static func client(_ bytes: RawSpan) -> Evidence { evidence(bytes, isRequest: true) }
  static func server(_ bytes: RawSpan) -> Evidence { evidence(bytes, isRequest: false) }

  private static func evidence(_ bytes: RawSpan, isRequest: Bool) -> Evidence {
    guard let length = bytes.littleLong(0), (21...48_000_000).contains(length),
      let answered = bytes.littleLong(8),
      let kind = bytes.littleLong(12), (answered == 0) == isRequest
    else { return .none }
    switch kind {
    case 2013:
      // Two flags and one more are known; then comes a section of kind 0 or 1.
      guard let flags = bytes.littleLong(16), flags & ~0x1_0003 == 0, let section = bytes.octet(20),
        section <= 1
      else { return .none }
      return .strong
    case 2012: return [1, 2013, 2004].contains(bytes.littleLong(16) ?? 0) ? .strong : .none
    // The name of a collection follows.
    case 2004: return isRequest && bytes.isPrintable(20, 3) ? .strong : .none
    case 1: return isRequest ? .none : .weak
    default: return .none
    }
  }
}
