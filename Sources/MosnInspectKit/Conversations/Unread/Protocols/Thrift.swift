/// Apache Thrift by the head of a message, in frames or without: strict binary and compact.
///
///     binary:   80 01 00 type   4 length of the name   8 name        compact:   82   type, version   number   length   name
enum Thrift: Recogniser {
  static let wireProtocol = UnreadProtocol.thrift

  static func client(_ bytes: RawSpan) -> Evidence { evidence(bytes, types: [1, 4]) }
  static func server(_ bytes: RawSpan) -> Evidence { evidence(bytes, types: [2, 3]) }

  private static func evidence(_ bytes: RawSpan, types: [Int]) -> Evidence {
    if isBinary(bytes, at: 0, types) { return .strong }
    guard let length = bytes.long(0), (8...1 << 27).contains(length) else { return .none }
    return isBinary(bytes, at: 4, types) || isCompact(bytes, at: 4, types) ? .strong : .none
  }

  private static func isBinary(_ bytes: RawSpan, at offset: Int, _ types: [Int]) -> Bool {
    guard let head = bytes.long(offset), head >> 8 == 0x80_01_00, types.contains(head & 0xFF),
      let length = bytes.long(offset + 4), (1...255).contains(length)
    else { return false }
    return bytes.isPrintable(offset + 8, length)
  }

  private static func isCompact(_ bytes: RawSpan, at offset: Int, _ types: [Int]) -> Bool {
    guard bytes.octet(offset) == 0x82, let type = bytes.octet(offset + 1), type & 0x1F == 1,
      types.contains(Int(type >> 5))
    else { return false }
    var name = offset + 2
    // The sequence number, of one to five octets.
    while let octet = bytes.octet(name), octet >= 0x80, name < offset + 7 { name += 1 }
    guard let length = bytes.octet(name + 1), length >= 2, length < 0x80 else { return false }
    return bytes.isPrintable(name + 2, Int(length))
  }
}
