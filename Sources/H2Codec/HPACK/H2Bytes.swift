/// What a name or value may be given as: text or bytes that lie in one piece.
public protocol H2Bytes {
  /// Calls `body` with the bytes, which are valid until it returns.
  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result
}

extension String: H2Bytes {
  @inlinable
  public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    utf8Span.span.withUnsafeBytes(body)
  }
}

extension StaticString: H2Bytes {
  @inlinable
  public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    withUTF8Buffer { body(UnsafeRawBufferPointer($0)) }
  }
}

extension Array: H2Bytes where Element == UInt8 {
  @inlinable
  public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    withUnsafeBytes(body)
  }
}

extension ArraySlice: H2Bytes where Element == UInt8 {
  @inlinable
  public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    withUnsafeBytes(body)
  }
}

extension UnsafeRawBufferPointer: H2Bytes {
  @inlinable
  public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result { body(self) }
}

extension UnsafeRawBufferPointer {
  @inlinable
  func isEqual(to text: StaticString) -> Bool {
    text.withUTF8Buffer { isEqual(to: UnsafeRawBufferPointer($0)) }
  }

  /// Compares eight bytes at a time. Every load ends at or before `count`, which both sides share.
  @inlinable
  func isEqual(to other: UnsafeRawBufferPointer) -> Bool {
    guard count == other.count else { return false }
    var offset = 0
    while offset + 8 <= count {
      guard
        loadUnaligned(fromByteOffset: offset, as: UInt64.self)
          == other.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      else { return false }
      offset += 8
    }
    while offset < count {
      guard self[offset] == other[offset] else { return false }
      offset += 1
    }
    return true
  }
}
