/// The records of a classic pcap file held in memory, in either byte order, with microseconds or nanoseconds.
/// A walk for tests and tools; what it does not understand ends it.
public struct PcapWalk: Sequence, IteratorProtocol {
  public struct Record {
    /// Nanoseconds since 1970.
    public let time: Int64
    /// The packet's bytes on the wire.
    public let originalLength: Int
    /// Where the captured bytes stand in the file.
    public let range: Range<Int>
  }

  public let linkType: UInt32
  public let bytes: [UInt8]
  private let bigEndian: Bool
  private let nanosecondsPerUnit: Int64
  private var offset = 24

  /// Nil if the file does not begin as a classic pcap file does.
  public init?(_ bytes: [UInt8]) {
    guard bytes.count >= 24 else { return nil }
    switch (bytes[0], bytes[1], bytes[2], bytes[3]) {
    case (0xD4, 0xC3, 0xB2, 0xA1): (bigEndian, nanosecondsPerUnit) = (false, 1_000)
    case (0x4D, 0x3C, 0xB2, 0xA1): (bigEndian, nanosecondsPerUnit) = (false, 1)
    case (0xA1, 0xB2, 0xC3, 0xD4): (bigEndian, nanosecondsPerUnit) = (true, 1_000)
    case (0xA1, 0xB2, 0x3C, 0x4D): (bigEndian, nanosecondsPerUnit) = (true, 1)
    default: return nil
    }
    self.bytes = bytes
    // The upper half tells of frame check sequences.
    linkType = Self.word(bytes, 20, bigEndian) & 0xFFFF
  }

  public mutating func next() -> Record? {
    guard offset + 16 <= bytes.count else { return nil }
    let words = (0..<4).map { Int64(Self.word(bytes, offset + 4 * $0, bigEndian)) }
    let start = offset + 16
    let end = start + Int(words[2])
    guard end <= bytes.count else { return nil }
    offset = end
    return Record(
      time: words[0] * 1_000_000_000 + words[1] * nanosecondsPerUnit,
      originalLength: Int(words[3]), range: start..<end)
  }

  private static func word(_ bytes: [UInt8], _ at: Int, _ bigEndian: Bool) -> UInt32 {
    let parts = (0..<4).map { UInt32(bytes[at + $0]) }
    return bigEndian
      ? parts[0] << 24 | parts[1] << 16 | parts[2] << 8 | parts[3]
      : parts[3] << 24 | parts[2] << 16 | parts[1] << 8 | parts[0]
  }
}
