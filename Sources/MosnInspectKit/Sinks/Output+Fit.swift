import MosnBytes
import MosnText

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
    let source = text.span.bytes
    var index = 0
    while index < source.byteCount {
      var width = 0
      if source.byte(index) == 0x1b {
        // A colour: strangers' escapes do not come here.
        while index < source.byteCount - 1, source.byte(index) != UInt8(ascii: "m") { index += 1 }
        index += 1
      } else {
        var pieces = UTF8Pieces(index..<source.byteCount)
        if case .scalar(let scalar)? = pieces.next(in: source) { width = scalar.columns } else { width = 1 }
        index = pieces.offset
      }
      guard body(index, width) else { return }
    }
  }
}
