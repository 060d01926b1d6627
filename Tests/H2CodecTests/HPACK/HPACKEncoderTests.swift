import Support
import Testing

@testable import H2Codec

@Suite struct HPACKEncoderTests {
  private func first(_ name: String, _ value: String, neverIndexed: Bool = false) -> UInt8? {
    var encoder = HPACKEncoder()
    var list = H2HeaderList()
    list.append(name: name, value: value, neverIndexed: neverIndexed)
    return encoder.encode(list).first
  }

  @Test func whatIsSecretIsKeptOutOfEveryTable() {
    #expect(first("authorization", "Basic QWxhZGRpbg==") == 0x1F)
    #expect(first("proxy-authorization", "secret") == 0x1F)
    #expect(first("cookie", "a=1") == 0x1F)
    #expect(first("cookie", "session=0123456789abcdef") == 0x60)
    #expect(first("set-cookie", "a=1") == 0x1F)
    #expect(first("set-cookie", "session=0123456789abcdef") == 0x0F)
    #expect(first(":method", "GET", neverIndexed: true) == 0x12)
    #expect(first("x-token", "GET", neverIndexed: true) == 0x10)
  }

  @Test func whatHardlyComesAgainIsNotInserted() {
    #expect(first("content-length", "12345") == 0x0F)
    #expect(first(":path", "/service/call") == 0x44)
    #expect(first(":path", "/") == 0x84)
    #expect(first("age", "") == 0x95)
    #expect(first("x-large", String(repeating: "x", count: 4096 / 4 * 3)) == 0x00)
  }

  @Test func theRuleOfTheCallerCounts() throws {
    var encoder = HPACKEncoder { name, value in
      name.byteCount == 3 ? .neverIndexed : .standard(name: name, value: value)
    }
    let block = encoder.encode(H2HeaderList([("key", "value"), ("name", "value")]))
    var decoder = HPACKDecoder()
    #expect(try decoder.decode(block).fields.map(\.isNeverIndexed) == [true, false])
    #expect(decoder.table.count == 1)
  }

  @Test func aRepeatedListIsOneOctetAField() {
    var encoder = HPACKEncoder()
    let list = H2HeaderList([
      (":method", "POST"), (":path", "/service/call"), ("x-trace", "a"), ("x-span", "b"),
    ])
    _ = encoder.encode(list)
    #expect(encoder.encode(list) == [0x83, 0xC0, 0xBF, 0xBE])
  }

  @Test(
    arguments: [
      ([4096], ""), ([65536], ""), ([100], "3f45"), ([0], "20"), ([100, 4096], "3f45 3fe11f"),
      ([4096, 100, 0, 30, 50], "20 3f13"), ([100, 100], "3f45"),
    ] as [([Int], String)])
  func changesOfTheLimitAreAnnounced(limits: [Int], hex: String) throws {
    var encoder = HPACKEncoder()
    for limit in limits { encoder.setTableSizeLimit(limit) }
    var block = encoder.encode(H2HeaderList([(":method", "GET")]))
    #expect(block == [UInt8](hex: hex + "82"))
    #expect(encoder.tableSize == min(4096, try #require(limits.last)))
    block = encoder.encode(H2HeaderList([(":method", "GET")]))
    #expect(block == [0x82])
  }

  @Test func ourCapCountsWhateverThePeerOffers() {
    var encoder = HPACKEncoder(maximumTableSize: 50)
    encoder.setTableSizeLimit(1 << 30)
    #expect(encoder.tableSize == 50)
    #expect(encoder.encode(H2HeaderList([(":method", "GET")])) == [0x3F, 19, 0x82])
  }

  @Test func fieldsMayBeEncodedOneByOne() throws {
    var encoder = HPACKEncoder()
    encoder.setTableSizeLimit(0)
    var block: [UInt8] = []
    let value: [UInt8] = [1, 2, 3]
    encoder.beginBlock(into: &block)
    encoder.encode(name: "a", value: value, into: &block)
    encoder.encode(name: value.span.bytes, value: value.span.bytes, indexing: .neverIndexed, into: &block)
    var decoder = HPACKDecoder()
    let list = try decoder.decode(block)
    #expect(list.bytes == [0x61, 1, 2, 3, 1, 2, 3, 1, 2, 3])
    #expect(decoder.tableSize == 0)
  }
}

