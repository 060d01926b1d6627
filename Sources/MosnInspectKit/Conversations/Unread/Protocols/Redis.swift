/// Redis by its protocol's lines: a command is an array of strings with lengths.
enum Redis: Recogniser {
  static let wireProtocol = UnreadProtocol.redis

  static func client(_ bytes: RawSpan) -> Evidence {
    guard bytes.octet(0) == UInt8(ascii: "*"), let count = number(bytes, from: 1),
      bytes.octet(count.end) == UInt8(ascii: "$"), let length = number(bytes, from: count.end + 1),
      count.value >= 1, (1...64).contains(length.value)
    else { return .none }
    // A name behind it.
    return bytes.isPrintable(length.end, bytes.clamped(length.end, length.value).count) ? .strong : .none
  }

  static func server(_ bytes: RawSpan) -> Evidence {
    guard let first = bytes.octet(0) else { return .none }
    switch first {
    case UInt8(ascii: "+"):
      return bytes.begins(with: "+PONG\r\n") ? .strong : bytes.firstLine == nil ? .none : .weak
    case UInt8(ascii: "-"):
      return bytes.begins(with: "-ERR ") || bytes.begins(with: "-NOAUTH ") ? .weak : .none
    case UInt8(ascii: ":"), UInt8(ascii: "$"), UInt8(ascii: "*"):
      return number(bytes, from: 1) == nil ? .none : .weak
    default: return .none
    }
  }

  /// Digits and CRLF, and where they end.
  private static func number(_ bytes: RawSpan, from start: Int) -> (value: Int, end: Int)? {
    var (value, offset) = (0, start)
    while let octet = bytes.octet(offset), (0x30...0x39).contains(octet), offset - start < 9 {
      value = value * 10 + Int(octet - 0x30)
      offset += 1
    }
    guard offset > start, bytes.begins(with: "\r\n", at: offset) else { return nil }
    return (value, offset + 2)
  }
}
