/// Octets compared eight at a time, and taken out. Ranges are those that codecs handed out; a wrong one traps.
extension RawSpan {
  /// Eight octets, the first one lowest.
  @inlinable @inline(__always)
  package func word(_ offset: Int) -> UInt64 {
    UInt64(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  /// Fewer than eight octets at `offset`, the first one lowest, filled up with zeros.
  @inlinable @inline(__always)
  package func word(_ offset: Int, count: Int) -> UInt64 {
    if byteCount - offset >= 8 { return word(offset) & ((1 << UInt64(8 &* count)) &- 1) }
    var value: UInt64 = 0
    for index in 0..<count { value |= UInt64(byte(offset &+ index)) << UInt64(8 &* index) }
    return value
  }

  /// Whether the octets of two ranges are the same.
  @inlinable @inline(__always)
  package func isEqual(_ range: Range<Int>, to other: RawSpan, _ otherRange: Range<Int>) -> Bool {
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

  @inlinable @inline(__always)
  package func isEqual(_ range: Range<Int>, to other: RawSpan) -> Bool {
    isEqual(range, to: other, 0..<other.byteCount)
  }

  @inlinable @inline(__always)
  package func isEqual(_ range: Range<Int>, to text: StaticString) -> Bool {
    guard range.count == text.utf8CodeUnitCount else { return false }
    return text.withUTF8Buffer { isEqual(range, to: UnsafeRawBufferPointer($0).bytes, 0..<range.count) }
  }

  @inlinable
  package func starts(_ range: Range<Int>, with other: RawSpan) -> Bool {
    range.count >= other.byteCount && isEqual(range.prefix(other.byteCount), to: other)
  }

  /// Where an octet stands first.
  @inlinable
  package func firstIndex(of octet: UInt8, in range: Range<Int>) -> Int? {
    let ones: UInt64 = 0x0101_0101_0101_0101
    var offset = range.lowerBound
    while range.upperBound &- offset >= 8 {
      // The lowest octet that is zero has the lowest of these bits; those above it may be wrong.
      let difference = word(offset) ^ ones &* UInt64(octet)
      let zeros = (difference &- ones) & ~difference & (ones << 7)
      if zeros != 0 { return offset &+ zeros.trailingZeroBitCount / 8 }
      offset &+= 8
    }
    while offset < range.upperBound {
      if byte(offset) == octet { return offset }
      offset &+= 1
    }
    return nil
  }

  /// As UTF-8; what is none becomes U+FFFD.
  @inlinable
  package func string(_ range: Range<Int>) -> String {
    extracting(range).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
  }

  @inlinable
  package func array(_ range: Range<Int>) -> [UInt8] { extracting(range).withUnsafeBytes { Array($0) } }
}
