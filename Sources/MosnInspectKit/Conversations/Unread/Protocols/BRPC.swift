/// Baidu's bRPC by the head of a message.
///
///     0 PRPC   4 length of the body   8 length of what describes it, which is part of the body
enum BRPC: Recogniser {
  static let wireProtocol = UnreadProtocol.brpc

  static func client(_ bytes: RawSpan) -> Evidence { evidence(bytes) }
  static func server(_ bytes: RawSpan) -> Evidence { evidence(bytes) }

  private static func evidence(_ bytes: RawSpan) -> Evidence {
    guard bytes.begins(with: "PRPC"), let body = bytes.long(4), let meta = bytes.long(8) else { return .none }
    return meta <= body ? .strong : .none
  }
}
