import BoltCodec
import Support
import Testing

@Suite struct CRC32Tests {
  @Test func knownSums() {
    #expect(CRC32.checksum([UInt8]().span.bytes) == 0)
    #expect(CRC32.checksum(Array("123456789".utf8).span.bytes) == 0xCBF4_3926)
    #expect(
      CRC32.checksum(Array("The quick brown fox jumps over the lazy dog".utf8).span.bytes) == 0x414F_A339)
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
      #expect(CRC32.checksum(bytes.span.bytes) == ~sum, "\(count) bytes")
    }
  }
}
