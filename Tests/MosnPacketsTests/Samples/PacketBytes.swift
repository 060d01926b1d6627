import MosnPackets

/// Packets written by hand, layer around layer: for the tests of this target, and where its fuzzing begins.
enum PacketBytes {
  static let source = IPAddress(ipv4: 0x0A00_0001)
  static let destination = IPAddress(ipv4: 0x0A00_0002)
  static let source6 = IPAddress(ipv6: 0x2001_0DB8_0000_0000, 1)
  static let destination6 = IPAddress(ipv6: 0x2001_0DB8_0000_0000, 2)

  static func ethernet(_ type: UInt16, _ payload: [UInt8]) -> [UInt8] {
    [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1] + big(type) + payload
  }

  /// `tags` are (tag protocol, identifier) pairs, outermost first.
  static func tagged(_ tags: [(UInt16, UInt16)], _ type: UInt16, _ payload: [UInt8]) -> [UInt8] {
    var (bytes, type) = (payload, type)
    for (tagProtocol, identifier) in tags.reversed() {
      bytes = big(identifier) + big(type) + bytes
      type = tagProtocol
    }
    return ethernet(type, bytes)
  }

  static func ipv4(
    _ number: IPProtocol, _ payload: [UInt8], options: [UInt8] = [], totalLength: Int? = nil,
    identification: UInt16 = 0x1234, fragment: UInt16 = 0x4000
  ) -> [UInt8] {
    let headerLength = 20 + options.count
    let total = UInt16(truncatingIfNeeded: totalLength ?? headerLength + payload.count)
    return [0x40 | UInt8(headerLength / 4), 0] + big(total) + big(identification) + big(fragment)
      + [64, number.rawValue, 0, 0] + source.bytes + destination.bytes + options + payload
  }

  /// `next` is the protocol of `payload`'s first header.
  static func ipv6(_ next: IPProtocol, _ payload: [UInt8], payloadLength: Int? = nil) -> [UInt8] {
    let length = UInt16(truncatingIfNeeded: payloadLength ?? payload.count)
    return [0x60, 0, 0, 0] + big(length) + [next.rawValue, 64] + source6.bytes + destination6.bytes + payload
  }

  static func tcp(
    _ payload: [UInt8], options: [UInt8] = [], sequence: UInt32 = 1000,
    flags: TCPFlags = [.acknowledgement, .push]
  ) -> [UInt8] {
    let offset = UInt16((20 + options.count) / 4) << 12
    return big(UInt16(40000)) + big(UInt16(80)) + big(sequence) + big(UInt32(2000))
      + big(offset | flags.rawValue)
      + [0x01, 0x00, 0, 0, 0, 0] + options + payload
  }

  static func udp(_ payload: [UInt8], to port: UInt16 = 53, length: Int? = nil) -> [UInt8] {
    big(UInt16(40001)) + big(port) + big(UInt16(truncatingIfNeeded: length ?? 8 + payload.count)) + [0, 0]
      + payload
  }

  static func big(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xFF)] }

  static func big(_ value: UInt32) -> [UInt8] {
    big(UInt16(value >> 16)) + big(UInt16(truncatingIfNeeded: value))
  }

  static let request = [UInt8]("GET / HTTP/1.1\r\n\r\n".utf8)
  static let segment = ipv4(.tcp, tcp(request))
  static let segment6 = ipv6(.tcp, tcp(request))
}

extension Packet {
  static func parse(
    _ bytes: [UInt8], _ linkType: LinkType = .ethernet, originalLength: Int? = nil
  ) -> Packet {
    parse(bytes.span.bytes, linkType: linkType, originalLength: originalLength ?? bytes.count)
  }
}

/// Packets that take every road through the parser; each ends in `PacketBytes.request` over TCP.
struct Sample: Sendable {
  let name: String
  let linkType: LinkType
  let bytes: [UInt8]
  let layers: [Layer]
  var vlans: [UInt16] = []

