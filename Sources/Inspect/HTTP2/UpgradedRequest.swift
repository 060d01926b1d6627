import H2Codec

/// The HTTP/1.1 request of an upgrade to HTTP/2, as the header list of stream 1 (RFC 7540 §3.2).
enum UpgradedRequest {
  /// Nil when `text` holds no request that asks for h2c; others may stand before the one that does.
  static func headers(in text: [UInt8]) -> H2HeaderList? {
    var start = 0
    while start < text.count {
      let end = headEnd(in: text[start...])
      if let list = headers(ofHead: text[start..<end]) { return list }
      start = end
    }
    return nil
  }

  private static func headEnd(in text: ArraySlice<UInt8>) -> Int {
    var isLineEmpty = false
    for index in text.indices where text[index] != 0x0d {
      guard text[index] == 0x0a else {
        isLineEmpty = false
        continue
      }
      if isLineEmpty { return index + 1 }
      isLineEmpty = true
    }
    return text.endIndex
  }

  private static func headers(ofHead text: ArraySlice<UInt8>) -> H2HeaderList? {
    var lines = text.split(separator: 0x0a, omittingEmptySubsequences: false)
      .map { $0.last == 0x0d ? $0.dropLast() : $0 }.makeIterator()
    guard let request = lines.next() else { return nil }
    let words = request.split(separator: UInt8(ascii: " "))
    guard words.count == 3, words[2].starts(with: "HTTP/1.".utf8) else { return nil }
    var list = H2HeaderList()
    list.append(name: ":method", value: Array(words[0]))
    list.append(name: ":path", value: Array(words[1]))
    list.append(name: ":scheme", value: "http")
    var asksForHTTP2 = false
    while let line = lines.next(), let colon = line.firstIndex(of: UInt8(ascii: ":")) {
      let name = line[..<colon].map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }
      let value = trimmed(line[(colon + 1)...])
      if name.elementsEqual("http2-settings".utf8) { asksForHTTP2 = true }
      if hopByHop.contains(where: { $0.elementsEqual(name) }) { continue }
      list.append(
        name: name.elementsEqual("host".utf8) ? Array(":authority".utf8) : name, value: Array(value))
    }
    return asksForHTTP2 ? list : nil
  }

  /// Fields that end with the upgrade (RFC 9110 §7.8).
  private static let hopByHop = ["connection", "upgrade", "http2-settings"].map { Array($0.utf8) }

  private static func trimmed(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    let start = value.drop(while: isBlank)
    return start.prefix((start.lastIndex { !isBlank($0) }).map { $0 - start.startIndex + 1 } ?? 0)
  }
}
