import Testing

@testable import H2Codec

@Suite struct H2HeaderListTests {
  @Test func piecesOfEveryKindBecomeOneArena() {
    var list = H2HeaderList()
    let name: StaticString = "x-static"
    let buffer: [UInt8] = Array("..spanvalue..".utf8)
    list.append(name: ":method", value: "GET")
    list.append(name: name, value: [0x00, 0xFF] as [UInt8], neverIndexed: true)
    list.append(
      name: buffer.span.bytes.extracting(2..<6), value: buffer.span.bytes.extracting(6..<11))
    list.append(name: "x-slice", value: buffer[2..<6])
    list.append(name: "x-long-enough-not-to-be-small", value: buffer.span.bytes.extracting(0..<0))
    #expect(list.count == 5)
    #expect(
      list.bytes == Array(":methodGETx-static".utf8) + [0, 255]
        + Array("spanvaluex-slicespanx-long-enough-not-to-be-small".utf8))
    #expect(list.fields.map(\.isNeverIndexed) == [false, true, false, false, false])
    #expect(list.string(list.fields[2].name) == "span")
    #expect(list.size == list.bytes.count + 5 * 32)
  }

  @Test func lookupFindsTheFirstOfThatNameOnly() {
    var list = H2HeaderList()
    list.append(name: "cookies", value: "no")
    list.append(name: "cookie", value: "a=1")
    list.append(name: "cookie", value: "b=2")
    list.append(name: "empty", value: "")
    #expect(list.value(of: "cookie").map { list.string($0) } == "a=1")
    #expect(list.firstIndex(of: "cookie", from: 2) == 2)
    #expect(list.firstIndex(of: "cookie", from: 3) == nil)
    #expect(list.value(of: "empty").map(\.count) == 0)
    #expect(list.value(of: "Cookie") == nil)
    #expect(list.equals(list.fields[1].value, "a=1"))
    #expect(!list.equals(list.fields[1].value, "a=2"))
  }

  @Test func aListIsEmptiedWithItsMemoryKept() {
    var list = H2HeaderList()
    for _ in 0..<20 { list.append(name: "name", value: "some value") }
    let capacity = (list.bytes.capacity, list.fields.capacity)
    list.removeAll()
    #expect(list.isEmpty && list.bytes.isEmpty)
    #expect((list.bytes.capacity, list.fields.capacity) == capacity)
  }

  @Test func fieldsAreCopiedBetweenLists() {
    var list = H2HeaderList()
    list.append(name: "a", value: "1")
    list.append(name: "secret", value: "22", neverIndexed: true)
    var copy = H2HeaderList()
    copy.append(1, of: list)
    copy.append(0, of: list)
    #expect(copy.value(of: "secret").map { copy.string($0) } == "22")
    #expect(copy.fields[0].isNeverIndexed && !copy.fields[1].isNeverIndexed)
    #expect(copy.value(of: "a").map { copy.string($0) } == "1")
  }

  @Test func aFieldIsCompact() {
    #expect(MemoryLayout<H2HeaderList.Field>.stride == 24)
  }
}
