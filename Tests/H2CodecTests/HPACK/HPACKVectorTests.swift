import Support
import Testing

@testable import H2Codec

/// RFC 7541, appendix C.
@Suite struct HPACKVectorTests {
  @Test(arguments: [(10, UInt8(5), "0a"), (1337, 5, "1f9a0a"), (42, 8, "2a")])
  func integers(value: Int, prefix: UInt8, hex: String) throws {
    let bytes = [UInt8](hex: hex)
    let read = bytes.withUnsafeBytes { bytes in
      var reader = HPACKBlockReader(bytes)
      return (try? reader.integer(prefix: prefix), reader.peek)
    }
    #expect(read == (value, nil))
    var written: [UInt8] = []
    written.append(addingCapacity: HPACKBlockWriter.integerBound) {
      var writer = HPACKBlockWriter(&$0)
      writer.integer(value, prefix: Int(prefix), bits: 0)
      writer.finish(&$0)
    }
    #expect(written == bytes)
  }

  @Test(arguments: [
    (
      "400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572", "custom-key", "custom-header", 55,
      false
    ),
    ("040c 2f73 616d 706c 652f 7061 7468", ":path", "/sample/path", 0, false),
    ("1008 7061 7373 776f 7264 0673 6563 7265 74", "password", "secret", 0, true),
    ("82", ":method", "GET", 0, false),
  ])
  func singleFields(hex: String, name: String, value: String, tableSize: Int, neverIndexed: Bool) throws {
    var decoder = HPACKDecoder()
    let list = try decoder.decode(hex: hex)
    #expect(list.pairs == [[name, value]])
    #expect(list.fields.map(\.isNeverIndexed) == [neverIndexed])
    #expect(decoder.table.size == tableSize)
  }

  @Test(arguments: HPACKVector.appendixC.indices)
  func sequencesDecode(_ index: Int) throws {
    let vector = HPACKVector.appendixC[index]
    var decoder = HPACKDecoder()
    decoder.setTableSizeLimit(vector.tableSize)
    // The examples take the table size as given; here the first block has to announce it.
    var announcement = vector.tableSize == 4096 ? "" : "3fe101"
    for block in vector.blocks {
      let list = try decoder.decode(hex: announcement + block.hex)
      #expect(list.pairs == block.fields.map { [$0.0, $0.1] }, "\(vector.name)")
      #expect(decoder.table.size == block.tableSizeAfter, "\(vector.name)")
      announcement = ""
    }
    #expect(decoder.tableSize == vector.tableSize)
  }

  @Test(arguments: HPACKVector.appendixC.indices.filter { HPACKVector.appendixC[$0].isOurEncoding })
  func sequencesEncode(_ index: Int) throws {
    let vector = HPACKVector.appendixC[index]
    var encoder = HPACKEncoder { _, _ in .inserted }
    encoder.setTableSizeLimit(vector.tableSize)
    var announcement = vector.tableSize == 4096 ? "" : "3fe101"
    for block in vector.blocks {
      let ours = block.hex.replacing("83 640e ff", with: "03 3330 37")
      #expect(encoder.encode(H2HeaderList(block.fields)) == [UInt8](hex: announcement + ours))
      #expect(encoder.table.size == block.tableSizeAfter)
      announcement = ""
    }
  }
}
