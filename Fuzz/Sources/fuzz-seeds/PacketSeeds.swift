/// The layers that no recording of ours has, each around the same TCP segment.
enum PacketSeeds {
  /// Behind the number of a link type in the list of the target `packets`.
  static var packets: [(name: String, linkType: UInt8, bytes: [UInt8])] {
    let inner = ipv4(6, segment)
    let frame = ethernet(0x0800, inner)
    let onEthernet: [(String, [UInt8])] = [
      ("vxlan", udp(4789, [8, 0, 0, 0, 0, 0, 1, 0] + frame)),
      ("vxlan-linux", udp(8472, [8, 0, 0, 0, 0, 0, 1, 0] + frame)),
      ("vxlan-gpe", udp(4790, [0xC, 0, 0, 1, 0, 0, 1, 0] + inner)),
      ("vxlan-gpe-ethernet", udp(4790, [0xC, 0, 0, 3, 0, 0, 1, 0] + frame)),
      ("geneve", udp(6081, [2, 0, 0x65, 0x58, 0, 0, 1, 0] + [1, 2, 0x80, 1, 1, 2, 3, 4] + frame)),
      ("gtp", udp(2152, [0x30, 255] + bigEndian(inner.count) + [0, 0, 0, 1] + inner)),
      (
        "gtp-extended",
        udp(
          2152, [0x34, 255] + bigEndian(inner.count + 8) + [0, 0, 0, 1, 0, 0, 0, 0x85, 1, 0, 9, 0] + inner)
      ),
      ("gre-in-udp", udp(4754, [0x20, 0, 8, 0, 0, 0, 0, 7] + inner)),
      ("mpls-in-udp", udp(6635, label + inner)),
      ("gre", ipv4(47, [0, 0, 8, 0] + inner)),
      (
        "gre-all",
        ipv4(47, [0xF0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2] + [0, 2, 0, 0, 0, 0, 0, 0] + inner)
      ),
      ("pptp", ipv4(47, [0x30, 0x81, 0x88, 0x0B] + [0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3] + ppp + inner)),
      ("erspan-i", ipv4(47, [0, 0, 0x88, 0xBE] + frame)),
      ("erspan-ii", ipv4(47, [0x10, 0, 0x88, 0xBE, 0, 0, 0, 1] + [0x10, 1, 0, 0, 0, 0, 0, 0] + frame)),
      (
        "erspan-iii",
        ipv4(47, [0x10, 0, 0x22, 0xEB, 0, 0, 0, 1] + [0x20] + [UInt8](repeating: 0, count: 10) + [1] + frame)
      ),
      ("ip-in-ip", ipv4(4, inner)),
      ("mpls-in-ip", ipv4(137, label + inner)),
      ("ethernet-in-ip", ipv4(143, frame)),
      ("authentication", ipv4(51, [6, 4, 0, 0, 0, 0, 0, 1] + [UInt8](repeating: 0, count: 16) + segment)),
      ("6in4", ipv4(41, ipv6(6, segment))),
    ]
    let frames: [(String, [UInt8])] = [
      ("vlan", ethernet(0x8100, [0, 5, 8, 0] + inner)),
      ("qinq", ethernet(0x88A8, [0, 5, 0x81, 0, 0, 6, 8, 0] + inner)),
      ("mpls", ethernet(0x8847, [0, 0, 0x10, 64] + label + inner)),
      ("pseudowire", ethernet(0x8847, label + [0, 0, 0, 0] + frame)),
      ("pppoe", ethernet(0x8864, [0x11, 0, 0, 1] + bigEndian(inner.count + 2) + [0, 0x21] + inner)),
      ("mac-in-mac", ethernet(0x88E7, [0, 0, 0, 1] + frame)),
      ("fabric-path", ethernet(0x8903, [0, 1] + frame)),
      ("vn-tag", ethernet(0x8926, [0, 0, 0, 0, 8, 0] + inner)),
      ("e-tag", ethernet(0x893F, [0, 0, 0, 0, 0, 0, 8, 0] + inner)),
      ("llc", ethernet(inner.count + 3, [6, 6, 3] + inner)),
      ("snap", ethernet(inner.count + 8, snap + inner)),
      ("ipv6", ethernet(0x86DD, ipv6(6, segment))),
      ("ipv6-extended", ethernet(0x86DD, ipv6(0, options(60) + options(43) + options(6) + segment))),
      ("ipv6-atomic", ethernet(0x86DD, ipv6(44, [6, 0, 0, 0, 0, 0, 0, 1] + segment))),
      ("ipv6-fragment", ethernet(0x86DD, ipv6(44, [6, 0, 0, 1, 0, 0, 0, 1] + segment))),
    ]
    let others: [(String, UInt8, [UInt8])] = [
      ("raw", 1, inner),
      ("sll", 2, [0, 0, 0, 1, 0, 6] + [UInt8](repeating: 1, count: 8) + [8, 0] + inner),
      ("sll2", 3, [8, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 6] + [UInt8](repeating: 1, count: 8) + inner),
      ("null", 4, [2, 0, 0, 0] + inner),
      ("null-ipv6", 4, [30, 0, 0, 0] + ipv6(6, segment)),
      ("loop", 5, [0, 0, 0, 2] + inner),
      ("ppp", 6, [0xFF, 3] + ppp + inner),
      ("ppp-short", 6, [0x21] + inner),
      ("ppp-hdlc", 7, [0x0F, 0, 8, 0] + inner),
      ("cisco-hdlc", 8, [0x0F, 0, 8, 0] + inner),
      ("fddi", 9, [0x50] + [UInt8](repeating: 1, count: 12) + snap + inner),
      ("nflog", 10, [2, 0, 0, 0, 8, 0, 1, 0, 8, 0, 1, 0] + [UInt8(inner.count + 4), 0, 9, 0] + inner),
      ("ipv4-only", 11, inner),
      ("ipv6-only", 12, ipv6(6, segment)),
    ]
    return onEthernet.map { ($0.0, 0, ethernet(0x0800, $0.1)) } + frames.map { ($0.0, 0, $0.1) }
      + others.map { ($0.0, $0.1, $0.2) }
  }

