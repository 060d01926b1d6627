import MosnBytes

/// What the first bytes of a client's connection begin.
enum Opening: Equatable {
  /// Too few to tell.
  case unclear
  case spoken(ConnectionProtocol)
  /// A request in HTTP/1: a method and a blank.
  case http1
  case other

  /// The longest method that IANA has registered, UPDATEREDIRECTREF, has 17 letters.
  private static let longestMethod = 20

  init(_ bytes: RawSpan) {
    guard bytes.byteCount > 0 else {
      self = .unclear
      return
    }
    switch bytes.byte(0) {
    case 1: self = .spoken(.boltV1)
    case 2: self = .spoken(.boltV2)
    default: self = Self.http(bytes)
    }
  }

  /// The preface of HTTP/2 is made like a request with the method PRI (RFC 9113 §3.4).
  private static func http(_ bytes: RawSpan) -> Opening {
    var letters = 0
    while letters < min(bytes.byteCount, longestMethod), isMethod(bytes.byte(letters)) { letters += 1 }
    guard letters > 0, letters < longestMethod else { return .other }
    guard letters < bytes.byteCount else { return .unclear }
    guard bytes.byte(letters) == UInt8(ascii: " ") else { return .other }
    return bytes.isEqual(0..<letters, to: preface.span.bytes) ? .spoken(.http2) : .http1
  }

  private static func isMethod(_ octet: UInt8) -> Bool {
    0...25 ~= octet &- UInt8(ascii: "A") || octet == UInt8(ascii: "-")
  }

  private static let preface = Array("PRI".utf8)
}
