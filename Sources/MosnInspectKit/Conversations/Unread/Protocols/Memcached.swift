/// memcached's text: a command and its key, or what answers them.
enum MemcachedText: Recogniser {
  static let wireProtocol = UnreadProtocol.memcached

  static func client(_ bytes: RawSpan) -> Evidence {
    guard let line = bytes.firstLine else { return .none }
    let stores: [StaticString] = ["set ", "add ", "replace ", "append ", "prepend ", "cas "]
    if stores.contains(where: { bytes.begins(with: $0) }) { return words(bytes, line) >= 5 ? .strong : .none }
    let others: [StaticString] = ["get ", "gets ", "delete ", "incr ", "decr ", "touch ", "stats", "version"]
    return line > 4 && others.contains { bytes.begins(with: $0) } ? .weak : .none
  }

  static func server(_ bytes: RawSpan) -> Evidence {
    guard let line = bytes.firstLine else { return .none }
    if bytes.begins(with: "VALUE ") { return words(bytes, line) >= 4 ? .strong : .none }
    let answers: [StaticString] = [
      "STORED", "NOT_STORED", "END", "DELETED", "NOT_FOUND", "STAT ", "VERSION ",
    ]
    return line >= 3 && answers.contains { bytes.begins(with: $0) } ? .weak : .none
  }

  private static func words(_ bytes: RawSpan, _ line: Int) -> Int {
    var count = 1
    for offset in 0..<line where bytes.octet(offset) == 0x20 { count += 1 }
    return count
  }
}

/// memcached's binary form.
///
///     0 80 or 81   1 command   2 length of the key   4 of the extras   5 00   6 status   8 length of all   12 …   24
enum MemcachedBinary: Recogniser {
  static let wireProtocol = UnreadProtocol.memcached

  static func client(_ bytes: RawSpan) -> Evidence { evidence(bytes, magic: 0x80) }
  static func server(_ bytes: RawSpan) -> Evidence { evidence(bytes, magic: 0x81) }

  private static func evidence(_ bytes: RawSpan, magic: UInt8) -> Evidence {
    guard bytes.octet(0) == magic, let command = bytes.octet(1), command <= 0x48, let key = bytes.short(2),
      key <= 250, let extras = bytes.octet(4), extras <= 20, bytes.octet(5) == 0, let length = bytes.long(8),
      length >= key + Int(extras), length <= 1 << 21, bytes.holds(0, 24)
    else { return .none }
    return .weak
  }
}
