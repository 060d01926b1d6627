/// PostgreSQL by what a client opens with, or by messages one behind the other.
///
///     opening:   0 length   4 3.0 (00 03 00 00), or the request for TLS   8 user, ended by 00 …
///     message:   0 letter   1 length, without the letter
enum PostgreSQL: Recogniser {
  static let wireProtocol = UnreadProtocol.postgreSQL

  static func client(_ bytes: RawSpan) -> Evidence {
    if let length = bytes.long(0), let code = bytes.long(4) {
      switch code {
      // For TLS, for GSSAPI encryption.
      case 80_877_103 where length == 8, 80_877_104 where length == 8: return .strong
      case 196_608 where (17...10_000).contains(length):
        return bytes.contains(ignoringCase: "USER\0", in: bytes.clamped(8, length - 8)) ? .strong : .none
      default: break
      }
    }
    return chain(bytes, letters: "BCDEFHPQSXcdfp")
  }

  static func server(_ bytes: RawSpan) -> Evidence {
    // What follows an authentication, and every answer: ready for the next statement.
    chain(bytes, letters: "123ACDEGHIKNRSTVWZcdnst")
  }

  /// Three messages at least, the last of which ends where the bytes do or goes on beyond them.
  private static func chain(_ bytes: RawSpan, letters: StaticString) -> Evidence {
    var (offset, count) = (0, 0)
    while let letter = bytes.octet(offset), let length = bytes.long(offset + 1) {
      let isKnown = letters.withUTF8Buffer { $0.contains(letter) }
      guard isKnown, length >= 4, length < 1 << 24 else { return .none }
      offset += 1 + length
      count += 1
    }
    return count >= 3 ? .strong : count == 2 ? .weak : .none
  }
}
