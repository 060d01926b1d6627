import Support
import Testing

@testable import H2Codec

/// Reading a conversation of which pieces are missing.
@Suite struct HPACKObserverTests {
  private func midway() -> HPACKDecoder {
    var decoder = HPACKDecoder(limits: .observer, mode: .observer)
    decoder.forget()
    return decoder
  }

  @Test func aReferenceToAnUnseenEntryIsUnknown() throws {
    var decoder = midway()
    let list = try decoder.decode(hex: "82 c3 c3 c2 84")
    #expect(list.pairs == [[":method", "GET"], ["", ""], ["", ""], ["", ""], [":path", "/"]])
    #expect(list.fields.map(\.unknown) == [.none, .nameAndValue, .nameAndValue, .nameAndValue, .none])
    #expect(list.fields.map(\.unknownIndex) == [0, 67, 67, 66, 0])
    #expect(list.fields[1].unknownIdentity == list.fields[2].unknownIdentity)
    #expect(list.fields[1].unknownIdentity != list.fields[3].unknownIdentity)
    #expect(list.fields[0].unknownIdentity == 0)
  }

  @Test func anUnseenEntryIsRecognisedAfterItMoved() throws {
    var decoder = midway()
    let before = try decoder.decode(hex: "be")
    let between = try decoder.decode(hex: "4001 6101 62 bf be")
    #expect(between.pairs == [["a", "b"], ["", ""], ["a", "b"]])
    #expect(between.fields[1].unknownIdentity == before.fields[0].unknownIdentity)
    #expect(between.fields[1].unknownIndex == 63)
  }

  @Test func aLiteralKeepsItsValueUnderAnUnknownName() throws {
    var decoder = midway()
    let list = try decoder.decode(hex: "7e 0378 797a be 0f 2f 0131 be")
    #expect(list.pairs == [["", "xyz"], ["", "xyz"], ["", "1"], ["", "xyz"]])
    #expect(list.fields.map(\.unknown) == [.name, .name, .name, .name])
    #expect(list.fields.map(\.unknownIndex) == [62, 62, 62, 62])
    #expect(Set(list.fields.map(\.unknownIdentity)).count == 1)
    // What the name came from is one further back by now.
    let source = try decoder.decode(hex: "bf")
    #expect(source.fields[0].unknownIdentity == list.fields[0].unknownIdentity)
    #expect(source.fields[0].unknown == .nameAndValue)
  }

  @Test func lossesAreToldApart() throws {
    var decoder = midway()
    let first = try decoder.decode(hex: "be").fields[0].unknownIdentity
    decoder.forget()
    let second = try decoder.decode(hex: "be").fields[0].unknownIdentity
    #expect(first != second && first != 0 && second != 0)
  }

