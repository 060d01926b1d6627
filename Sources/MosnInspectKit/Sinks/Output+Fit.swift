extension Output {
  /// Cuts a line to `columns`, with an ellipsis where something is missing. Findings, which stand behind `end`, keep up to
  /// half of it.
  ///
  /// - Parameters:
  ///   - start: where the line begins, which ends with the last byte.
  ///   - end: where its message ends.
  mutating func fit(_ start: Int, _ end: Int, to columns: Int, isColoured: Bool) {
    guard columns > 0 else { return }
    let findings = Array(bytes[end...])
    let (message, told) = (Self.columns(of: bytes[start..<end]), Self.columns(of: findings[...]))
    guard message + told > columns else { return }
    cut(from: start, end, to: max(columns - told, min(message, columns / 2)), isColoured)
    let left = columns - Self.columns(of: bytes[start...])
    let next = bytes.count
    append(findings)
    if told > left { cut(from: next, bytes.count, to: left, isColoured) }
  }

  /// Keeps what fits of the bytes from `start` to `end`, and drops all behind them.
  private mutating func cut(from start: Int, _ end: Int, to columns: Int, _ isColoured: Bool) {
    guard Self.columns(of: bytes[start..<end]) > columns else { return keep(end) }
    keep(start + Self.prefix(of: bytes[start..<end], columns: columns - 1))
    if columns > 0 { append("…" as StaticString) }
    if isColoured { append("\u{1b}[0m" as StaticString) }
  }

  /// Columns that the text takes in a terminal.
  private static func columns(of text: ArraySlice<UInt8>) -> Int {
    var columns = 0
    walk(text) { _, width in
      columns += width
      return true
    }
    return columns
  }

  /// Bytes of the text that fit.
  private static func prefix(of text: ArraySlice<UInt8>, columns: Int) -> Int {
    var (left, fitting) = (columns, 0)
    walk(text) { end, width in
      left -= width
      if left >= 0 { fitting = end }
      return left >= 0
    }
    return fitting
  }

  /// Tells of each character or colour where it ends, counted from the first byte, and its columns, until `body` says no.
  private static func walk(_ text: ArraySlice<UInt8>, _ body: (Int, Int) -> Bool) {
    var index = text.startIndex
    while index < text.endIndex {
      var length = 1
      var width = 1
      if text[index] == 0x1b {
        // A colour: strangers' escapes do not come here.
        length = (text[index...].firstIndex(of: UInt8(ascii: "m")) ?? text.endIndex - 1) - index + 1
        width = 0
      } else if text[index] >= 0x80 {
        length = max(1, UTF8Sequence.length(of: text[index...]))
        width = UTF8Sequence.columns(of: text[index..<index + length])
      }
      index += length
      guard body(index - text.startIndex, width) else { return }
    }
  }
}
