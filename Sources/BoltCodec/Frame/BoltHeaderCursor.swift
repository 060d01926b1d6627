import MosnBytes

/// The one walk over a header map; it holds a position, not the bytes.
public struct BoltHeaderCursor: Sendable {
  public private(set) var position: Int
  private let start: Int
  private let end: Int
  private let streamOffset: UInt64

  /// - Parameter streamOffset: the offset in the stream of the byte at `range.lowerBound`, for errors.
  public init(in range: Range<Int>, streamOffset: UInt64 = 0) {
    self.position = max(0, range.lowerBound)
    self.start = max(0, range.lowerBound)
    self.end = range.upperBound
    self.streamOffset = streamOffset
  }

  /// The next entry; nil at the end of the map. `bytes` are those the cursor's range was made for.
  @inline(__always)
  public mutating func next(in bytes: RawSpan) throws(BoltError) -> BoltHeaderEntry? {
    let end = min(end, bytes.byteCount)
    if position >= end { return nil }
    let key = try text(in: bytes, end, truncated: .headerKeyTruncated, length: .headerKeyLength)
    let value = try text(in: bytes, end, truncated: .headerValueTruncated, length: .headerValueLength)
    return BoltHeaderEntry(key: key, value: value)
  }

  mutating func finish(in bytes: RawSpan, limits: BoltLimits) throws(BoltError) {
    var entries = 0
    while try next(in: bytes) != nil {
      entries += 1
      if entries > limits.headerEntries {
        throw BoltError(
          .tooManyHeaderEntries, at: offset(of: position), expected: 0...max(0, limits.headerEntries),
          found: entries)
      }
    }
  }

  /// A length and the bytes it counts; nil when it is -1.
  @inline(__always)
  private mutating func text(
    in bytes: RawSpan, _ end: Int, truncated: BoltError.Rule, length rule: BoltError.Rule
  ) throws(BoltError) -> Range<Int>? {
    guard end - position >= 4 else {
      throw stop(BoltError(truncated, at: offset(of: position), expected: 4...4, found: end - position))
    }
    let length = Int(Int32(bitPattern: bytes.uint32(unchecked: position)))
    let from = position + 4
    guard length >= 0, length <= end - from else {
      guard length == -1 else {
        throw stop(BoltError(rule, at: offset(of: position), expected: -1...(end - from), found: length))
      }
      position = from
      return nil
    }
    position = from + length
    return Range(uncheckedBounds: (from, position))
  }

  /// A walk that failed is at its end.
  @inline(never)
  private mutating func stop(_ error: BoltError) -> BoltError {
    position = max(position, end)
    return error
  }

  private func offset(of position: Int) -> UInt64 { streamOffset &+ UInt64(position - start) }
}

/// Where an entry's key and value lie; nil is null (length -1).
@frozen
public struct BoltHeaderEntry: Sendable, Hashable {
  public let key: Range<Int>?
  public let value: Range<Int>?

  @inlinable
  public init(key: Range<Int>?, value: Range<Int>?) {
    self.key = key
    self.value = value
  }
}
