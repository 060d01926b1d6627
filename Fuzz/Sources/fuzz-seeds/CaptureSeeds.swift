enum CaptureSeeds {
  /// The packets of a classic little-endian file; none of another.
  static func packets(of file: [UInt8]) -> [[UInt8]] {
    guard file.starts(with: [0xD4, 0xC3, 0xB2, 0xA1]) else { return [] }
    var packets: [[UInt8]] = []
    var at = 24
    while at + 16 <= file.count {
      let length = (0..<4).reduce(0) { $0 | Int(file[at + 8 + $1]) << (8 * $1) }
      guard at + 16 + length <= file.count else { break }
      packets.append(Array(file[at + 16..<at + 16 + length]))
      at += 16 + length
    }
    return packets
  }
}
