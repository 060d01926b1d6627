extension RawSpan {
  /// The bytes from `offset` on as an array of at most `count`.
  func array(from offset: Int, count: Int) -> [UInt8] {
    guard offset < byteCount else { return [] }
    return extracting(offset..<min(byteCount, offset + count)).withUnsafeBytes { Array($0) }
  }
}
