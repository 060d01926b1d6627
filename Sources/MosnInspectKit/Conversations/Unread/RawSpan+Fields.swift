import MosnBytes

/// Fields of bytes that may end anywhere: nil where a field is not whole.
extension RawSpan {
  func octet(_ offset: Int) -> UInt8? { holds(offset, 1) ? byte(offset) : nil }
  func short(_ offset: Int) -> Int? { holds(offset, 2) ? Int(uint16(offset)) : nil }
  func word24(_ offset: Int) -> Int? {
    holds(offset, 3) ? Int(byte(offset)) << 16 | Int(uint16(offset + 1)) : nil
  }
  func long(_ offset: Int) -> Int? { holds(offset, 4) ? Int(uint32(offset)) : nil }
  func quad(_ offset: Int) -> UInt64? { holds(offset, 8) ? uint64(offset) : nil }
  func littleShort(_ offset: Int) -> Int? { short(offset).map { Int(UInt16($0).byteSwapped) } }
  func littleLong(_ offset: Int) -> Int? { long(offset).map { Int(UInt32($0).byteSwapped) } }

  /// Whether `count` bytes are there from `offset` on.
  func holds(_ offset: Int, _ count: Int) -> Bool {
    offset >= 0 && count >= 0 && offset <= byteCount && count <= byteCount - offset
  }

  /// Those of `count` places from `offset` on that are there.
  func clamped(_ offset: Int, _ count: Int) -> Range<Int> {
    let start = Swift.min(Swift.max(0, offset), byteCount)
    return start..<start + Swift.min(Swift.max(0, count), byteCount - start)
  }

  func begins(with text: StaticString, at offset: Int = 0) -> Bool {
    holds(offset, text.utf8CodeUnitCount) && isEqual(offset..<offset + text.utf8CodeUnitCount, to: text)
  }

  /// Whether `text`, in capitals, stands anywhere in a range, in capitals or not.
  func contains(ignoringCase text: StaticString, in range: Range<Int>? = nil) -> Bool {
    let (range, count) = (range ?? 0..<byteCount, text.utf8CodeUnitCount)
    guard range.count >= count else { return false }
    return text.withUTF8Buffer { wanted in
      (range.lowerBound...range.upperBound - count).contains { start in
        wanted.indices.allSatisfy { index in
          let found = byte(start + index)
          return ((0x61...0x7A).contains(found) ? found - 0x20 : found) == wanted[index]
        }
      }
    }
  }

  /// Whether all of a range is there, not empty, and printable ASCII.
  func isPrintable(_ offset: Int, _ count: Int) -> Bool {
    guard count > 0, holds(offset, count) else { return false }
    for index in offset..<offset + count where !(0x20...0x7E).contains(byte(index)) { return false }
    return true
  }

  /// Bytes of printable ASCII from `offset` on.
  func printableCount(from offset: Int = 0) -> Int {
    var end = offset
    while holds(end, 1), (0x20...0x7E).contains(byte(end)) { end += 1 }
    return end - offset
  }

  /// Bytes of the first line, without its CRLF or LF; nil where no line ends, or it holds what no line of text does.
  var firstLine: Int? {
    let count = printableCount()
    guard count > 0, let end = octet(count) else { return nil }
    return end == 0x0A || end == 0x0D && octet(count + 1) == 0x0A ? count : nil
  }

  /// As text, at most `limit` bytes of it.
  func text(_ offset: Int, _ count: Int, limit: Int = 200) -> String {
    let range = clamped(offset, count)
    return string(range.prefix(limit)) + (range.count > limit ? "…" : "")
  }
}
