/// The CRC-32 of zlib, Ethernet and `java.util.zip` (polynomial 0xEDB88320 reflected, start and final XOR all ones).
public enum CRC32 {
  public static func checksum(_ bytes: RawSpan) -> UInt32 {
    ~tables.withUnsafeBufferPointer { table in
      bytes.withUnsafeBytes { bytes in remainder(of: bytes, from: ~0, table) }
    }
  }

  /// How the checksum changes when four bytes of the message change by XOR with `difference` (its high byte first in
  /// the message) and `following` bytes stand behind them.
  ///
  /// CRC-32 is linear, so this needs neither the message nor its checksum: log(`following`) multiplications.
  static func change(_ difference: UInt32, following: Int) -> UInt32 {
    let word = difference.byteSwapped
    var change =
      tables[768 + Int(word & 0xff)] ^ tables[512 + Int(word >> 8 & 0xff)]
      ^ tables[256 + Int(word >> 16 & 0xff)] ^ tables[Int(word >> 24)]
    var left = UInt(max(0, following))
    for power in powers {
      if left == 0 { break }
      if left & 1 != 0 { change = product(power, change) }
      left >>= 1
    }
    return change
  }
}

extension CRC32 {
  private static let polynomial: UInt32 = 0xEDB8_8320

  /// Sixteen tables of 256, one behind the other: entry `256 * k + b` is the remainder of byte `b` followed by `k`
  /// zero bytes. Sixteen bytes are then taken in a step without one look-up waiting for another.
  private static let tables: [UInt32] = {
    var tables = [UInt32](repeating: 0, count: 16 * 256)
    for byte in 0..<256 {
      var remainder = UInt32(byte)
      for _ in 0..<8 { remainder = times(remainder) }
      tables[byte] = remainder
    }
    for entry in 256..<tables.count {
      let before = tables[entry - 256]
      tables[entry] = tables[Int(before & 0xff)] ^ (before >> 8)
    }
    return tables
  }()

  /// x to the power 8·2^k modulo the polynomial: entry k moves a remainder on by 2^k zero bytes.
  private static let powers: [UInt32] = {
    var power: UInt32 = 0x8000_0000 >> 8
    return (0..<40).map { _ in
      defer { power = product(power, power) }
      return power
    }
  }()

  private static func remainder(
    of bytes: UnsafeRawBufferPointer, from start: UInt32, _ table: UnsafeBufferPointer<UInt32>
  ) -> UInt32 {
    var remainder = start
    var at = 0
    while bytes.count - at >= 16 {
      let low = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
      let high = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at + 8, as: UInt64.self))
      // Only the first four look-ups wait for the step before; they come last, so that the others need not wait too.
      let free =
        folded(UInt32(truncatingIfNeeded: high >> 32), table, 0)
        ^ folded(UInt32(truncatingIfNeeded: high), table, 4)
        ^ folded(UInt32(truncatingIfNeeded: low >> 32), table, 8)
      remainder = free ^ folded(UInt32(truncatingIfNeeded: low) ^ remainder, table, 12)
      at += 16
    }
    while at < bytes.count {
      remainder = table[Int(UInt8(truncatingIfNeeded: remainder) ^ bytes[at])] ^ (remainder >> 8)
      at += 1
    }
    return remainder
  }

  /// The remainder of four bytes that have `behind` bytes of the step behind them.
  @inline(__always)
  private static func folded(_ word: UInt32, _ table: UnsafeBufferPointer<UInt32>, _ behind: Int) -> UInt32 {
    table[(behind + 3) * 256 + Int(word & 0xff)] ^ table[(behind + 2) * 256 + Int(word >> 8 & 0xff)]
      ^ table[(behind + 1) * 256 + Int(word >> 16 & 0xff)] ^ table[behind * 256 + Int(word >> 24)]
  }

  /// A polynomial times x; bit 31 is the constant term.
  @inline(__always)
  private static func times(_ value: UInt32) -> UInt32 {
    (value >> 1) ^ (polynomial & (0 &- (value & 1)))
  }

  /// The product of two polynomials.
  private static func product(_ a: UInt32, _ b: UInt32) -> UInt32 {
    var (sum, a, b): (UInt32, UInt32, UInt32) = (0, a, b)
    while a != 0 {
      sum ^= b & (0 &- (a >> 31))
      a <<= 1
      b = times(b)
    }
    return sum
  }
}
