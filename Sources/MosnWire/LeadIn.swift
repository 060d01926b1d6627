/// HTTP/1.1 as it stands before HTTP/2 or bolt: the request and the answer of an upgrade (RFC 7540 §3.2) or of a
/// CONNECT tunnel (RFC 9110 §9.3.6).
enum LeadIn {
  /// Whether the bytes begin like a head of HTTP/1.1, as far as they are there.
  static func isText(_ bytes: [UInt8]) -> Bool {
    // Most bytes that come this way are no text, which the first tells.
    guard let first = bytes.first, (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(first) else {
      return false
    }
    if isResponse(bytes) { return true }
    // The preface of HTTP/2 looks like a request by design.
    guard first != UInt8(ascii: "P") || !begins(bytes, with: "PRI * HTTP/2") else { return false }
    let method = bytes.prefix(longestMethod + 1).prefix {
      (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0)
    }
    guard method.count >= 3, method.count <= longestMethod else { return false }
    return method.count == bytes.count || bytes[method.count] == UInt8(ascii: " ")
  }

  static func isResponse(_ bytes: [UInt8]) -> Bool {
    bytes.first == UInt8(ascii: "H") && begins(bytes, with: "HTTP/1.")
  }

  /// The position behind the first empty line that begins at or after `start`.
  static func headEnd(in bytes: [UInt8], from start: Int) -> Int? {
    var position = start
    while position + emptyLine.count <= bytes.count {
      if bytes[position..<position + emptyLine.count].elementsEqual(emptyLine) {
        return position + emptyLine.count
      }
      position += 1
    }
    return nil
  }

  static let emptyLine = Array("\r\n\r\n".utf8)

  /// Where the preface of HTTP/2 begins, if the empty line before `end` is its own.
  static func prefaceStart(in bytes: [UInt8], before end: Int) -> Int? {
    let start = end - prefaceHead.count
    guard start >= 0, bytes[start..<end].elementsEqual(prefaceHead) else { return nil }
    return start
  }

  private static let prefaceHead = Array("PRI * HTTP/2.0\r\n\r\n".utf8)

  private static let longestMethod = 16

  private static func begins(_ bytes: [UInt8], with text: StaticString) -> Bool {
    let count = min(bytes.count, text.utf8CodeUnitCount)
    return text.withUTF8Buffer { $0.prefix(count).elementsEqual(bytes.prefix(count)) }
  }
}
