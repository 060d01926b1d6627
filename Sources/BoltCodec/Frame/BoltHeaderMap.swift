import MosnBytes

/// A frame's header map as a view: entries are found by walking, nothing is indexed or copied.
///
///     entry    keyLength:4  key  valueLength:4  value      no count, no end mark; length -1 is null
///
/// Order, duplicates and case are kept, and null stays apart from empty. Iterating ends silently where the map does
/// not walk; `check` says what is wrong there. Holding the view while its decoder appends makes the decoder copy.
public struct BoltHeaderMap: Sendable, Sequence {
  public let bytes: [UInt8]
  public let range: Range<Int>
  let streamOffset: UInt64

  /// - Parameter streamOffset: the offset in the stream of the map's first byte, for errors.
  public init(_ bytes: [UInt8], in range: Range<Int>, streamOffset: UInt64 = 0) {
    self.bytes = bytes
    self.range = range.clamped(to: bytes.indices)
    self.streamOffset = streamOffset
  }

  public init(_ bytes: [UInt8]) { self.init(bytes, in: bytes.indices) }

  public func makeIterator() -> Iterator {
    Iterator(bytes: bytes, cursor: BoltHeaderCursor(in: range, streamOffset: streamOffset))
  }

  public struct Iterator: IteratorProtocol, Sendable {
    let bytes: [UInt8]
    var cursor: BoltHeaderCursor

    public mutating func next() -> BoltHeaderEntry? {
      let bytes = bytes
      return try? cursor.next(in: bytes.span.bytes)
    }
  }

  /// Walks the map to its end. Throws what is wrong with it, all of it of frame scope.
  public func check(limits: BoltLimits = BoltLimits()) throws(BoltError) {
    var cursor = BoltHeaderCursor(in: range, streamOffset: streamOffset)
    try cursor.finish(in: bytes.span.bytes, limits: limits)
  }

  /// The value of the first entry under `key`, compared byte by byte. A null value counts as none: peers drop such a
  /// pair.
  public func value(forKey key: StaticString) -> Range<Int>? {
    BoltHeaderMap.value(forKey: key, in: bytes.span.bytes, range)
  }

  public func value(forKey key: [UInt8]) -> Range<Int>? {
    BoltHeaderMap.value(forKey: key.span.bytes, in: bytes.span.bytes, range)
  }

  /// The value as text.
  public func string(forKey key: StaticString) -> String? { value(forKey: key).map(string) }

  /// The text of a key or value of this map.
  public func string(_ part: Range<Int>) -> String {
    String(decoding: bytes[part.clamped(to: bytes.indices)], as: UTF8.self)
  }
}

/// The same look-up over bytes lent to the caller.
extension BoltHeaderMap {
  public static func value(forKey key: StaticString, in bytes: RawSpan, _ range: Range<Int>) -> Range<Int>? {
    guard key.hasPointerRepresentation else { return nil }
    return UnsafeRawBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount).withSpan {
      value(forKey: $0, in: bytes, range)
    }
  }

  public static func value(forKey key: RawSpan, in bytes: RawSpan, _ range: Range<Int>) -> Range<Int>? {
    var cursor = BoltHeaderCursor(in: range)
    while let entry = try? cursor.next(in: bytes) {
      if let found = entry.key, let value = entry.value, bytes.matches(key, at: found) { return value }
    }
    return nil
  }
}

extension RawSpan {
  /// Whether the bytes of `range` are those of `key`.
  @inline(__always)
  func matches(_ key: RawSpan, at range: Range<Int>) -> Bool {
    let count = key.byteCount
    guard range.count == count else { return false }
    var at = 0
    while count - at >= 8 {
      let mine = unsafeLoadUnaligned(fromByteOffset: range.lowerBound + at, as: UInt64.self)
      if mine != key.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self) { return false }
      at += 8
    }
    while at < count {
      if byte(unchecked: range.lowerBound + at) != key.byte(unchecked: at) { return false }
      at += 1
    }
    return true
  }
}

extension UnsafeRawBufferPointer {
  @inline(__always)
  fileprivate func withSpan<Result>(_ body: (RawSpan) -> Result) -> Result { body(bytes) }
}
