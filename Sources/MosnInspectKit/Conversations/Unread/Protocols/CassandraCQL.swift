/// Cassandra's CQL by the head of a frame.
///
///     0 version 3, 4, 5 (an answer: + 80)   1 flags   2 stream   4 kind   5 length
enum CassandraCQL: Recogniser {
  static let wireProtocol = UnreadProtocol.cassandra

  static func client(_ bytes: RawSpan) -> Evidence {
    guard let (kind, length) = head(bytes, answer: false) else { return .none }
    switch kind {
    // STARTUP holds a map with the version of the language; OPTIONS holds nothing.
    case 1: return bytes.contains(ignoringCase: "CQL_VERSION", in: bytes.clamped(9, length)) ? .strong : .none
    case 5: return length == 0 ? .weak : .none
    // A statement is text with a length before it.
    case 7, 9: return bytes.long(9).map { $0 <= length } == true && bytes.isPrintable(13, 6) ? .strong : .none
    case 0x0A, 0x0B, 0x0D, 0x0F: return .weak
    default: return .none
    }
  }

  static func server(_ bytes: RawSpan) -> Evidence {
    guard let (kind, length) = head(bytes, answer: true) else { return .none }
    switch kind {
    case 6: return bytes.contains(ignoringCase: "CQL_VERSION", in: bytes.clamped(9, length)) ? .strong : .none
    case 2: return length == 0 ? .weak : .none
    case 0, 3, 8, 0x0C, 0x0E, 0x10: return .weak
    default: return .none
    }
  }

  private static func head(_ bytes: RawSpan, answer: Bool) -> (kind: UInt8, length: Int)? {
    guard let version = bytes.octet(0), (3...5).contains(version & 0x7F), (version & 0x80 != 0) == answer,
      let flags = bytes.octet(1), flags <= 0x1F, let kind = bytes.octet(4), let length = bytes.long(5),
      length <= 1 << 28
    else { return nil }
    return (kind, length)
  }
}
