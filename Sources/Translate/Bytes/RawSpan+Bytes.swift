/// Loads from bytes a peer sent. All of them are bounds-checked; callers give ranges that codecs handed out.
extension RawSpan {
  @inline(__always)
  func byte(_ offset: Int) -> UInt8 { unsafeLoad(fromByteOffset: offset, as: UInt8.self) }

  /// Eight octets, the first one lowest.
  @inline(__always)
  func word(_ offset: Int) -> UInt64 {
    UInt64(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  /// Fewer than eight octets at `offset`, the first one lowest, filled up with zeros.
  @inline(__always)
  func word(_ offset: Int, count: Int) -> UInt64 {
    if byteCount - offset >= 8 { return word(offset) & ((1 << UInt64(8 &* count)) &- 1) }
    var value: UInt64 = 0
    for index in 0..<count { value |= UInt64(byte(offset &+ index)) << UInt64(8 &* index) }
    return value
  }

  /// Whether the octets of two ranges are the same.
  @inline(__always)
  func isEqual(_ range: Range<Int>, to other: RawSpan, _ otherRange: Range<Int>) -> Bool {
    guard range.count == otherRange.count else { return false }
    let (left, right, count) = (range.lowerBound, otherRange.lowerBound, range.count)
    guard count >= 8 else { return word(left, count: count) == other.word(right, count: count) }
    var offset = 0
    while count - offset > 8 {
      if word(left + offset) != other.word(right + offset) { return false }
      offset += 8
    }
    // The last eight octets, some of which may have been compared before.
    return word(left + count - 8) == other.word(right + count - 8)
  }

  @inline(__always)
  func isEqual(_ range: Range<Int>, to text: StaticString) -> Bool {
    guard range.count == text.utf8CodeUnitCount else { return false }
    return text.withUTF8Buffer { isEqual(range, to: UnsafeRawBufferPointer($0).bytes, 0..<range.count) }
  }
}

extension [UInt8] {
  @inline(__always)
  mutating func append(_ bytes: RawSpan, _ range: Range<Int>) {
    bytes.extracting(range).withUnsafeBytes { append(contentsOf: $0) }
  }

  @inline(__always)
  mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { append(contentsOf: $0) }
  }
}
