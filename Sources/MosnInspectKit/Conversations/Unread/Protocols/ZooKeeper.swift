/// ZooKeeper by the opening of a session.
///
///     request:   0 length 44 or 45   4 version 0   8 last change seen   16 timeout   20 session   28 16   32 password
///     answer:    0 length 36 or 37   4 version 0   8 timeout   12 session   20 16   24 password
enum ZooKeeper: Recogniser {
  static let wireProtocol = UnreadProtocol.zooKeeper

  static func client(_ bytes: RawSpan) -> Evidence {
    isSession(bytes, lengths: 44...45, timeout: 16, password: 28) ? .strong : .none
  }

  static func server(_ bytes: RawSpan) -> Evidence {
    isSession(bytes, lengths: 36...37, timeout: 8, password: 20) ? .strong : .none
  }

  private static func isSession(_ bytes: RawSpan, lengths: ClosedRange<Int>, timeout: Int, password: Int)
    -> Bool
  {
    guard let length = bytes.long(0), lengths.contains(length), bytes.long(4) == 0,
      let milliseconds = bytes.long(timeout)
    else { return false }
    return milliseconds <= 86_400_000 && bytes.long(password) == 16
  }
}
