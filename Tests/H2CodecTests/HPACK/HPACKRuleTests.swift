import Support
import Testing

@testable import H2Codec

/// Every rule an endpoint holds its peer to, at, below and above its bound.
@Suite struct HPACKRuleTests {
  private func verdict(
    _ hex: String, limits: HPACKLimits = HPACKLimits(), after setup: (inout HPACKDecoder) -> Void = { _ in }
  ) -> HPACKError.Rule? {
    var decoder = HPACKDecoder(limits: limits)
    setup(&decoder)
    do {
      _ = try decoder.decode(hex: hex)
      return nil
    } catch {
      return error.rule
    }
  }

  @Test(
    arguments: [
      ("", nil),
      ("80", .indexZero),
      ("be", .indexBeyondTables), ("bd", nil), ("7e00", .indexBeyondTables), ("4000 00be", nil),
      ("400000 bf", .indexBeyondTables),
      ("ff", .blockTruncated), ("ff80", .blockTruncated), ("00", .blockTruncated),
      ("0001", .blockTruncated), ("000161", .blockTruncated), ("00016101", .blockTruncated),
      ("0001 6100", nil),
      ("00ff ffffff7f", .blockTruncated),
      // 127 + 0xFFFFFF80 = 2^32-1 is the largest value there is; one more is not, and no sixth octet.
      ("ff80 ffffff0f", .indexBeyondTables), ("ff81 ffffff0f", .integerTooLarge),
      ("ff80 8080 8080", .integerTooLarge), ("ff80 8080 8000", .indexBeyondTables),
      ("ff80 8080 8080 00", .integerTooLarge),
      ("3f80 8080 8080 8001", .integerTooLarge),
      // "a" is 00011 in five bits.
      ("0081 1f 00", nil), ("0081 18 00", .huffmanPaddingNotEOS), ("0082 1fff 00", .huffmanPaddingTooLong),
      ("0081 ff 00", .huffmanPaddingTooLong), ("0080 00", nil), ("0084 ffff ffff 00", .huffmanEOS),
      ("0084 ffff fffc 00", .huffmanEOS), ("0083 ffffff 00", .huffmanPaddingTooLong),
      ("0082 ffc0 00", .huffmanPaddingNotEOS),
      ("8220", .sizeUpdateNotAtStart), ("20 82", nil), ("20 21 82", nil), ("2020 20", .tooManySizeUpdates),
      ("3fe11f", nil), ("3fe21f", .sizeUpdateAboveLimit),
    ] as [(String, HPACKError.Rule?)])
  func representations(hex: String, rule: HPACKError.Rule?) {
    #expect(verdict(hex) == rule, "\(hex)")
  }

  @Test func aLoweredLimitMustBeObeyedAtOnce() {
    let lowered = { (decoder: inout HPACKDecoder) in decoder.setTableSizeLimit(30) }
    #expect(verdict("82", after: lowered) == .sizeUpdateMissing)
    #expect(verdict("", after: lowered) == .sizeUpdateMissing)
    #expect(verdict("3e 82", after: lowered) == nil)
    #expect(verdict("20 82", after: lowered) == nil)
    #expect(verdict("3f00 82", after: lowered) == .sizeUpdateAboveLimit)
  }

  @Test func theLowestLimitBetweenTwoBlocksMustBeSeen() {
    let there = { (decoder: inout HPACKDecoder) in
      decoder.setTableSizeLimit(30)
      decoder.setTableSizeLimit(4096)
    }
    #expect(verdict("3e 3fe11f 82", after: there) == nil)
    #expect(verdict("3e 82", after: there) == nil)
    #expect(verdict("3fe11f 82", after: there) == .sizeUpdateMissing)
    #expect(verdict("82", after: there) == .sizeUpdateMissing)
  }

  @Test func aRaisedLimitMayBeUsedUpToOurs() {
    let limits = HPACKLimits(tableSize: 8192)
    let raised = { (decoder: inout HPACKDecoder) in decoder.setTableSizeLimit(1 << 20) }
    #expect(verdict("3fe13f", limits: limits, after: raised) == nil)
    #expect(verdict("3fe23f", limits: limits, after: raised) == .sizeUpdateAboveLimit)
    #expect(verdict("82", limits: limits, after: raised) == nil)
  }

