import MosnBytes

extension PacketParser {
  /// RFC 2784, RFC 2890, and the enhanced version 1 of PPTP (RFC 2637 §4.1):
  ///
  ///     C R K S s, recursion 3 bits | A, flags 4 bits, version 3 bits | ethertype 2
  ///     [checksum 2, offset 2: C or R] [key 4: K] [sequence 4: S] [routing: R] [acknowledgement 4: A]
  mutating func gre(_ bytes: RawSpan) throws(PacketStop) -> Step {
    try enter(.gre)
    try need(4)
    let flags = GREFlags(rawValue: bytes.uint16(cursor.offset))
    let type = EtherType(rawValue: bytes.uint16(cursor.offset + 2))
    guard flags.version <= 1 else { throw stop(.invalid(.greVersion, found: Int(flags.version))) }
    cursor.advance(4)
    if !flags.isDisjoint(with: [.checksum, .routing]) { try skip(4) }
    if flags.contains(.key) {
      try need(4)
      // In version 1 it is no network's.
      if flags.version == 0 { packet.network.append(.gre, bytes.uint32(cursor.offset)) }
      cursor.advance(4)
    }
    if flags.contains(.sequence) { try skip(4) }
    if flags.version == 1, flags.contains(.acknowledgement) { try skip(4) }
    if flags.version == 0, flags.contains(.routing) { try sourceRoutes(bytes) }
    switch type {
    case .erspan where flags.contains(.sequence): return try erspan(bytes, headerLength: 8)
    case .erspan: return .ethernet  // type I has no header of its own
    case .erspanIII: return try erspan(bytes, headerLength: 12)
    case .ppp where flags.version == 1 && !flags.contains(.sequence):
      throw stop(.unsupported(.payload))  // a bare acknowledgement
    default: return .etherType(type)
    }
  }

  /// RFC 1701: family 2 | offset 1 | length 1 | that many bytes, until a length of 0.
  private mutating func sourceRoutes(_ bytes: RawSpan) throws(PacketStop) {
    while true {
      try need(4)
      let length = Int(bytes.byte(cursor.offset + 3))
      cursor.advance(4)
      if length == 0 { return }
      try skip(length)
    }
  }

  /// ERSPAN type II (8 bytes) and III (12 bytes, and 8 more if its last bit says so), then a mirrored frame.
  private mutating func erspan(_ bytes: RawSpan, headerLength: Int) throws(PacketStop) -> Step {
    try enter(.erspan)
    try need(headerLength)
    let hasPlatformHeader = headerLength == 12 && bytes.byte(cursor.offset + 11) & 1 != 0
    cursor.advance(headerLength)
    if hasPlatformHeader { try skip(8) }
    return .ethernet
  }

  private mutating func skip(_ count: Int) throws(PacketStop) {
    try need(count)
    cursor.advance(count)
  }
}

private struct GREFlags: OptionSet {
  let rawValue: UInt16

  static let checksum = Self(rawValue: 0x8000)
  static let routing = Self(rawValue: 0x4000)
  static let key = Self(rawValue: 0x2000)
  static let sequence = Self(rawValue: 0x1000)
  static let acknowledgement = Self(rawValue: 0x0080)

  var version: UInt16 { rawValue & 0x0007 }
}
