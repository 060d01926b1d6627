/// The kind of header a captured packet begins with: a LINKTYPE_ number of a file, or the DLT_ number that a
/// live interface reports (tcpdump.org/linktypes.html). The two differ for a few kinds; both are listed here.
public struct LinkType: RawRepresentable, Hashable, Sendable {
  public let rawValue: UInt32

  @inlinable
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// BSD loopback: the address family in the byte order of the machine that captured.
  public static let null = Self(rawValue: 0)
  public static let ethernet = Self(rawValue: 1)
  public static let ppp = Self(rawValue: 9)
  public static let fddi = Self(rawValue: 10)
  /// DLT_RAW on most systems: an IP packet without a link layer.
  public static let rawDLT = Self(rawValue: 12)
  /// DLT_RAW on OpenBSD.
  public static let rawOpenBSD = Self(rawValue: 14)
  /// PPP in HDLC-like framing (RFC 1662), the address and control bytes in place.
  public static let pppHDLC = Self(rawValue: 50)
  public static let raw = Self(rawValue: 101)
  /// Cisco HDLC.
  public static let ciscoHDLC = Self(rawValue: 104)
  /// OpenBSD loopback: the address family in network byte order.
  public static let loop = Self(rawValue: 108)
  /// Linux cooked capture, version 1 (the `any` interface).
  public static let linuxSLL = Self(rawValue: 113)
  public static let ipv4 = Self(rawValue: 228)
  public static let ipv6 = Self(rawValue: 229)
  /// Linux netfilter log messages.
  public static let nflog = Self(rawValue: 239)
  /// Linux cooked capture, version 2.
  public static let linuxSLL2 = Self(rawValue: 276)
}

extension LinkType: CustomStringConvertible {
  /// Such as `link type 117 (OpenBSD pflog)`: names of those that are met and not read.
  public var description: String {
    let name: StaticString? =
      switch rawValue {
      case 3: "AX.25"
      case 6: "Token Ring"
      case 7: "ARCNET"
      case 105: "802.11"
      case 107: "Frame Relay"
      case 117: "OpenBSD pflog"
      case 119: "802.11 with Prism header"
      case 127: "802.11 with radiotap header"
      case 163: "802.11 with AVS header"
      case 187, 201: "Bluetooth HCI"
      case 189, 220, 249: "USB"
      case 192: "802.11 with PPI header"
      case 195, 215, 230: "802.15.4"
      case 227: "CAN"
      case 253: "netlink"
      default: nil
      }
    return "link type \(rawValue)" + (name.map { " (\($0))" } ?? "")
  }
}
