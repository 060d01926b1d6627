import Support
import Testing

@testable import H2Codec

@Suite struct HPACKHuffmanTests {
  private func encode(_ bytes: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    output.append(addingCapacity: 4 * bytes.count + 1) { output in
      bytes.withUnsafeBytes { source in
        var writer = HPACKBlockWriter(&output)
        writer.huffman(source, count: HPACKHuffman.encodedCount(source))
        writer.finish(&output)
      }
    }
    return output
  }

  private func decode(_ bytes: [UInt8]) -> Result<[UInt8], HPACKError> {
    var block: [UInt8] = []
    block.append(addingCapacity: HPACKBlockWriter.integerBound) {
      var writer = HPACKBlockWriter(&$0)
      writer.integer(bytes.count, prefix: 7, bits: 0x80)
      writer.finish(&$0)
    }
    block += bytes
    do {
      let output = try block.span.bytes.withUnsafeBytes { block throws(HPACKError) in
        var reader = HPACKBlockReader(block)
        var output: [UInt8] = []
        try HPACKHuffmanDecodeTable.entries.withUnsafeBufferPointer { table throws(HPACKError) in
          try reader.string(appendedTo: &output, table)
        }
        return output
      }
      return .success(output)
    } catch { return .failure(error) }
  }

  /// The symbol of each code, in the key with its length above it.
  private static let symbols = Dictionary(
    uniqueKeysWithValues: (0...256).map {
      (Int(HPACKHuffmanTable.lengths[$0]) << 32 | Int(HPACKHuffmanTable.codes[$0]), $0)
    })

  /// Bit by bit, from the table of appendix B alone.
  private func plainDecode(_ bytes: [UInt8]) -> [UInt8]? {
    var (code, length, ones, output): (Int, Int, Bool, [UInt8]) = (0, 0, true, [])
    for byte in bytes {
      for shift in (0..<8).reversed() {
        let bit = Int(byte >> shift & 1)
        (code, length, ones) = (code << 1 | bit, length + 1, ones && bit == 1)
        guard let symbol = Self.symbols[length << 32 | code] else { continue }
        guard symbol < 256 else { return nil }
        output.append(UInt8(symbol))
        (code, length, ones) = (0, 0, true)
      }
    }
    return length < 8 && ones ? output : nil
  }

  @Test func everyByteAlone() {
    for byte in UInt8.min...UInt8.max {
      for count in [1, 2, 9] {
        let bytes = [UInt8](repeating: byte, count: count)
        #expect(decode(encode(bytes)) == .success(bytes))
      }
    }
  }

  @Test func pairsOfBytes() {
    for pair in UInt16.min...UInt16.max where pair % 61 == 0 {
      let bytes = [UInt8(pair >> 8), UInt8(pair & 255)]
      if decode(encode(bytes)) != .success(bytes) { Issue.record("\(bytes)") }
    }
  }

  @Test func randomBytesThereAndBack() {
    let seed: UInt64 = 7541
    var random = SeededRandom(seed: seed)
    for _ in 0..<2000 {
      let bytes = random.bytes(Int.random(in: 0..<100, using: &random))
      #expect(decode(encode(bytes)) == .success(bytes), "seed \(seed)")
      let text = bytes.map { $0 % 95 + 32 }
      #expect(decode(encode(text)) == .success(text), "seed \(seed)")
    }
  }

  @Test func anyOctetsDecodeAsTheTableSays() {
    let seed: UInt64 = 52
    var random = SeededRandom(seed: seed)
    for _ in 0..<3000 {
      var bytes = random.bytes(Int.random(in: 0..<24, using: &random))
      // Random octets rarely end in padding or hold long codes: help them to both.
      if !bytes.isEmpty, Bool.random(using: &random) { bytes[bytes.count - 1] |= 0x1F }
      if bytes.count > 4, Int.random(in: 0..<3, using: &random) == 0 { bytes[1] = 0xFF }
      if bytes.count > 4, Int.random(in: 0..<3, using: &random) == 0 { bytes[2] = 0xFF }
      switch (plainDecode(bytes), decode(bytes)) {
      case (let plain?, .success(let ours)): #expect(ours == plain, "seed \(seed)")
      case (nil, .failure(let error)):
        #expect(
          [.huffmanEOS, .huffmanPaddingTooLong, .huffmanPaddingNotEOS].contains(error.rule), "seed \(seed)")
      case (let plain, let ours):
        Issue.record("\(bytes): \(String(describing: plain)), \(ours); seed \(seed)")
      }
    }
  }
}
