/// What follows an Ethernet header or a VLAN tag (IEEE 802 numbers), and, in GRE, what is carried.
public struct EtherType: RawRepresentable, Hashable, Sendable {
  public let rawValue: UInt16

  @inlinable
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  public static let ipv4 = Self(rawValue: 0x0800)
  public static let arp = Self(rawValue: 0x0806)
  /// ERSPAN type III, in GRE.
  public static let erspanIII = Self(rawValue: 0x22EB)
  /// A whole Ethernet frame, in GRE and Geneve.
  public static let bridgedEthernet = Self(rawValue: 0x6558)
  public static let vlan = Self(rawValue: 0x8100)
  public static let ipv6 = Self(rawValue: 0x86DD)
  public static let ppp = Self(rawValue: 0x880B)
  public static let mpls = Self(rawValue: 0x8847)
  public static let mplsUpstream = Self(rawValue: 0x8848)
  public static let pppoeSession = Self(rawValue: 0x8864)
  /// 802.1ad, the outer tag of QinQ.
  public static let serviceVLAN = Self(rawValue: 0x88A8)
  /// ERSPAN types I and II, in GRE.
  public static let erspan = Self(rawValue: 0x88BE)
  /// 802.1ah, MAC in MAC.
  public static let providerBackbone = Self(rawValue: 0x88E7)
  public static let fabricPath = Self(rawValue: 0x8903)
  public static let vnTag = Self(rawValue: 0x8926)
  public static let eTag = Self(rawValue: 0x893F)
  /// QinQ before 802.1ad was settled.
  public static let oldServiceVLAN = Self(rawValue: 0x9100)

  /// Smaller values are not types but the length of an 802.3 frame (IEEE 802.3 §3.2.6).
  static let least: UInt16 = 0x0600
}

extension EtherType: CustomStringConvertible {
  public var description: String {
    let digits = String(rawValue, radix: 16)
    return "ethertype 0x" + String(repeating: "0", count: 4 - digits.count) + digits
  }
}
