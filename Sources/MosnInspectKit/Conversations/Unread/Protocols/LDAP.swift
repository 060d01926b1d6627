/// LDAP by a bind request or response (RFC 4511 §4.2), in BER.
///
///     30 length   02 length number   60 (61) length   02 01 version 2, 3 (0A 01 result)
enum LDAP: Recogniser {
  static let wireProtocol = UnreadProtocol.ldap

  static func client(_ bytes: RawSpan) -> Evidence {
    evidence(bytes, operation: 0x60, field: 0x02, values: 2...3)
  }
  static func server(_ bytes: RawSpan) -> Evidence {
    evidence(bytes, operation: 0x61, field: 0x0A, values: 0...80)
  }

  private static func evidence(_ bytes: RawSpan, operation: UInt8, field: UInt8, values: ClosedRange<UInt8>)
    -> Evidence
  {
    guard bytes.octet(0) == 0x30, let number = behindLength(bytes, 1), bytes.octet(number) == 0x02,
      let count = bytes.octet(number + 1), (1...4).contains(count),
      bytes.octet(number + 2 + Int(count)) == operation,
      let body = behindLength(bytes, number + 3 + Int(count)), bytes.octet(body) == field,
      bytes.octet(body + 1) == 1,
      let value = bytes.octet(body + 2)
    else { return .none }
    return values.contains(value) ? .strong : .none
  }

  private static func behindLength(_ bytes: RawSpan, _ offset: Int) -> Int? {
    guard let first = bytes.octet(offset) else { return nil }
    if first < 0x80 { return offset + 1 }
    return (0x81...0x84).contains(first) ? offset + 1 + Int(first & 0x7F) : nil
  }
}
