import MosnBytes

/// TLS by its records (RFC 8446 §5.1) and the two hellos, which may be spread over several.
enum TLSHello: Recogniser {
  static let wireProtocol = UnreadProtocol.tls

  static func client(_ bytes: RawSpan) -> Evidence { evidence(bytes, hello: clientHello) }
  static func server(_ bytes: RawSpan) -> Evidence { evidence(bytes, hello: serverHello) }

  private static let clientHello: UInt8 = 1
  private static let serverHello: UInt8 = 2

  private static func evidence(_ bytes: RawSpan, hello: UInt8) -> Evidence {
    guard let record = Record(bytes, at: 0) else { return .none }
    if record.type == Record.handshake {
      guard let type = bytes.octet(5), let length = bytes.word24(6), let version = bytes.short(9) else {
        return .none
      }
      // A hello has a random of 32 octets at least, and a session identifier of at most 32.
      guard let session = bytes.octet(43), session <= 32 else { return .none }
      return type == hello && length >= 38 && length < 1 << 17 && version >> 8 == 3 && version & 0xFF <= 4
        ? .strong : .none
    }
    // In the middle of a connection: records one behind the other.
    guard record.version == 0x0303 || record.type != Record.applicationData else { return .none }
    return Record(bytes, at: record.end) == nil ? .weak : .strong
  }

  static func isComplete(client: RawSpan, server: RawSpan) -> Bool {
    // A hello is the first that is said, so that what begins with anything else has none.
    func isHello(_ bytes: RawSpan) -> Bool { bytes.octet(0).map { $0 == Record.handshake } ?? true }
    guard isHello(client), isHello(server) else { return true }
    return Hello(client) != nil && Hello(server) != nil
  }

  static func describe(client: RawSpan, server: RawSpan) -> UnreadTraffic {
    let (offer, answer) = (Hello(client), Hello(server))
    var parts: [String] = []
    var facts: [UnreadTraffic.Fact] = []
    if let version = answer?.version {
      parts.append(version)
      facts.append(.init(name: .tlsVersion, value: version))
    } else {
      parts.append("TLS")
      if let version = offer?.version?.dropFirst("TLS ".count) { parts.append("offers \(version)") }
    }
    if let name = offer?.serverName {
      parts.append("SNI \(name)")
      facts.append(.init(name: .sni, value: name))
    }
    if let offered = offer?.applications, !offered.isEmpty {
      facts.append(.init(name: .alpnOffered, value: offered.joined(separator: " ")))
    }
    if let chosen = answer?.applications.first {
      parts.append("ALPN \(chosen)")
      facts.append(.init(name: .alpn, value: chosen))
    } else if let offered = offer?.applications, !offered.isEmpty, answer?.tellsApplication != true {
      // TLS 1.3 answers encrypted. Of one offer there is no choice.
      parts.append("ALPN \(offered.joined(separator: " "))" + (offered.count > 1 ? " offered" : ""))
    }
    if offer == nil, answer == nil { parts.append("handshake not captured") }
    parts.append("no keys")
    return UnreadTraffic(wireProtocol: .tls, text: parts.joined(separator: ", "), facts: facts)
  }
}

/// The head of a record.
///
///     0 type   1 version   3 length   5 content
private struct Record {
  let type: UInt8
  let version: Int
  let content: Range<Int>
  var end: Int { content.upperBound }

  static let handshake: UInt8 = 22
  static let applicationData: UInt8 = 23
  /// RFC 5246 §6.2.3: 2^14 octets and what encryption may add.
  private static let longest = 16_384 + 2_048

  init?(_ bytes: RawSpan, at offset: Int) {
    guard let type = bytes.octet(offset), (20...24).contains(type), let version = bytes.short(offset + 1),
      (0x0300...0x0304).contains(version), let length = bytes.short(offset + 3),
      (1...Self.longest).contains(length)
    else { return nil }
    (self.type, self.version) = (type, version)
    content = offset + 5..<offset + 5 + length
  }
}

/// A ClientHello or ServerHello (RFC 8446 §4.1), once it is whole.
private struct Hello {
  /// The version agreed on, or the highest one offered.
  private(set) var version: String?
  private(set) var serverName: String?
  /// ALPN (RFC 7301): what is offered, or the one that was chosen.
  private(set) var applications: [String] = []
  /// Whether the application that was chosen would stand in this hello.
  private(set) var tellsApplication = false

  init?(_ bytes: RawSpan) {
    guard let message = Self.message(in: bytes) else { return nil }
    read(message.span.bytes)
  }

  /// The first handshake message, out of its records.
  private static func message(in bytes: RawSpan) -> [UInt8]? {
    var message: [UInt8] = []
    var offset = 0
    while let record = Record(bytes, at: offset), record.type == Record.handshake {
      message += bytes.array(bytes.clamped(record.content.lowerBound, record.content.count))
      if message.count >= 4, let length = message.span.bytes.word24(1), message.count >= 4 + length {
        return Array(message[..<(4 + length)])
      }
      offset = record.end
    }
    return nil
  }

  private mutating func read(_ bytes: RawSpan) {
    let isClient = bytes.octet(0) == 1
    var version = bytes.short(4) ?? 0
    guard let session = bytes.octet(38) else { return }
    var offset = 39 + Int(session)
    if isClient {
      offset += 2 + (bytes.short(offset) ?? 0)
      offset += 1 + Int(bytes.octet(offset) ?? 0)
    } else {
      offset += 3
    }
    offset += 2
    while let type = bytes.short(offset), let length = bytes.short(offset + 2) {
      let body = bytes.extracting(bytes.clamped(offset + 4, length))
      switch type {
      case 0 where isClient: readServerName(body)
      case 16: readApplications(body)
      case 43: version = Self.highest(body, isList: isClient) ?? version
      default: break
      }
      offset += 4 + length
    }
    self.version = Self.name(version)
    tellsApplication = !isClient && (0x0300...0x0303).contains(version)
  }

  private mutating func readServerName(_ body: RawSpan) {
    guard body.octet(2) == 0, let length = body.short(3), body.isPrintable(5, length) else { return }
    serverName = body.text(5, length)
  }

  private mutating func readApplications(_ body: RawSpan) {
    var offset = 2
    while let length = body.octet(offset), applications.count < 8 {
      // Values that are to be ignored (RFC 8701) are no text.
      if body.isPrintable(offset + 1, Int(length)) {
        applications.append(body.text(offset + 1, Int(length), limit: 40))
      }
      offset += 1 + Int(length)
    }
  }

  /// The extension supported_versions (RFC 8446 §4.2.1).
  private static func highest(_ body: RawSpan, isList: Bool) -> Int? {
    guard isList else { return body.short(0) }
    var (best, offset): (Int?, Int) = (nil, 1)
    while let version = body.short(offset) {
      if name(version) != nil, version > best ?? 0 { best = version }
      offset += 2
    }
    return best
  }

  private static func name(_ version: Int) -> String? {
    switch version {
    case 0x0300: "SSL 3.0"
    case 0x0301...0x0304: "TLS 1.\(version - 0x0301)"
    case 0x7F00...0x7FFF: "TLS 1.3 draft \(version & 0xFF)"
    default: nil
    }
  }
}
