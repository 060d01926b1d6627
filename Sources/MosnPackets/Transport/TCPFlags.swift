/// The twelve bits behind the data offset of a TCP header (RFC 9293 §3.1, RFC 3168 §6.1), reserved ones too.
public struct TCPFlags: OptionSet, Hashable, Sendable {
  public let rawValue: UInt16

  @inlinable
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  public static let fin = Self(rawValue: 0x001)
  public static let syn = Self(rawValue: 0x002)
  public static let reset = Self(rawValue: 0x004)
  public static let push = Self(rawValue: 0x008)
  public static let acknowledgement = Self(rawValue: 0x010)
  public static let urgent = Self(rawValue: 0x020)
  public static let congestionEcho = Self(rawValue: 0x040)
  public static let congestionWindowReduced = Self(rawValue: 0x080)
  public static let accurateECN = Self(rawValue: 0x100)
}
