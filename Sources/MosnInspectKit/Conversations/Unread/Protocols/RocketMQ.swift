/// RocketMQ by the head of a command.
///
///     0 length   4 serialization   5 length of the head   8 head, nearly always JSON with a "code"
enum RocketMQ: Recogniser {
  static let wireProtocol = UnreadProtocol.rocketMQ

  static func client(_ bytes: RawSpan) -> Evidence { evidence(bytes) }
  static func server(_ bytes: RawSpan) -> Evidence { evidence(bytes) }

  private static func evidence(_ bytes: RawSpan) -> Evidence {
    guard let length = bytes.long(0), bytes.octet(4) == 0, let head = bytes.word24(5), head + 4 <= length,
      bytes.begins(with: "{\"", at: 8)
    else { return .none }
    return bytes.contains(ignoringCase: "\"CODE\":", in: bytes.clamped(8, head)) ? .strong : .none
  }
}