  init(_ name: String, _ linkType: LinkType, _ bytes: [UInt8], _ layers: [Layer], vlans: [UInt16] = []) {
    (self.name, self.linkType, self.bytes, self.layers, self.vlans) = (name, linkType, bytes, layers, vlans)
  }

  static let all: [Sample] = links + headers + tunnels

  private static let segment = PacketBytes.segment
  private static let segment6 = PacketBytes.segment6

  static let links: [Sample] = [
    Sample("Ethernet", .ethernet, PacketBytes.ethernet(0x0800, segment), [.ethernet, .ipv4, .tcp]),
    Sample("Ethernet, IPv6", .ethernet, PacketBytes.ethernet(0x86DD, segment6), [.ethernet, .ipv6, .tcp]),
    Sample(
      "802.1Q", .ethernet, PacketBytes.tagged([(0x8100, 0x6064)], 0x0800, segment),
      [.ethernet, .vlan, .ipv4, .tcp], vlans: [100]),
    Sample(
      "QinQ", .ethernet, PacketBytes.tagged([(0x88A8, 30), (0x8100, 31), (0x9100, 32)], 0x86DD, segment6),
      [.ethernet, .vlan, .vlan, .vlan, .ipv6, .tcp], vlans: [30, 31, 32]),
    Sample(
      "SNAP", .ethernet,
      PacketBytes.ethernet(UInt16(8 + segment.count), [0xAA, 0xAA, 3, 0, 0, 0, 8, 0] + segment + [9, 9]),
      [.ethernet, .llc, .ipv4, .tcp]),
    Sample(
      "LLC", .ethernet, PacketBytes.ethernet(UInt16(3 + segment.count), [6, 6, 3] + segment),
      [.ethernet, .llc, .ipv4, .tcp]),
    Sample(
      "FDDI", .fddi, [0x50] + [UInt8](repeating: 2, count: 12) + [0xAA, 0xAA, 3, 0, 0, 0, 8, 0] + segment,
      [.fddi, .llc, .ipv4, .tcp]),
    Sample(
      "SLL", .linuxSLL, [0, 0, 0, 1, 0, 6] + [UInt8](repeating: 1, count: 8) + [8, 0] + segment,
      [.linuxSLL, .ipv4, .tcp]),
    Sample(
      "SLL2", .linuxSLL2,
      [0x86, 0xDD, 0, 0, 0, 0, 0, 2, 0, 1, 0, 6] + [UInt8](repeating: 1, count: 8) + segment6,
      [.linuxSLL2, .ipv6, .tcp]),
    Sample("NULL, little-endian", .null, [2, 0, 0, 0] + segment, [.null, .ipv4, .tcp]),
    Sample("NULL, big-endian", .null, [0, 0, 0, 30] + segment6, [.null, .ipv6, .tcp]),
    Sample("LOOP", .loop, [0, 0, 0, 24] + segment6, [.null, .ipv6, .tcp]),
    Sample("RAW", .raw, segment, [.ipv4, .tcp]),
    Sample("RAW, DLT", .rawDLT, segment6, [.ipv6, .tcp]),
    Sample("RAW, OpenBSD", .rawOpenBSD, segment6, [.ipv6, .tcp]),
    Sample("IPV4", .ipv4, segment, [.ipv4, .tcp]),
    Sample("IPV6", .ipv6, segment6, [.ipv6, .tcp]),
    Sample("PPP", .ppp, [0x00, 0x21] + segment, [.ppp, .ipv4, .tcp]),
    Sample("PPP, HDLC framing, compressed", .pppHDLC, [0xFF, 0x03, 0x57] + segment6, [.ppp, .ipv6, .tcp]),
    Sample("Cisco HDLC", .ciscoHDLC, [0x0F, 0, 8, 0] + segment, [.ciscoHDLC, .ipv4, .tcp]),
    Sample(
      "NFLOG", .nflog, [2, 0, 0, 5, 5, 0, 10, 0, 0x78, 0, 0, 0, UInt8(4 + segment.count), 0, 9, 0] + segment,
      [.nflog, .ipv4, .tcp]),
    Sample(
      "PPPoE", .ethernet,
      PacketBytes.ethernet(
        0x8864,
        [0x11, 0, 0, 7] + PacketBytes.big(UInt16(2 + segment.count)) + [0, 0x21] + segment + [0, 0, 0]),
      [.ethernet, .pppoe, .ppp, .ipv4, .tcp]),
    Sample(
      "802.1ah", .ethernet,
      PacketBytes.ethernet(0x88E7, [0, 0, 0, 1] + PacketBytes.ethernet(0x0800, segment)),
      [.ethernet, .providerBackbone, .ethernet, .ipv4, .tcp]),
    Sample(
      "VN-Tag", .ethernet, PacketBytes.ethernet(0x8926, [0, 0, 0, 0, 8, 0] + segment),
      [.ethernet, .vnTag, .ipv4, .tcp]),
    Sample(
      "E-TAG", .ethernet, PacketBytes.ethernet(0x893F, [0, 0, 0, 0, 0, 0, 8, 0] + segment),
      [.ethernet, .eTag, .ipv4, .tcp]),
    Sample(
      "FabricPath", .ethernet, PacketBytes.ethernet(0x8903, [0, 0] + PacketBytes.ethernet(0x0800, segment)),
      [.ethernet, .fabricPath, .ethernet, .ipv4, .tcp]),
  ]

