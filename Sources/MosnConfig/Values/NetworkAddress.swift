/// `host:port`: an IPv4 address, an IPv6 address in brackets, a name, or nothing (every address) before the colon.
public struct NetworkAddress: Hashable, Sendable, CustomStringConvertible {
  /// Without brackets; empty when every address is meant.
  public let host: String
  public let port: UInt16

  public init(host: String, port: UInt16) {
    self.host = host
    self.port = port
  }

  /// Nil when the text is no address with a port.
  public init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":") else { return nil }
    let digits = text[text.index(after: colon)...]
    var host = text[..<colon]
    guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(digits) else {
      return nil
    }
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
      guard host.contains(":"), Self.isIPv6(host) else { return nil }
    } else {
      guard Self.isNameOrIPv4(host) else { return nil }
    }
    self.init(host: String(host), port: port)
  }

  /// True for the addresses that stand for all addresses of the machine.
  public var isAnyHost: Bool { ["", "0.0.0.0", "::"].contains(host) }

  public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

  /// Hexadecimal groups, a dotted end and a zone; whether they add up is the socket's to say.
  private static func isIPv6(_ text: Substring) -> Bool {
    let parts = text.split(separator: "%", maxSplits: 1)
    return parts.first?.allSatisfy { $0 == ":" || $0 == "." || $0.isASCII && $0.isHexDigit } ?? false
  }

  private static func isNameOrIPv4(_ text: Substring) -> Bool {
    guard !text.isEmpty, text.allSatisfy({ $0.isNumber || $0 == "." }) else {
      return text.allSatisfy {
        $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "." || $0 == "_")
      }
    }
    let bytes = text.split(separator: ".", omittingEmptySubsequences: false)
    return bytes.count == 4 && bytes.allSatisfy { UInt8($0) != nil }
  }
}