  @Test func aSizeUpdateIsReported() throws {
    var decoder = HPACKDecoder()
    _ = try decoder.decode(hex: "20 3e 82")
    #expect(decoder.sizeUpdate == 30 && decoder.tableSize == 30)
    _ = try decoder.decode(hex: "82")
    #expect(decoder.sizeUpdate == nil && decoder.tableSize == 30)
  }

  @Test func anErrorTellsWhereAndStays() {
    var decoder = HPACKDecoder()
    let error = HPACKError(.indexBeyondTables, at: 2, expected: 61, found: 62)
    #expect(error.scope == .connection)
    #expect(throws: error) { try decoder.decode(hex: "8286be") }
    #expect(throws: error) { try decoder.decode(hex: "82") }
    #expect("\(error)".contains("indexBeyondTables at offset 2"))
  }

  @Test func anErrorLeavesTheFieldsBeforeIt() {
    var decoder = HPACKDecoder()
    var list = H2HeaderList()
    let block = [UInt8](hex: "82 86 0003 616263 05")
    #expect(throws: HPACKError.self) { try decoder.decode(block.span.bytes, into: &list) }
    #expect(list.pairs == [[":method", "GET"], [":scheme", "http"]])
    #expect(list.size == 2 * 32 + list.fields[1].value.upperBound)
  }
}

/// Limits refuse a list, not the connection, as long as the tables can be kept in step.
@Suite struct HPACKLimitTests {
  @Test(arguments: [(7, nil), (8, nil), (9, HPACKError.Rule.tooManyFields)])
  func fieldCount(count: Int, rule: HPACKError.Rule?) {
    var decoder = HPACKDecoder(limits: HPACKLimits(fieldCount: 8))
    var list = H2HeaderList()
    var found: HPACKError?
    do {
      try decoder.decode([UInt8](repeating: 0x82, count: count).span.bytes, into: &list)
    } catch { found = error }
    #expect(found?.rule == rule)
    #expect(list.count == min(count, 8))
    #expect(found.map { $0.scope == .stream && $0.offset == 8 } ?? true)
  }

  @Test(arguments: [(83, nil), (84, nil), (85, HPACKError.Rule.listTooLarge)])
  func listSize(size: Int, rule: HPACKError.Rule?) {
    // :method: GET counts 42; x with a value the rest.
    var decoder = HPACKDecoder(limits: HPACKLimits(listSize: 84))
    var list = H2HeaderList()
    let value = size - 42 - 33
    let block = [0x82, 0x40, 1, 0x78, UInt8(value)] + [UInt8](repeating: 0x79, count: value)
    var found: HPACKError?
    do { try decoder.decode(block.span.bytes, into: &list) } catch { found = error }
    #expect(found?.rule == rule)
    #expect(list.count == (rule == nil ? 2 : 1))
    // The dropped field is in the table all the same.
    #expect(decoder.table.count == 1 && decoder.table.size == size - 42)
  }

  @Test func tablesStayInStepBehindADroppedList() throws {
    var decoder = HPACKDecoder(limits: HPACKLimits(fieldCount: 2))
    #expect(throws: HPACKError(.tooManyFields, at: 2, expected: 2, found: 3)) {
      try decoder.decode(hex: "8282 8282 4001 6101 62")
    }
    #expect(try decoder.decode(hex: "be").pairs == [["a", "b"]])
  }

  @Test func aBombIsDefusedWhileDecoding() {
    // One entry of 4,000 octets, then a thousand references to it.
    var decoder = HPACKDecoder()
    var list = H2HeaderList()
    let block =
      [0x40, 1, 0x78, 0x7F, 0xA1, 0x1E] + [UInt8](repeating: 0x79, count: 4000)
      + [UInt8](repeating: 0xBE, count: 1000)
    #expect(throws: HPACKError(.blockTooLarge, at: 4069, expected: 256 << 10, found: 65 * 4033)) {
      try decoder.decode(block.span.bytes, into: &list)
    }
    #expect(list.size <= 64 << 10)
  }
}
