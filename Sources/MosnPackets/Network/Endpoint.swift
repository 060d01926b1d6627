import MosnBytes

/// One end of a connection.
public struct Endpoint: Hashable, Sendable {
  public let address: IPAddress
  public let port: UInt16

  @inlinable
  public init(address: IPAddress, port: UInt16) {
    self.address = address
    self.port = port
  }
}

extension Endpoint {
  /// An IPv4 endpoint is one word to the hash function and an IPv6 endpoint three: packets are looked up by two of them.
  @inlinable
  public func hash(into hasher: inout Hasher) {
    switch address.family {
    case .ipv4: hasher.combine(address.low << 16 | UInt64(port))
    case .ipv6:
      hasher.combine(address.high)
      hasher.combine(address.low)
      hasher.combine(UInt64(port))
    }
  }
}

extension Endpoint: Comparable {
  /// By address, then by port.
  @inlinable
  public static func < (left: Self, right: Self) -> Bool {
    left.address != right.address ? left.address < right.address : left.port < right.port
  }
}

extension Endpoint: CustomStringConvertible {
  public var description: String {
    var text: [UInt8] = []
    append(to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// Appends `1.2.3.4:80` or `[::1]:80` (RFC 5952 §6).
  public func append(to text: inout [UInt8]) {
    switch address.family {
    case .ipv4: address.append(to: &text)
    case .ipv6:
      text.append(UInt8(ascii: "["))
      address.append(to: &text)
      text.append(UInt8(ascii: "]"))
    }
    text.append(UInt8(ascii: ":"))
    text.append(decimal: UInt32(port))
  }
}