  @Test func aTableOfSizeZeroIsKnownAgain() throws {
    var decoder = midway()
    _ = try decoder.decode(hex: "be")
    _ = try decoder.decode(hex: "20 3fe11f")
    #expect(throws: HPACKError(.indexBeyondTables, at: 0, expected: 61, found: 62)) {
      try decoder.decode(hex: "be")
    }
  }

  @Test func sizesBeyondWhatWasSeenAreFindings() throws {
    var decoder = HPACKDecoder(limits: .observer, mode: .observer)
    // 8192, and one entry that a table of 4096 could not hold.
    let value = [UInt8](repeating: 0x79, count: 5000)
    let block = [0x3F, 0xE1, 0x3F, 0x40, 1, 0x78, 0x7F, 0x89, 0x26] + value + [0xBE]
    let list = try decoder.decode(block)
    #expect(list.count == 2 && list.bytes.suffix(5000) == value[...])
    #expect(decoder.finding == HPACKError(.sizeUpdateAboveLimit, at: 0, expected: 4096, found: 8192))
    #expect(decoder.sizeUpdate == 8192)
    _ = try decoder.decode(hex: "82")
    #expect(decoder.finding == nil)
    _ = try decoder.decode(hex: "82 20")
    #expect(decoder.finding?.rule == .sizeUpdateNotAtStart)
    _ = try decoder.decode(hex: "20 20 20")
    #expect(decoder.finding?.rule == .tooManySizeUpdates)
    _ = try decoder.decode(hex: "3fe11f")
    decoder.setTableSizeLimit(100)
    _ = try decoder.decode(hex: "82")
    #expect(decoder.finding?.rule == .sizeUpdateMissing)
  }

  @Test func aTableLargerThanOursIsNotTrustedToBeKnown() throws {
    var decoder = HPACKDecoder(limits: .observer, mode: .observer)
    _ = try decoder.decode(hex: "4001 6101 62 ")
    _ = try decoder.decode(hex: "3fe1ffffff07 be")
    let list = try decoder.decode(hex: "be bf")
    #expect(list.pairs == [["a", "b"], ["", ""]])
    #expect(decoder.tableSize == 64 << 10)
  }

  @Test func aMalformedBlockForgets() throws {
    var decoder = HPACKDecoder(limits: .observer, mode: .observer)
    _ = try decoder.decode(hex: "4001 6101 62")
    #expect(throws: HPACKError.self) { try decoder.decode(hex: "80") }
    #expect(try decoder.decode(hex: "be").fields.map(\.unknown) == [.nameAndValue])
  }

  @Test func memoryIsBounded() throws {
    var decoder = midway()
    var list = H2HeaderList()
    for number in 0..<2000 {
      let value = Array("value \(number)".utf8) + [UInt8](repeating: 0x61, count: 200)
      let block =
        [0x40, 1, 0x78, 0x7F, UInt8(value.count - 127 | 0x80), UInt8((value.count - 127) >> 7)] + value
      try decoder.decode(block.span.bytes, into: &list)
    }
    #expect(decoder.table.size <= 64 << 10)
    #expect(decoder.table.memory <= 4 * 64 << 10)
  }

  /// Forget at a random point: every later field is what a full decoder says, or unknown; and unknown fields have
  /// the same identity exactly when they are the same entry.
  @Test(arguments: [11, 12, 13, 14, 15, 16] as [UInt64])
  func nothingFalseIsEverSaid(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var encoder = HPACKEncoder { _, _ in .inserted }
    var full = HPACKDecoder()
    var partial = HPACKDecoder(limits: .observer, mode: .observer)
    var (truth, seen) = (H2HeaderList(), H2HeaderList())
    // Name and value of each unseen entry, and the name of each unseen name.
    var fields: [UInt64: [UInt8]] = [:]
    var identities: [[UInt8]: UInt64] = [:]
    for round in 0..<300 {
      let sent = HPACKRoundTripTests.randomList(&random)
      if round % 60 == 59 {
        let limit = Int.random(in: 100...4096, using: &random)
        encoder.setTableSizeLimit(limit)
        full.setTableSizeLimit(limit)
      }
      let block = encoder.encode(sent)
      try full.decode(block.span.bytes, into: &truth)
      if Int.random(in: 0..<40, using: &random) == 0 {
        // The observer misses this block.
        partial.forget()
        identities = [:]
        continue
      }
      try partial.decode(block.span.bytes, into: &seen)
      try #require(seen.count == truth.count, "seed \(seed)")
      for (ours, theirs) in zip(seen.fields, truth.fields) {
        let (name, value) = (Array(truth.bytes[theirs.name]), Array(truth.bytes[theirs.value]))
        switch ours.unknown {
        case .none: #expect(Array(seen.bytes[ours.name]) == name, "seed \(seed)")
        case .name:
          #expect(ours.name.isEmpty, "seed \(seed)")
          if let known = fields[ours.unknownIdentity] {
            #expect(known.starts(with: name), "seed \(seed)")
          }
        case .nameAndValue:
          #expect(ours.name.isEmpty && ours.value.isEmpty, "seed \(seed)")
          let known = fields.updateValue(name + [0] + value, forKey: ours.unknownIdentity)
          #expect(known == nil || known == name + [0] + value, "seed \(seed)")
          // The encoder holds no field twice, so one field is one entry.
          let earlier = identities.updateValue(ours.unknownIdentity, forKey: name + [0] + value)
          #expect(earlier == nil || earlier == ours.unknownIdentity, "seed \(seed)")
        }
        if ours.unknown != .nameAndValue { #expect(Array(seen.bytes[ours.value]) == value, "seed \(seed)") }
      }
    }
    #expect(!fields.isEmpty, "seed \(seed)")
  }

  /// Two references of one block to different unseen entries never share an identity.
  @Test func identitiesOfDifferentPositionsDiffer() throws {
    var decoder = midway()
    var identities: Set<UInt64> = []
    for insertion in 0..<50 {
      let list = try decoder.decode(hex: "4000 00")
      #expect(list.count == 1)
      // The newest unseen entry is `insertion + 2` back, the next one further.
      let references = try decoder.decode([UInt8(0xBE + insertion + 1), UInt8(0xBE + insertion + 2)])
      identities.formUnion(references.fields.map(\.unknownIdentity))
    }
    #expect(identities.count == 2)
  }
}
