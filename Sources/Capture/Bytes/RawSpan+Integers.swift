/// The order in which a file writes its integers' bytes.
enum ByteOrder {
  case little, big
}

extension RawSpan {
  /// The integer at `offset`; the caller has checked that it lies inside (the load traps if not).
  @inline(__always)
  func integer<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type, at offset: Int, _ order: ByteOrder)
    -> T
  {
    let value = unsafeLoadUnaligned(fromByteOffset: offset, as: type)
    switch order {
    case .little: return T(littleEndian: value)
    case .big: return T(bigEndian: value)
    }
  }

  /// The bytes from `offset` on as an array of at most `count`.
  func array(from offset: Int, count: Int) -> [UInt8] {
    guard offset < byteCount else { return [] }
    return extracting(offset..<min(byteCount, offset + count)).withUnsafeBytes { Array($0) }
  }
}