  static let headers: [Sample] = [
    Sample(
      "IPv4 and TCP options, padding", .ethernet,
      PacketBytes.ethernet(
        0x0800,
        PacketBytes.ipv4(
          .tcp, PacketBytes.tcp(PacketBytes.request, options: [1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2]),
          options: [0x94, 4, 0, 0]) + [0, 0, 0, 0]),
      [.ethernet, .ipv4, .tcp]),
    Sample(
      "total length 0", .ethernet,
      PacketBytes.ethernet(
        0x0800, PacketBytes.ipv4(.tcp, PacketBytes.tcp(PacketBytes.request), totalLength: 0)),
      [.ethernet, .ipv4, .tcp]),
    Sample(
      "IPv6 extension headers", .raw,
      PacketBytes.ipv6(
        .hopByHop,
        [43, 0, 1, 4, 0, 0, 0, 0]  // hop-by-hop options
          + [60, 0, 0, 0, 0, 0, 0, 0]  // routing
          + [44, 1] + [UInt8](repeating: 0, count: 14)  // destination options
          + [51, 0, 0, 0, 0, 0, 0, 7]  // an atomic fragment
          + [6, 1] + [UInt8](repeating: 0, count: 10)  // authentication
          + PacketBytes.tcp(PacketBytes.request)),
      [.ipv6, .tcp]),
    Sample(
      "AH over IPv4", .raw,
      PacketBytes.ipv4(
        .authentication, [6, 1] + [UInt8](repeating: 0, count: 10) + PacketBytes.tcp(PacketBytes.request)),
      [.ipv4, .tcp]),
  ]

