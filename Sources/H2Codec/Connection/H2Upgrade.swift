import MosnBytes

/// The way from HTTP/1.1 to HTTP/2 without TLS (RFC 7540 §3.2): `Upgrade: h2c` with the client's settings in a field,
/// answered by 101. RFC 9113 dropped it; SOFARPC and curl still use it. The HTTP/1.1 part stays the caller's.
public enum H2Upgrade {
  /// The server's whole answer; HTTP/2 begins behind it.
  public static let response: [UInt8] = Array(
    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n".utf8)

  /// What the first bytes of an HTTP/1.1 direction say.
  public enum Verdict: Sendable, Equatable {
    case no
    case maybe
    /// HTTP/2 begins at `end`, unless a request carries content before it. A request gives its settings.
    case yes(end: Int, settings: [H2Setting])
  }

  /// The largest HTTP/1.1 head looked at.
  static let headLimit = 16 << 10

  /// Whether `bytes` begin with a request that asks for h2c. The server has yet to agree.
  public static func request(in bytes: [UInt8]) -> Verdict {
    guard let end = endOfHead(bytes) else { return bytes.count < headLimit ? .maybe : .no }
    guard let value = field("http2-settings", in: bytes[..<end]), let settings = settings(from: bytes[value]),
      let upgrade = field("upgrade", in: bytes[..<end]),
      bytes[upgrade].split(separator: UInt8(ascii: ",")).contains(where: { isH2C($0) })
    else { return .no }
    return .yes(end: end, settings: settings)
  }

  /// Whether `bytes` begin with the answer 101 to h2c.
  public static func response(in bytes: [UInt8]) -> Verdict {
    let start = Array("HTTP/1.1 101".utf8)
    guard bytes.starts(with: start.prefix(bytes.count)) else { return .no }
    guard let end = endOfHead(bytes) else { return bytes.count < headLimit ? .maybe : .no }
    guard let upgrade = field("upgrade", in: bytes[..<end]), isH2C(bytes[upgrade]) else { return .no }
    return .yes(end: end, settings: [])
  }

  /// The entries of an HTTP2-Settings field: base64url of a SETTINGS payload. nil if it is not that.
  public static func settings(from value: some Sequence<UInt8>) -> [H2Setting]? {
    var payload: [UInt8] = []
    var bits = 0
    var pending: UInt32 = 0
    for byte in value where byte != UInt8(ascii: "=") {
      guard let digit = Base64.url.value(of: byte) else { return nil }
      pending = (pending << 6 | digit) & 0xFFFF
      bits += 6
      guard bits >= 8 else { continue }
      bits -= 8
      payload.append(UInt8(truncatingIfNeeded: pending >> UInt32(bits)))
    }
    guard payload.count.isMultiple(of: 6) else { return nil }
    return Array(H2SettingSequence(bytes: payload, range: 0..<payload.count))
  }

  /// An HTTP2-Settings field's value.
  public static func value(of settings: [H2Setting]) -> [UInt8] {
    var payload: [UInt8] = []
    for setting in settings {
      payload.append(bigEndian: setting.identifier.rawValue)
      payload.append(bigEndian: setting.value)
    }
    // Entries are 6 bytes: no padding is ever needed.
    var text: [UInt8] = []
    for start in stride(from: 0, to: payload.count, by: 3) {
      let group = UInt32(payload[start]) << 16 | UInt32(payload[start + 1]) << 8 | UInt32(payload[start + 2])
      for shift: UInt32 in [18, 12, 6, 0] { text.append(Base64.url.digit(group >> shift)) }
    }
    return text
  }

  private static func endOfHead(_ bytes: [UInt8]) -> Int? {
    var i = 3
    while i < min(bytes.count, headLimit) {
      if bytes[i] == 0x0A, bytes[i - 1] == 0x0D, bytes[i - 2] == 0x0A, bytes[i - 3] == 0x0D { return i + 1 }
      i += 1
    }
    return nil
  }

  /// The value of the first line of this name, without blanks around it.
  private static func field(_ name: StaticString, in head: ArraySlice<UInt8>) -> Range<Int>? {
    for line in head.split(separator: 0x0A) {
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
      guard lowercased(line[..<colon], equals: name) else { continue }
      var value = line[(colon + 1)...]
      while let first = value.first, first == 0x20 || first == 0x09 { value.removeFirst() }
      while let last = value.last, last == 0x20 || last == 0x09 || last == 0x0D { value.removeLast() }
      return value.startIndex..<value.endIndex
    }
    return nil
  }

  private static func lowercased(_ bytes: ArraySlice<UInt8>, equals text: StaticString) -> Bool {
    guard bytes.count == text.utf8CodeUnitCount else { return false }
    for (i, byte) in bytes.enumerated() {
      let isUpper = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
      guard (isUpper ? byte | 0x20 : byte) == text.utf8Start[i] else { return false }
    }
    return true
  }

  private static func isH2C(_ token: ArraySlice<UInt8>) -> Bool {
    lowercased(token.filter { $0 != 0x20 && $0 != 0x09 }[...], equals: "h2c")
  }
}

extension H2Connection {
  /// Goes on where an HTTP/1.1 request was upgraded: stream 1 is that request, whole, and the answer belongs on it.
  /// To be called first of all. A server gives the settings of the request's HTTP2-Settings, a client none; `answers`
  /// is the form of the request.
  public mutating func beginUpgraded(
    settings: [H2Setting] = [], answers form: H2MessageHead.RequestForm = .other
  ) throws(H2Error) {
    try apply(settings, at: 0)
    let slot = insert(1, incoming: role == .server ? .over : .head)
    streams[slot].incoming.answers = form
    if role == .server {
      lastRemoteStream = 1
      advance(slot, to: .halfClosedRemote)
    } else {
      lastLocalStream = 1
      advance(slot, to: .halfClosedLocal)
    }
  }
}
