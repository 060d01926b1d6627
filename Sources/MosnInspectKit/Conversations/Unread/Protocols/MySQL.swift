/// MySQL and MariaDB by the server's greeting, or by statements.
///
///     0 length, lowest octet first   3 number   4 protocol 10   5 version, ended by 00
enum MySQL: Recogniser {
  static let wireProtocol = UnreadProtocol.mySQL

  static func server(_ bytes: RawSpan) -> Evidence {
    guard let version = version(bytes), let length = bytes.littleShort(0), bytes.octet(2) == 0 else {
      return .none
    }
    // A number of the connection, eight octets and a zero follow.
    return length > version + 15 && bytes.octet(5 + version + 1 + 12) ?? 0 == 0
      ? .strong : .none
  }

  static func client(_ bytes: RawSpan) -> Evidence {
    guard let length = bytes.littleShort(0), length > 4, bytes.octet(2) == 0, bytes.octet(3) == 0,
      let command = bytes.octet(4), command == 0x03 || command == 0x16
    else { return .none }
    let statements: [StaticString] = [
      "SELECT ", "INSERT ", "UPDATE ", "DELETE ", "SET ", "SHOW ", "BEGIN", "COMMIT",
    ]
    return statements.contains { bytes.contains(ignoringCase: $0, in: bytes.clamped(5, 8)) } ? .strong : .none
  }

  static func describe(client: RawSpan, server: RawSpan) -> UnreadTraffic {
    guard let version = version(server).map({ server.text(5, $0) }) else {
      return UnreadTraffic(wireProtocol: .mySQL, text: "MySQL")
    }
    return UnreadTraffic(
      wireProtocol: .mySQL, text: "MySQL, server \(version)", facts: [.init(name: .product, value: version)])
  }

  /// Bytes of the version, from the sixth on.
  private static func version(_ bytes: RawSpan) -> Int? {
    guard bytes.octet(3) == 0, bytes.octet(4) == 10, let first = bytes.octet(5), (0x31...0x39).contains(first)
    else {
      return nil
    }
    let count = bytes.printableCount(from: 5)
    guard (3...80).contains(count), bytes.octet(5 + count) == 0 else { return nil }
    return (6...7).contains { bytes.octet($0) == UInt8(ascii: ".") } ? count : nil
  }
}
