/// NATS: the server begins with `INFO {…}`.
enum NATS: Recogniser {
  static let wireProtocol = UnreadProtocol.nats
  static func client(_ bytes: RawSpan) -> Evidence { bytes.begins(with: "CONNECT {\"") ? .strong : .none }
  static func server(_ bytes: RawSpan) -> Evidence { bytes.begins(with: "INFO {\"") ? .strong : .none }
}

/// SSH: both sides begin with a line that names their program (RFC 4253 §4.2).
enum SSH: Recogniser {
  static let wireProtocol = UnreadProtocol.ssh
  static func client(_ bytes: RawSpan) -> Evidence { greeting(bytes) == nil ? .none : .strong }
  static func server(_ bytes: RawSpan) -> Evidence { greeting(bytes) == nil ? .none : .strong }

  static func describe(client: RawSpan, server: RawSpan) -> UnreadTraffic {
    guard let product = greeting(server).map({ server.text(0, $0, limit: 80) }) else {
      return UnreadTraffic(wireProtocol: .ssh, text: "SSH")
    }
    return UnreadTraffic(wireProtocol: .ssh, text: product, facts: [.init(name: .product, value: product)])
  }

  static func isComplete(client: RawSpan, server: RawSpan) -> Bool { server.firstLine != nil }

  /// Bytes of the line, or of what is there of it.
  private static func greeting(_ bytes: RawSpan) -> Int? {
    guard bytes.begins(with: "SSH-"), let major = bytes.octet(4), major == 0x31 || major == 0x32,
      bytes.octet(5) == UInt8(ascii: ".")
    else { return nil }
    return bytes.firstLine ?? bytes.printableCount()
  }
}

/// Mail: the server says 220, the client EHLO or HELO (RFC 5321 §3.1).
enum SMTP: Recogniser {
  static let wireProtocol = UnreadProtocol.smtp

  static func client(_ bytes: RawSpan) -> Evidence {
    ["EHLO ", "HELO ", "LHLO "].contains { (word: StaticString) in bytes.begins(with: word) }
      && bytes.printableCount() > 5 ? .strong : .none
  }

  static func server(_ bytes: RawSpan) -> Evidence {
    guard bytes.begins(with: "220 ") || bytes.begins(with: "220-"), let line = bytes.firstLine else {
      return .none
    }
    return bytes.contains(ignoringCase: "SMTP", in: 0..<line) ? .strong : .weak
  }
}

/// FTP: the server says 220, the client USER (RFC 959).
enum FTP: Recogniser {
  static let wireProtocol = UnreadProtocol.ftp

  static func client(_ bytes: RawSpan) -> Evidence {
    ["USER ", "AUTH TLS", "AUTH SSL"].contains { (word: StaticString) in bytes.begins(with: word) }
      ? .weak : .none
  }

  static func server(_ bytes: RawSpan) -> Evidence {
    guard bytes.begins(with: "220 ") || bytes.begins(with: "220-"), let line = bytes.firstLine else {
      return .none
    }
    return bytes.contains(ignoringCase: "FTP", in: 0..<line) ? .strong : .weak
  }
}

/// POP3: the server says +OK, the client USER, CAPA or APOP (RFC 1939).
enum POP3: Recogniser {
  static let wireProtocol = UnreadProtocol.pop3

  static func client(_ bytes: RawSpan) -> Evidence {
    ["USER ", "CAPA\r\n", "APOP ", "STLS\r\n"].contains { (word: StaticString) in bytes.begins(with: word) }
      ? .weak : .none
  }

  static func server(_ bytes: RawSpan) -> Evidence {
    guard bytes.begins(with: "+OK"), let line = bytes.firstLine else { return .none }
    return bytes.contains(ignoringCase: "POP3", in: 0..<line) ? .strong : .weak
  }
}

/// IMAP: the server says `* OK` (RFC 9051 §7.1).
enum IMAP: Recogniser {
  static let wireProtocol = UnreadProtocol.imap
  static func client(_ bytes: RawSpan) -> Evidence { .none }
  static func server(_ bytes: RawSpan) -> Evidence {
    bytes.begins(with: "* OK ") || bytes.begins(with: "* PREAUTH ") ? .strong : .none
  }
}

/// The protocol of VNC: a line of twelve octets (RFC 6143 §7.1.1).
enum RFB: Recogniser {
  static let wireProtocol = UnreadProtocol.rfb
  static func client(_ bytes: RawSpan) -> Evidence { bytes.begins(with: "RFB 00") ? .strong : .none }
  static func server(_ bytes: RawSpan) -> Evidence { bytes.begins(with: "RFB 00") ? .strong : .none }
}
