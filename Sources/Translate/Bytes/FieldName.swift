import MosnBytes

/// Names of header fields: which octets they may have, and the hash that rules and the map field know them by.
enum FieldName {
  /// What stands on the wire for each octet of a key: itself, its lower case, or 0 when no name may hold it
  /// (RFC 9110 §5.6.2, RFC 9113 §8.2.1).
  static let wire: [UInt8] = (0...255).map { (octet: UInt8) in
    switch octet {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): octet | 0x20
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): octet
    default: "!#$%&'*+-.^_`|~".utf8.contains(octet) ? octet : 0
    }
  }

  /// A key whose upper-case octets lie beyond is no field: the map field counts no further.
  static let longestCased = 255 * 8

  /// Puts the key as a name on the wire into `name`, whose memory is used again; false when it can be none.
  static func lowercase(_ bytes: [UInt8], _ key: Range<Int>, into name: inout [UInt8]) -> Bool {
    name.removeAll(keepingCapacity: true)
    name.reserveCapacity(key.count)
    for offset in key {
      let octet = wire[Int(bytes[offset])]
      guard octet != 0 else { return false }
      name.append(octet)
    }
    return true
  }

  /// 24 bits of a name, part of the map field's format (docs/translation.md).
  ///
  ///     x = count; for each eight octets, little-endian, the last filled up with zeros: x = (x ^ word) * K; x ^= x >> 32
  ///     hash = x >> 40
  @inline(__always)
  static func hash(_ bytes: RawSpan, _ range: Range<Int>) -> UInt32 {
    var value = UInt64(truncatingIfNeeded: range.count)
    var offset = range.lowerBound
    while range.upperBound - offset >= 8 {
      value = fold(value, bytes.word(offset))
      offset += 8
    }
    if offset < range.upperBound {
      value = fold(value, bytes.word(offset, count: range.upperBound - offset))
    }
    // A multiplication carries upwards only: the last octet of eight reaches no lower bits than these.
    return UInt32(truncatingIfNeeded: value >> 40)
  }

  @inline(__always)
  private static func fold(_ value: UInt64, _ word: UInt64) -> UInt64 {
    let product = (value ^ word) &* 0x9E37_79B9_7F4A_7C15
    return product ^ product >> 32
  }
}