/// Encoder and decoder are one table in two places.
@Suite struct HPACKRoundTripTests {
  /// Lists whose names and values come again, as those of a connection do.
  static func randomList(_ random: inout SeededRandom) -> H2HeaderList {
    var list = H2HeaderList()
    for _ in 0..<Int.random(in: 0..<12, using: &random) {
      let name: [UInt8]
      switch Int.random(in: 0..<3, using: &random) {
      case 0:
        let entry = HPACKStaticTable.entry(Int.random(in: 1...61, using: &random))
        name = entry.map { Array($0.bytes[..<$0.nameCount]) } ?? []
      case 1: name = Array("name-\(Int.random(in: 0..<8, using: &random))".utf8)
      default: name = random.bytes(Int.random(in: 0..<20, using: &random))
      }
      let value: [UInt8]
      switch Int.random(in: 0..<8, using: &random) {
      case 0...5: value = Array("value-\(Int.random(in: 0..<6, using: &random))".utf8)
      case 6: value = random.bytes(Int.random(in: 0..<300, using: &random))
      default: value = Array("GET".utf8)
      }
      list.append(name: name, value: value, neverIndexed: Int.random(in: 0..<10, using: &random) == 0)
    }
    return list
  }

  private func expectInStep(_ encoder: HPACKEncoder, _ decoder: HPACKDecoder, seed: UInt64) {
    let (ours, theirs) = (encoder.table, decoder.table)
    #expect(ours.size == theirs.size && ours.count == theirs.count, "seed \(seed)")
    #expect(ours.maximumSize == theirs.maximumSize && ours.size <= ours.maximumSize, "seed \(seed)")
    for position in 1...max(ours.count, 1) {
      guard let a = ours.entry(at: position), let b = theirs.entry(at: position) else { continue }
      #expect(a.nameCount == b.nameCount, "seed \(seed)")
      #expect(
        ours.withBytes(of: a) { Array($0) } == theirs.withBytes(of: b) { Array($0) }, "seed \(seed)")
    }
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func listsSurviveWhateverTheTableSizes(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var encoder = HPACKEncoder(maximumTableSize: seed == 4 ? 20_000 : 4096)
    var decoder = HPACKDecoder(limits: HPACKLimits(tableSize: 65536))
    var list = H2HeaderList()
    for round in 0..<200 {
      for _ in 0..<Int.random(in: 0..<8, using: &random) where round % 5 == 0 {
        let limit = [0, 31, 32, 100, 500, 4096, 10_000, 65536].randomElement(using: &random)!
        encoder.setTableSizeLimit(limit)
        decoder.setTableSizeLimit(limit)
      }
      let sent = HPACKRoundTripTests.randomList(&random)
      let block = encoder.encode(sent)
      try decoder.decode(block.span.bytes, into: &list)
      #expect(list.bytes == sent.bytes, "seed \(seed)")
      #expect(list.fields.map(\.name) == sent.fields.map(\.name), "seed \(seed)")
      for (received, original) in zip(list.fields, sent.fields) where original.isNeverIndexed {
        #expect(received.isNeverIndexed, "seed \(seed)")
      }
      expectInStep(encoder, decoder, seed: seed)
    }
  }

  @Test func randomBlocksNeverTrap() {
    let seed: UInt64 = 99
    var random = SeededRandom(seed: seed)
    var list = H2HeaderList()
    var endpoint = HPACKDecoder()
    var observer = HPACKDecoder(mode: .observer)
    var encoder = HPACKEncoder()
    for round in 0..<6_000 {
      var block = random.bytes(Int.random(in: 0..<40, using: &random))
      if round % 3 == 0 {
        // A good block with one octet changed goes deeper than chance.
        block = encoder.encode(HPACKRoundTripTests.randomList(&random))
        if let index = block.indices.randomElement(using: &random) {
          block[index] = UInt8.random(in: 0...255, using: &random)
        }
      }
      do { try endpoint.decode(block.span.bytes, into: &list) } catch {
        if error.scope == .connection { endpoint = HPACKDecoder() }
      }
      try? observer.decode(block.span.bytes, into: &list)
      #expect(observer.table.size <= 4096, "seed \(seed)")
    }
  }

  @Test func theArenaStaysBounded() {
    var table = HPACKDynamicTable(maximumSize: 4096)
    var random = SeededRandom(seed: 5)
    for _ in 0..<1000 {
      let bytes = random.bytes(Int.random(in: 0..<4064, using: &random))
      let cut = Int.random(in: 0...bytes.count, using: &random)
      bytes.withUnsafeBytes {
        _ = table.insert(
          UnsafeRawBufferPointer(rebasing: $0[..<cut]), UnsafeRawBufferPointer(rebasing: $0[cut...]))
      }
      #expect(table.memory <= 4 * 4096)
      #expect(table.size <= 4096)
      guard let newest = table.entry(at: 1) else { continue }
      #expect(table.withBytes(of: newest) { Array($0) } == bytes && Int(newest.nameCount) == cut)
    }
  }
}
