/// The twelve bits behind the data offset of a TCP header (RFC 9293 §3.1, RFC 3168 §6.1), reserved ones too.
public struct TCPFlags: OptionSet, Hashable, Sendable {
  public let rawValue: UInt16

  @inlinable
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  @inlinable public static var fin: Self { Self(rawValue: 0x001) }
  @inlinable public static var syn: Self { Self(rawValue: 0x002) }
  @inlinable public static var reset: Self { Self(rawValue: 0x004) }
  @inlinable public static var push: Self { Self(rawValue: 0x008) }
  @inlinable public static var acknowledgement: Self { Self(rawValue: 0x010) }
  @inlinable public static var urgent: Self { Self(rawValue: 0x020) }
  @inlinable public static var congestionEcho: Self { Self(rawValue: 0x040) }
  @inlinable public static var congestionWindowReduced: Self { Self(rawValue: 0x080) }
  @inlinable public static var accurateECN: Self { Self(rawValue: 0x100) }
}
