/// The protocol number of an IPv4 header, or the next header of an IPv6 one (IANA "Protocol Numbers").
public struct IPProtocol: RawRepresentable, Hashable, Sendable {
  public let rawValue: UInt8

  @inlinable
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let hopByHop = Self(rawValue: 0)
  public static let icmp = Self(rawValue: 1)
  public static let ipv4 = Self(rawValue: 4)
  public static let tcp = Self(rawValue: 6)
  public static let udp = Self(rawValue: 17)
  public static let ipv6 = Self(rawValue: 41)
  public static let routing = Self(rawValue: 43)
  public static let fragment = Self(rawValue: 44)
  public static let gre = Self(rawValue: 47)
  public static let encapsulatingSecurity = Self(rawValue: 50)
  public static let authentication = Self(rawValue: 51)
  public static let icmpv6 = Self(rawValue: 58)
  public static let noNextHeader = Self(rawValue: 59)
  public static let destinationOptions = Self(rawValue: 60)
  public static let sctp = Self(rawValue: 132)
  public static let mobility = Self(rawValue: 135)
  public static let mpls = Self(rawValue: 137)
  public static let hostIdentity = Self(rawValue: 139)
  public static let shim6 = Self(rawValue: 140)
  /// An Ethernet frame in IP (RFC 8986 §10.1).
  public static let ethernet = Self(rawValue: 143)
}

extension IPProtocol: CustomStringConvertible {
  public var description: String {
    switch self {
    case .icmp: "ICMP"
    case .tcp: "TCP"
    case .udp: "UDP"
    case .gre: "GRE"
    case .encapsulatingSecurity: "ESP"
    case .icmpv6: "ICMPv6"
    case .sctp: "SCTP"
    default: "IP protocol \(rawValue)"
    }
  }
}
