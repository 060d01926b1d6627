/// The header of the PROXY protocol, with which a load balancer tells a server whom it speaks for: a line of text
/// (version 1) or a binary head (version 2), before the first byte of the client.
enum ProxyHeader {
  enum Length: Equatable {
    case none
    /// So far it may be one.
    case unfinished
    case bytes(Int)
  }

  /// How long the header is that `bytes` begin with.
  static func length(in bytes: [UInt8]) -> Length {
    guard let first = bytes.first else { return .unfinished }
    switch first {
    case line[0]: return lengthOfLine(bytes)
    case signature[0]: return lengthOfBinary(bytes)
    default: return .none
    }
  }

  private static func lengthOfLine(_ bytes: [UInt8]) -> Length {
    guard bytes.prefix(line.count).elementsEqual(line.prefix(bytes.count)) else { return .none }
    let head = bytes.prefix(longestLine)
    guard let end = head.firstIndex(of: UInt8(ascii: "\n")) else {
      return bytes.count < longestLine ? .unfinished : .none
    }
    return bytes[end - 1] == UInt8(ascii: "\r") ? .bytes(end + 1) : .none
  }

  private static func lengthOfBinary(_ bytes: [UInt8]) -> Length {
    guard bytes.prefix(signature.count).elementsEqual(signature.prefix(bytes.count)) else { return .none }
    guard bytes.count >= fixedLength else { return .unfinished }
    // Version 2, and one of the commands LOCAL and PROXY.
    guard bytes[12] & 0xFE == 0x20 else { return .none }
    let length = fixedLength + (Int(bytes[14]) << 8 | Int(bytes[15]))
    return bytes.count < length ? .unfinished : .bytes(length)
  }

  private static let line = Array("PROXY ".utf8)
  /// With the longest addresses and CRLF.
  private static let longestLine = 107
  private static let signature: [UInt8] = [
    0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A,
  ]
  private static let fixedLength = 16
}
