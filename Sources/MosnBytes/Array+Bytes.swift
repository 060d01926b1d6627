extension [UInt8] {
  @inlinable @inline(__always)
  package mutating func append(_ bytes: RawSpan) { bytes.withUnsafeBytes { append(contentsOf: $0) } }

  @inlinable @inline(__always)
  package mutating func append(_ bytes: RawSpan, _ range: Range<Int>) { append(bytes.extracting(range)) }

  @inlinable @inline(__always)
  package mutating func append(_ text: StaticString) { text.withUTF8Buffer { append(contentsOf: $0) } }

  /// In network order.
  @inlinable @inline(__always)
  package mutating func append<T: FixedWidthInteger>(bigEndian value: T) {
    Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
  }

  /// Its digits.
  @inlinable
  package mutating func append(decimal value: UInt64) {
    let start = count
    var rest = value
    repeat {
      append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    } while rest > 0
    self[start...].reverse()
  }
}