  static let tunnels: [Sample] = [
    Sample("4 in 4", .raw, PacketBytes.ipv4(.ipv4, segment), [.ipv4, .ipv4, .tcp]),
    Sample("6 in 4", .raw, PacketBytes.ipv4(.ipv6, segment6), [.ipv4, .ipv6, .tcp]),
    Sample("4 in 6", .raw, PacketBytes.ipv6(.ipv4, segment), [.ipv6, .ipv4, .tcp]),
    Sample(
      "Ethernet in IPv6", .raw, PacketBytes.ipv6(.ethernet, PacketBytes.ethernet(0x0800, segment)),
      [.ipv6, .ethernet, .ipv4, .tcp]),
    Sample(
      "MPLS", .ethernet, PacketBytes.ethernet(0x8847, [0, 1, 0, 64, 0, 2, 1, 64] + segment),
      [.ethernet, .mpls, .ipv4, .tcp]),
    Sample(
      "MPLS in 4", .raw, PacketBytes.ipv4(.mpls, [0, 2, 1, 64] + segment), [.ipv4, .mpls, .ipv4, .tcp]),
    Sample(
      "pseudowire", .ethernet,
      PacketBytes.ethernet(0x8847, [0, 2, 1, 64, 0, 0, 0, 0] + PacketBytes.ethernet(0x0800, segment)),
      [.ethernet, .mpls, .pseudowire, .ethernet, .ipv4, .tcp]),
    Sample("GRE", .raw, PacketBytes.ipv4(.gre, [0, 0, 8, 0] + segment), [.ipv4, .gre, .ipv4, .tcp]),
    Sample(
      "GRE, all fields", .raw,
      PacketBytes.ipv4(
        .gre,
        [0xF0, 0, 0x65, 0x58] + [UInt8](repeating: 0, count: 12) + [0, 2, 0, 4, 1, 2, 3, 4, 0, 0, 0, 0]
          + PacketBytes.ethernet(0x0800, segment)),
      [.ipv4, .gre, .ethernet, .ipv4, .tcp]),
    Sample(
      "PPTP", .raw,
      PacketBytes.ipv4(.gre, [0x30, 0x81, 0x88, 0x0B] + [UInt8](repeating: 0, count: 12) + [0x21] + segment),
      [.ipv4, .gre, .ppp, .ipv4, .tcp]),
    Sample(
      "ERSPAN I", .raw,
      PacketBytes.ipv4(.gre, [0, 0, 0x88, 0xBE] + PacketBytes.ethernet(0x0800, segment)),
      [.ipv4, .gre, .ethernet, .ipv4, .tcp]),
    Sample(
      "ERSPAN II", .raw,
      PacketBytes.ipv4(
        .gre,
        [0x10, 0, 0x88, 0xBE] + [UInt8](repeating: 0, count: 12) + PacketBytes.ethernet(0x0800, segment)),
      [.ipv4, .gre, .erspan, .ethernet, .ipv4, .tcp]),
    Sample(
      "ERSPAN III", .raw,
      PacketBytes.ipv4(
        .gre,
        [0x10, 0, 0x22, 0xEB] + [UInt8](repeating: 0, count: 15) + [1] + [UInt8](repeating: 0, count: 8)
          + PacketBytes.ethernet(0x0800, segment)),
      [.ipv4, .gre, .erspan, .ethernet, .ipv4, .tcp]),
    udp(
      "VXLAN", 4789, [8, 0, 0, 0, 0, 0, 1, 0] + PacketBytes.ethernet(0x0800, segment), [.vxlan, .ethernet]),
    udp(
      "VXLAN of Linux", 8472, [8, 0, 0, 0, 0, 0, 1, 0] + PacketBytes.ethernet(0x0800, segment),
      [.vxlan, .ethernet]),
    udp(
      "VXLAN-GPE, Ethernet", 4790, [12, 0, 0, 3, 0, 0, 1, 0] + PacketBytes.ethernet(0x0800, segment),
      [.vxlan, .ethernet]),
    udp("VXLAN-GPE", 4790, [12, 0, 0, 1, 0, 0, 1, 0] + segment, [.vxlan]),
    udp(
      "Geneve", 6081, [1, 0, 0x65, 0x58, 0, 0, 1, 0, 9, 9, 9, 9] + PacketBytes.ethernet(0x0800, segment),
      [.geneve, .ethernet]),
    udp(
      "GTP-U", 2152,
      [0x34, 255] + PacketBytes.big(UInt16(8 + segment.count)) + [0, 0, 0, 1, 0, 0, 0, 0x85, 1, 0, 0, 0]
        + segment,
      [.gtpUser]),
    udp("GRE over UDP", 4754, [0, 0, 8, 0] + segment, [.gre]),
    udp("MPLS over UDP", 6635, [0, 2, 1, 64] + segment, [.mpls]),
  ]

  private static func udp(_ name: String, _ port: UInt16, _ payload: [UInt8], _ between: [Layer]) -> Sample {
    Sample(
      name, .raw, PacketBytes.ipv4(.udp, PacketBytes.udp(payload, to: port)),
      [.ipv4, .udp] + between + [.ipv4, .tcp])
  }
}
