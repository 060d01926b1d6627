@testable import MosnInspectKit

/// What networks put around a packet of raw IPv4.
enum Wrapping {
  /// Ethernet, with a VLAN tag if one is named.
  static func ethernet(_ packet: [UInt8], vlan: UInt16? = nil) -> [UInt8] {
    let addresses = [UInt8](repeating: 2, count: 12)
    return addresses + (vlan.map { Talk.big(0x8100 as UInt16) + Talk.big($0) } ?? []) + [0x08, 0x00] + packet
  }

  /// VXLAN over UDP over IPv4 over Ethernet.
  static func vxlan(_ packet: [UInt8], network: UInt32) -> [UInt8] {
    let inner = [8, 0, 0, 0] + Talk.big(network << 8) + ethernet(packet)
    let udp =
      Talk.big(50_000 as UInt16) + Talk.big(4_789 as UInt16) + Talk.big(UInt16(8 + inner.count)) + [0, 0]
      + inner
    return ethernet(ip(17, udp, identification: 1))
  }

  static func ipip(_ packet: [UInt8], identification: UInt16) -> [UInt8] {
    ip(4, packet, identification: identification)
  }

  /// The two fragments of a packet, split behind `first` bytes of its payload.
  static func fragments(_ packet: [UInt8], first: Int) -> [[UInt8]] {
    let payload = packet[20...]
    return [(0, 0x2000), (first, 0)].map { (start: Int, more: UInt16) in
      var header = Array(packet[..<20])
      let part = start == 0 ? payload.prefix(first) : payload.dropFirst(first)
      header.replaceSubrange(2..<4, with: Talk.big(UInt16(20 + part.count)))
      header.replaceSubrange(6..<8, with: Talk.big(more | UInt16(start / 8)))
      return header + part
    }
  }

  private static func ip(_ number: UInt8, _ payload: [UInt8], identification: UInt16) -> [UInt8] {
    [0x45, 0] + Talk.big(UInt16(20 + payload.count)) + Talk.big(identification) + [0, 0, 64, number, 0, 0]
      + [192, 168, 0, 1, 192, 168, 0, 2] + payload
  }
}

extension Talk {
  /// Every packet as `wrap` makes it.
  func wrapped(_ wrap: ([UInt8]) -> [UInt8]) -> [Sent] {
    sent.map { packet in
      let bytes = wrap(packet.bytes)
      return Sent(
        bytes: bytes, time: packet.time,
        originalLength: packet.originalLength + bytes.count - packet.bytes.count)
    }
  }
}
