/// HTTP/1.1 (and 1.0) by the first line of a message (RFC 9112 §3, §4).
enum HTTP1Line: Recogniser {
  static let wireProtocol = UnreadProtocol.http1

  static func client(_ bytes: RawSpan) -> Evidence {
    guard let method = methodLength(bytes) else { return .none }
    guard let line = bytes.firstLine else {
      // The line goes on beyond what is there: the target of a method that everybody knows.
      return isKnown(bytes, method) && bytes.octet(method + 1) == UInt8(ascii: "/")
        && bytes.printableCount() == bytes.byteCount ? .strong : .none
    }
    let version = line - 9
    return version > method && bytes.begins(with: " HTTP/1.", at: version) ? .strong : .none
  }

  static func server(_ bytes: RawSpan) -> Evidence {
    guard bytes.begins(with: "HTTP/1."), bytes.octet(8) == UInt8(ascii: " "), let first = bytes.octet(9),
      (0x31...0x35).contains(first)
    else { return .none }
    return .strong
  }

  static func describe(client: RawSpan, server: RawSpan) -> UnreadTraffic {
    let isUpgraded = isWebSocket(client, server)
    let line =
      self.client(client) == .strong ? requestLine(client) : server.text(0, server.printableCount())
    // What stands in front is the protocol: `HTTP/1.1 GET /path`.
    let isAnswer = line.hasPrefix("HTTP/")
    let version = isAnswer ? String(line.prefix(8)) : self.version(client) ?? "HTTP/1.1"
    let said = isAnswer ? String(line.dropFirst(9)) : line
    return UnreadTraffic(
      wireProtocol: isUpgraded ? .webSocket : .http1,
      text: isUpgraded ? "WebSocket after \(version) \(said)" : "\(version) \(said)",
      facts: [.init(name: .firstLine, value: line + (isAnswer ? "" : " \(version)"))])
  }

  static func isComplete(client: RawSpan, server: RawSpan) -> Bool {
    // Answers may be captured before the first request.
    guard self.client(client) == .strong else { return client.byteCount > 0 && server.firstLine != nil }
    guard isWhole(client) else { return false }
    // Only an answer tells whether the client got what it asked for.
    return !client.contains(ignoringCase: "UPGRADE: WEBSOCKET") || server.firstLine != nil
  }

  /// Whether all of a head is there.
  private static func isWhole(_ bytes: RawSpan) -> Bool {
    guard bytes.byteCount >= 4 else { return false }
    return (0...bytes.byteCount - 4).contains { bytes.long($0) == 0x0D0A_0D0A }
  }

  private static func isWebSocket(_ client: RawSpan, _ server: RawSpan) -> Bool {
    client.contains(ignoringCase: "UPGRADE: WEBSOCKET") && server.begins(with: "101", at: 9)
  }

  /// Without the version.
  private static func requestLine(_ bytes: RawSpan) -> String {
    bytes.text(0, bytes.firstLine.map { $0 - 9 } ?? bytes.printableCount())
  }

  private static func version(_ bytes: RawSpan) -> String? {
    bytes.firstLine.map { bytes.text($0 - 8, 8) }
  }

  /// Octets of the method that a line begins with, a blank behind it.
  private static func methodLength(_ bytes: RawSpan) -> Int? {
    var count = 0
    while let octet = bytes.octet(count), count <= 24 {
      if octet == UInt8(ascii: " ") { return count >= 3 ? count : nil }
      guard (0x41...0x5A).contains(octet) || octet == UInt8(ascii: "-") else { return nil }
      count += 1
    }
    return nil
  }

  private static func isKnown(_ bytes: RawSpan, _ method: Int) -> Bool {
    let known: [StaticString] = ["GET", "POST", "PUT", "HEAD", "DELETE", "PATCH", "OPTIONS"]
    return known.contains { method == $0.utf8CodeUnitCount && bytes.begins(with: $0) }
  }
}
