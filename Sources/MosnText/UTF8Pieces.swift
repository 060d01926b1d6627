import MosnBytes

/// UTF-8 as Unicode defines it (table 3-7): no overlong forms, no surrogates, nothing above U+10FFFF.
package struct UTF8Pieces: TextPieces, Sendable {
  /// Where the next piece begins.
  package private(set) var offset: Int
  private let end: Int

  /// `range` lies within the bytes that are handed to `next`.
  package init(_ range: Range<Int>) { (offset, end) = (range.lowerBound, range.upperBound) }

  package mutating func nextRun(in bytes: RawSpan) -> Range<Int> {
    let run = bytes.plainRun(offset..<end)
    offset = run.upperBound
    return run
  }

  package mutating func next(in bytes: RawSpan) -> TextPiece? {
    guard offset < end else { return nil }
    let start = offset
    let first = UInt32(bytes.byte(start))
    let (count, lowest): (Int, UInt32) =
      switch first {
      case 0..<0x80: (1, 0)
      case 0xc2..<0xe0: (2, 0x80)
      case 0xe0..<0xf0: (3, 0x800)
      case 0xf0..<0xf5: (4, 0x10000)
      default: (0, 0)
      }
    offset += 1
    guard count > 0, count <= end - start else { return .invalid(start..<offset) }
    var value = count == 1 ? first : first & (0x7f >> UInt32(count))
    for place in start + 1..<max(start + count, start + 1) {
      let byte = UInt32(bytes.byte(place))
      guard byte & 0xc0 == 0x80 else { return .invalid(start..<offset) }
      value = value << 6 | byte & 0x3f
    }
    guard value >= lowest, let scalar = Unicode.Scalar(value) else { return .invalid(start..<offset) }
    offset = start + count
    return .scalar(scalar)
  }
}
