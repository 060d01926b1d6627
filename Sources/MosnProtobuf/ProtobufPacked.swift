import MosnBytes

/// The numbers of a packed repeated field, one by one.
struct ProtobufPacked {
  private var offset: Int
  private let end: Int
  /// Bytes of each; nil for varints.
  private let width: Int?
  /// Whether the bytes do not end behind a number.
  private(set) var isBroken = false

  init(_ range: Range<Int>, of type: ProtobufSchema.FieldType) {
    (offset, end) = (range.lowerBound, range.upperBound)
    width =
      switch type {
      case .double, .fixed64, .sfixed64: 8
      case .float, .fixed32, .sfixed32: 4
      default: nil
      }
  }

  mutating func next(in bytes: RawSpan) -> UInt64? {
    guard offset < end, !isBroken else { return nil }
    guard let width else { return varint(in: bytes) }
    guard width <= end - offset else {
      isBroken = true
      return nil
    }
    defer { offset += width }
    return width == 4
      ? UInt64(bytes.integer(UInt32.self, at: offset, .little))
      : bytes.integer(UInt64.self, at: offset, .little)
  }

  private mutating func varint(in bytes: RawSpan) -> UInt64? {
    var value: UInt64 = 0
    for place in 0..<10 where offset < end {
      let byte = UInt64(bytes.byte(offset))
      offset += 1
      if place == 9, byte > 1 { break }
      value |= (byte & 0x7f) << UInt64(7 * place)
      if byte < 0x80 { return value }
    }
    isBroken = true
    return nil
  }
}
