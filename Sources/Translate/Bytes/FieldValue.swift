import MosnBytes

/// Values of header fields.
enum FieldValue {
  /// Whether every HTTP/2 peer takes this value: no control character (Go refuses them and closes the connection) and
  /// no space at either end (RFC 9113 §8.2.1). Octets above 0x7f pass.
  @inline(__always)
  static func isPlain(_ bytes: RawSpan, _ range: Range<Int>) -> Bool {
    guard let last = range.last else { return true }
    if bytes.byte(range.lowerBound) == space || bytes.byte(last) == space { return false }
    var offset = range.lowerBound
    while range.upperBound - offset >= 8 {
      if hasControl(bytes.word(offset)) { return false }
      offset += 8
    }
    let rest = range.upperBound - offset
    // Filled up with spaces, which are no control characters.
    return rest == 0 || !hasControl(bytes.word(offset, count: rest) | spaces << UInt64(8 * rest))
  }

  /// Spaces around a value that no field may have (RFC 9113 §8.2.1).
  struct Spaces: Sendable, Hashable {
    var before = 0
    var after = 0
    var isNone: Bool { before == 0 && after == 0 }
  }

  /// The value without the spaces at its ends, where it is plain then; nil where it is not, or has too many of them.
  @inline(__always) static func trimmed(_ bytes: RawSpan, _ range: Range<Int>) -> (value: Range<Int>, Spaces)?
  {
    guard let last = range.last else { return (range, Spaces()) }
    guard bytes.byte(range.lowerBound) == space || bytes.byte(last) == space else {
      return isPlain(bytes, range) ? (range, Spaces()) : nil
    }
    return unspaced(bytes, range)
  }

  private static func unspaced(_ bytes: RawSpan, _ range: Range<Int>) -> (value: Range<Int>, Spaces)? {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, bytes.byte(start) == space { start += 1 }
    while end > start, bytes.byte(end - 1) == space { end -= 1 }
    let spaces = Spaces(before: start - range.lowerBound, after: range.upperBound - end)
    guard isPlain(bytes, start..<end), max(spaces.before, spaces.after) <= Int(UInt16.max) else { return nil }
    return (start..<end, spaces)
  }

  /// Whether this can stand in `:path` before a query: a slash, then visible ASCII without `?` and `#`, each `%`
  /// followed by two hexadecimal digits. MOSN 0.2.1 crashes over others.
  static func isPath(_ bytes: RawSpan, _ range: Range<Int>) -> Bool {
    guard !range.isEmpty, bytes.byte(range.lowerBound) == UInt8(ascii: "/") else { return false }
    return isVisible(bytes, range, except: UInt8(ascii: "?"))
  }

  /// Whether this can stand behind the `?` of `:path`.
  static func isQuery(_ bytes: RawSpan, _ range: Range<Int>) -> Bool {
    isVisible(bytes, range, except: UInt8(ascii: "#"))
  }

  /// A decimal number with or without a minus; nil for anything else and for what 64 bits cannot hold. A number above
  /// `Int64.max` counts as its two's complement, since MOSN prints -1 as 18446744073709551615.
  @inline(__always)
  static func number(_ bytes: RawSpan, _ range: Range<Int>) -> Int64? {
    guard let first = range.first else { return nil }
    let isNegative = bytes.byte(first) == UInt8(ascii: "-")
    let digits = isNegative ? range.dropFirst() : range
    guard 1...20 ~= digits.count else { return nil }
    var value: UInt64 = 0
    for offset in digits {
      let digit = bytes.byte(offset) &- UInt8(ascii: "0")
      guard digit <= 9 else { return nil }
      let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tens.addingReportingOverflow(UInt64(digit))
      if overflow || carry { return nil }
      value = sum
    }
    if isNegative { return value <= UInt64(Int64.max) ? -Int64(value) : nil }
    return Int64(bitPattern: value)
  }

  private static let space = UInt8(ascii: " ")
  private static var spaces: UInt64 { 0x2020_2020_2020_2020 }

  /// Whether one of eight octets is below 0x20 or 0x7f.
  @inline(__always)
  private static func hasControl(_ word: UInt64) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highs = ones &* 0x80
    let below = (word &- spaces) & ~word & highs
    let delete = word ^ ones &* 0x7f
    return below | ((delete &- ones) & ~delete & highs) != 0
  }

  private static func isVisible(_ bytes: RawSpan, _ range: Range<Int>, except: UInt8) -> Bool {
    var offset = range.lowerBound
    while offset < range.upperBound {
      let octet = bytes.byte(offset)
      guard 0x21...0x7e ~= octet, octet != except, octet != UInt8(ascii: "#") else { return false }
      if octet == UInt8(ascii: "%") {
        guard range.upperBound - offset > 2, isHex(bytes.byte(offset + 1)), isHex(bytes.byte(offset + 2))
        else {
          return false
        }
      }
      offset += 1
    }
    return true
  }

  private static func isHex(_ octet: UInt8) -> Bool {
    0...9 ~= octet &- UInt8(ascii: "0") || 0...5 ~= (octet | 0x20) &- UInt8(ascii: "a")
  }
}
