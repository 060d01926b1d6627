import H2Codec

extension FuzzTarget {
  static let huffman = FuzzTarget(
    "huffman", "Huffman strings: what decodes encodes to the same bits, what is encoded decodes",
    longestInput: 2048
  ) { bytes in
    var decoder = HPACKDecoder()
    var list = H2HeaderList()
    // The input as the coded value of a field named "a".
    var block: [UInt8] = [0x00, 0x01, UInt8(ascii: "a")]
    appendLength(of: bytes, bits: 0x80, to: &block)
    block += bytes
    if (try? decoder.decode(block.span.bytes, into: &list)) != nil, let field = list.fields.first {
      let value = Array(list.bytes[field.value])
      let again = encoded(value)
      // Coded only where that is shorter.
      if bytes.count < value.count { try expectEqual(again, block, "coded again against received") }
    }
    // The input as plain text.
    var second = HPACKDecoder()
    let sent = encoded(bytes)
    try second.decode(sent.span.bytes, into: &list)
    try expectEqual(list.fields.first.map { Array(list.bytes[$0.value]) }, bytes, "decoded against coded")
    try expect(sent.count <= bytes.count + 3 + 10, "coding made it longer")
  }

  private static func encoded(_ value: [UInt8]) -> [UInt8] {
    var encoder = HPACKEncoder()
    var block: [UInt8] = []
    encoder.encode(name: "a" as StaticString, value: value, indexing: .literal, into: &block)
    return block
  }

  /// RFC 7541 §5.1 with a prefix of seven bits.
  private static func appendLength(of bytes: [UInt8], bits: UInt8, to block: inout [UInt8]) {
    guard bytes.count >= 127 else { return block.append(bits | UInt8(bytes.count)) }
    block.append(bits | 127)
    var rest = bytes.count - 127
    while rest >= 128 {
      block.append(UInt8(rest & 127) | 128)
      rest >>= 7
    }
    block.append(UInt8(rest))
  }
}
