import H2Codec

/// The HTTP/1.1 request of an upgrade to HTTP/2, which is stream 1 (RFC 7540 §3.2).
struct UpgradedRequest {
  /// Its head as a header list.
  var headers: H2HeaderList
  /// Bytes of its content, chunks without their framing.
  var bodyLength = 0
  /// The client's settings in HTTP2-Settings; nil where that cannot be read.
  var settings: [H2Setting]?
  /// Where it stands in the text before the preface.
  var range: Range<Int>

  /// The request whose upgrade was accepted: of those that ask for h2c the last, for a client that has asked waits for
  /// the answer, and one that was declined goes on in HTTP/1.1. Nil when none asks.
  init?(in text: [UInt8]) {
    var found: UpgradedRequest?
    var start = 0
    while start < text.count {
      var head = HTTP1Head(in: text, from: start)
      let request = UpgradedRequest(&head, in: text)
      start = head.bodyEnd(in: text)
      guard var request else { continue }
      request.bodyLength = head.bodyLength
      request.range = request.range.lowerBound..<start
      found = request
    }
    guard let found else { return nil }
    self = found
  }

  private init?(_ head: inout HTTP1Head, in text: [UInt8]) {
    var lines = text[head.range].split(separator: 0x0a, omittingEmptySubsequences: false)
      .map { $0.last == 0x0d ? $0.dropLast() : $0 }.makeIterator()
    guard let request = lines.next() else { return nil }
    let words = request.split(separator: UInt8(ascii: " "))
    guard words.count == 3, words[2].starts(with: "HTTP/1.".utf8) else { return nil }
    headers = H2HeaderList()
    range = head.range
    headers.append(name: ":method", value: Array(words[0]))
    headers.append(name: ":path", value: Array(words[1]))
    headers.append(name: ":scheme", value: "http")
    var asksForHTTP2 = false
    while let line = lines.next(), let colon = line.firstIndex(of: UInt8(ascii: ":")) {
      let name = line[..<colon].map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }
      let value = Self.trimmed(line[(colon + 1)...])
      head.read(name, value)
      if name.elementsEqual("http2-settings".utf8) {
        asksForHTTP2 = true
        settings = H2Upgrade.settings(from: value)
      }
      if Self.hopByHop.contains(where: { $0.elementsEqual(name) }) { continue }
      headers.append(
        name: name.elementsEqual("host".utf8) ? Array(":authority".utf8) : name, value: Array(value))
    }
    if !asksForHTTP2 { return nil }
  }

  /// Fields that end with the upgrade (RFC 9110 §7.8).
  private static let hopByHop = ["connection", "upgrade", "http2-settings", "transfer-encoding"]
    .map { Array($0.utf8) }

  private static func trimmed(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    let start = value.drop(while: isBlank)
    return start.prefix((start.lastIndex { !isBlank($0) }).map { $0 - start.startIndex + 1 } ?? 0)
  }
}

/// A head of HTTP/1.1 and how far the content behind it goes (RFC 9112 §6.3).
private struct HTTP1Head {
  let range: Range<Int>
  private(set) var bodyLength = 0
  private var contentLength = 0
  private var isChunked = false

  init(in text: [UInt8], from start: Int) {
    var isLineEmpty = false
    var end = start
    while end < text.count {
      defer { end += 1 }
      switch text[end] {
      case 0x0d: continue
      case 0x0a where isLineEmpty:
        range = start..<end + 1
        return
      case let byte: isLineEmpty = byte == 0x0a
      }
    }
    range = start..<text.count
  }

  mutating func read(_ name: some Sequence<UInt8>, _ value: ArraySlice<UInt8>) {
    if name.elementsEqual("content-length".utf8) {
      contentLength = Int(String(decoding: value, as: UTF8.self)) ?? 0
    }
    if name.elementsEqual("transfer-encoding".utf8) {
      isChunked = value.suffix(7).map { $0 | 0x20 }.elementsEqual("chunked".utf8)
    }
  }

  /// Where the content ends, as far as it is there.
  mutating func bodyEnd(in text: [UInt8]) -> Int {
    guard isChunked else {
      bodyLength = min(max(0, contentLength), text.count - range.upperBound)
      return range.upperBound + bodyLength
    }
    var position = range.upperBound
    while let (size, start) = Self.chunk(in: text, at: position) {
      guard size > 0 else { return HTTP1Head(in: text, from: Self.lineStart(before: start)).range.upperBound }
      let count = min(size, text.count - start)
      bodyLength += count
      position = min(text.count, start + count + 2)
    }
    return text.count
  }

  /// A chunk's size and where its bytes begin.
  private static func chunk(in text: [UInt8], at position: Int) -> (size: Int, start: Int)? {
    guard let end = text[position...].firstIndex(of: 0x0a) else { return nil }
    let digits = text[position..<end].prefix { $0 != 0x0d && $0 != UInt8(ascii: ";") && $0 != 0x20 }
    guard let size = Int(String(decoding: digits, as: UTF8.self), radix: 16), size >= 0 else { return nil }
    return (size, end + 1)
  }

  /// The trailer section ends as a head does, and may be no more than the empty line: the line feed of the last chunk's
  /// size belongs to its end.
  private static func lineStart(before start: Int) -> Int { start - 1 }
}
