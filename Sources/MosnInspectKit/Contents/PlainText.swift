import MosnText

/// A content that is text: shown line by line, and escaped.
struct PlainText: ContentTree, Sendable {
  let stop: String? = nil
  let stopsAtEnd = false

  func read(_ bytes: RawSpan) {}

  func appendTree(of bytes: RawSpan, to output: inout [UInt8], limit: Int, indentation: Int) -> Bool {
    var text = BoundedText(taking: &output, limit: limit)
    var start = 0
    while start < bytes.byteCount, !text.isCut {
      var end = start
      while end < bytes.byteCount, bytes.byte(end) != UInt8(ascii: "\n") { end += 1 }
      text.spaces(indentation)
      text.append(UTF8Pieces(start..<end), in: bytes, quoted: false)
      text.append("\n")
      start = end + 1
    }
    return text.finish(into: &output)
  }

  func appendJSON(of bytes: RawSpan, to output: inout [UInt8], limit: Int) -> Bool {
    var json = JSONWriter(taking: &output, limit: limit)
    json.string(UTF8Pieces(0..<bytes.byteCount), in: bytes)
    return json.finish(into: &output)
  }

  func appendLine(of bytes: RawSpan, to output: inout [UInt8], width: Int, limit: Int) -> Bool {
    var text = BoundedText(taking: &output, limit: limit, width: width)
    text.append(UTF8Pieces(0..<bytes.byteCount), in: bytes, quoted: true)
    return text.finish(into: &output)
  }
}
