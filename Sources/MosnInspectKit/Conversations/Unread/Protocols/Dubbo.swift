/// Dubbo by the head of a frame.
///
///     0 DA BB   2 request, two-way, event, serialization   3 status   4 id   12 length of the body
enum Dubbo: Recogniser {
  static let wireProtocol = UnreadProtocol.dubbo

  static func client(_ bytes: RawSpan) -> Evidence { evidence(bytes, isRequest: true) }
  static func server(_ bytes: RawSpan) -> Evidence { evidence(bytes, isRequest: false) }

  private static func evidence(_ bytes: RawSpan, isRequest: Bool) -> Evidence {
    guard bytes.short(0) == 0xDABB, let flags = bytes.octet(2), let status = bytes.octet(3),
      let length = bytes.long(12), length <= 1 << 27, flags & 0x1F > 0, (flags & 0x80 != 0) == isRequest
    else { return .none }
    return isRequest ? (status == 0 ? .strong : .none) : ((20...100).contains(status) ? .strong : .none)
  }
}
