import BoltCodec
import Support
import Testing

@Suite struct CRC32Tests {
  @Test func knownSums() {
    #expect(crc32([UInt8]()) == 0)
    #expect(crc32(Array("123456789".utf8)) == 0xCBF4_3926)
    #expect(
      crc32(Array("The quick brown fox jumps over the lazy dog".utf8)) == 0x414F_A339)
  }

  /// Against the definition, bit by bit, at lengths around the sixteen bytes of a step.
  @Test func agreesWithTheDefinition() {
    var random = SeededRandom(seed: 32)
    for count in 0..<100 {
      let bytes = random.bytes(count)
      var sum = ~UInt32(0)
      for byte in bytes {
        sum ^= UInt32(byte)
        for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
      }
      #expect(crc32(bytes) == ~sum, "\(count) bytes")
    }
  }
}