  /// With options: a maximum segment size, and a time stamp.
  private static let segment: [UInt8] =
    [0x1F, 0x90, 0xC3, 0x50, 0, 0, 0, 1, 0, 0, 0, 2, 0x90, 0x18, 1, 0, 0, 0, 0, 0]
    + [2, 4, 5, 0xB4, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2, 1, 0] + Array("payload".utf8)
  /// The last of a stack.
  private static let label: [UInt8] = [0, 0, 0x21, 64]
  private static let ppp: [UInt8] = [0, 0x21]
  private static let snap: [UInt8] = [0xAA, 0xAA, 3, 0, 0, 0, 8, 0]

  private static func bigEndian(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 255), UInt8(value & 255)] }

  private static func ethernet(_ type: Int, _ payload: [UInt8]) -> [UInt8] {
    [UInt8](repeating: 2, count: 12) + bigEndian(type) + payload
  }

  private static func ipv4(_ carried: UInt8, _ payload: [UInt8]) -> [UInt8] {
    [0x45, 0] + bigEndian(20 + payload.count) + [0, 1, 0x40, 0, 64, carried, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]
      + payload
  }

  private static func ipv6(_ carried: UInt8, _ payload: [UInt8]) -> [UInt8] {
    [0x60, 0, 0, 0] + bigEndian(payload.count) + [carried, 64] + [UInt8](repeating: 1, count: 32) + payload
  }

  private static func udp(_ port: Int, _ payload: [UInt8]) -> [UInt8] {
    ipv4(17, [0x30, 0x39] + bigEndian(port) + bigEndian(8 + payload.count) + [0, 0] + payload)
  }

  /// An extension header of IPv6.
  private static func options(_ next: UInt8) -> [UInt8] { [next, 0, 1, 4, 0, 0, 0, 0] }
}
