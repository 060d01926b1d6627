/// HTTP/1.1 as it stands before HTTP/2 or bolt: the request and the answer of an upgrade (RFC 7540 §3.2) or of a
/// CONNECT tunnel (RFC 9110 §9.3.6).
enum LeadIn {
  /// Whether the bytes begin like a head of HTTP/1.1, as far as they are there.
  static func isText(_ bytes: [UInt8]) -> Bool {
    guard let first = bytes.first else { return false }
    if begins(bytes, with: "HTTP/1.") { return true }
    // The preface of HTTP/2 looks like a request by design.
    guard !begins(bytes, with: "PRI * HTTP/2") else { return false }
    guard (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(first) else { return false }
    let method = bytes.prefix { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
    guard method.count >= 3, method.count <= longestMethod else { return false }
    return method.count == bytes.count || bytes[method.count] == UInt8(ascii: " ")
  }

  /// The position behind the first empty line at or after `start`.
  static func headEnd(in bytes: [UInt8], from start: Int) -> Int? {
    var position = start
    while position + 4 <= bytes.count {
      if bytes[position] == 0x0d, bytes[position + 1] == 0x0a, bytes[position + 2] == 0x0d,
        bytes[position + 3] == 0x0a
      {
        return position + 4
      }
      position += 1
    }
    return nil
  }

  private static let longestMethod = 16

  private static func begins(_ bytes: [UInt8], with text: StaticString) -> Bool {
    let count = min(bytes.count, text.utf8CodeUnitCount)
    return text.withUTF8Buffer { $0.prefix(count).elementsEqual(bytes.prefix(count)) }
  }
}
