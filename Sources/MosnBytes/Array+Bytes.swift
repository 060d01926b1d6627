extension [UInt8] {
  @inlinable @inline(__always)
  package mutating func append(_ bytes: RawSpan) {
    bytes.withUnsafeBytes { $0.withMemoryRebound(to: UInt8.self) { append(contentsOf: $0) } }
  }

  @inlinable @inline(__always)
  package mutating func append(_ bytes: RawSpan, _ range: Range<Int>) { append(bytes.extracting(range)) }

  @inlinable @inline(__always)
  package mutating func append(_ text: StaticString) { text.withUTF8Buffer { append(contentsOf: $0) } }

  /// In network order.
  @inlinable @inline(__always)
  package mutating func append<T: FixedWidthInteger>(bigEndian value: T) {
    Swift.withUnsafeBytes(of: value.bigEndian) {
      $0.withMemoryRebound(to: UInt8.self) { append(contentsOf: $0) }
    }
  }

  /// Its digits.
  @inlinable
  package mutating func append(decimal value: UInt32) {
    var divisor: UInt32 = 1
    while value / divisor >= 10 { divisor *= 10 }
    while divisor > 0 {
      append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / divisor % 10))
      divisor /= 10
    }
  }
}
