/// Packets for the inspector: IPv4 and TCP without options, from one client to one server's port 12200.
enum RawPacket {
  static func tcp(flags: UInt8, sequence: UInt32, number: UInt16, _ payload: [UInt8]) -> [UInt8] {
    func pair(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 255)] }
    let length = UInt16(truncatingIfNeeded: 40 + payload.count)
    return [0x45, 0] + pair(length) + pair(number) + [0, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]
      + pair(40_000) + pair(12_200) + pair(UInt16(sequence >> 16)) + pair(UInt16(sequence & 0xFFFF))
      + [0, 0, 0, 0, 0x50, flags, 0xFF, 0xFF, 0, 0, 0, 0] + payload
  }
}
