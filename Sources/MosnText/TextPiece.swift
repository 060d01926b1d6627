import MosnBytes

/// What stands next in bytes that should be text.
package enum TextPiece: Sendable, Equatable {
  case scalar(Unicode.Scalar)
  /// Bytes that are no character.
  case invalid(Range<Int>)
}

/// Text a piece at a time.
package protocol TextPieces {
  mutating func next(in bytes: RawSpan) -> TextPiece?
  /// What stands next, as far as it is plain (see `RawSpan.plainRun`): taken at once. Empty when that cannot be said.
  mutating func nextRun(in bytes: RawSpan) -> Range<Int>
}

extension TextPieces {
  package mutating func nextRun(in bytes: RawSpan) -> Range<Int> { 0..<0 }
}

extension RawSpan {
  /// The printable ASCII at the beginning of a range, up to `"` or `\`: the same in every form of text.
  package func plainRun(_ range: Range<Int>) -> Range<Int> {
    var end = range.lowerBound
    while end < range.upperBound {
      let byte = byte(end)
      guard byte >= 0x20, byte < 0x7f, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") else { break }
      end += 1
    }
    return range.lowerBound..<end
  }
}

/// Data a byte at a time.
package protocol DataBytes {
  mutating func next(in bytes: RawSpan) -> UInt8?
}

extension BoundedText {
  /// What a stranger wrote, so that nothing but text reaches the terminal: `\n`, `\r`, `\t`, `\uNNNN` for other characters
  /// that are acted upon, `\xNN` for bytes that are none. In quotes, `"` and `\` are escaped, too; `closed`:
  /// with the last quote.
  package mutating func append(
    _ text: some TextPieces, in bytes: RawSpan, quoted: Bool, closed: Bool = true
  ) {
    if quoted { append("\"") }
    var text = text
    while !isCut {
      append(run: text.nextRun(in: bytes), of: bytes)
      guard let piece = text.next(in: bytes) else { break }
      switch piece {
      case .scalar(let scalar): append(scalar, quoted: quoted)
      case .invalid(let range):
        for offset in range { append(escaped: bytes.byte(offset)) }
      }
    }
    if quoted, closed { append("\"") }
  }

  private mutating func append(_ scalar: Unicode.Scalar, quoted: Bool) {
    switch scalar {
    case "\\": append("\\\\")
    case "\"" where quoted: append("\\\"")
    case "\n": append("\\n")
    case "\r": append("\\r")
    case "\t": append("\\t")
    case _ where scalar.isActedUpon: append(escaped: scalar)
    default: append(plain: scalar)
    }
  }
}

extension BoundedText {
  /// The last line of a tree whose bytes were not read to their end; nothing where they were.
  package mutating func append(stop: String?, indentation: Int) {
    guard let stop else { return }
    spaces(indentation)
    append("not read from here on: ")
    append(ascii: stop)
    append("\n")
  }
}
