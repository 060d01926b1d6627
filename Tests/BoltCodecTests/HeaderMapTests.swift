import BoltCodec
import Support
import Testing

@Suite struct HeaderMapTests {
  static func entry(_ key: String?, _ value: String?) -> [UInt8] {
    var bytes: [UInt8] = []
    let (key, value) = (key.map { Array($0.utf8) }, value.map { Array($0.utf8) })
    BoltEncoder.appendEntry(key: key?.span.bytes, value: value?.span.bytes, to: &bytes)
    return bytes
  }

  let bytes =
    entry("a", "1") + entry("B", "") + entry("a", "2") + entry(nil, "x") + entry("n", nil)
    + entry("n", "late")

  @Test func orderDuplicatesCaseAndNullAreKept() {
    let map = BoltHeaderMap(bytes)
    let pairs = map.map { [$0.key.map(map.string), $0.value.map(map.string)] }
    #expect(pairs == [["a", "1"], ["B", ""], ["a", "2"], [nil, "x"], ["n", nil], ["n", "late"]])
  }

  @Test func lookUpGivesTheFirstThatIsNotNull() {
    let map = BoltHeaderMap(bytes)
    #expect(map.string(forKey: "a") == "1")
    #expect(map.string(forKey: "a ") == nil)
    #expect(map.string(forKey: "aa") == nil)
    #expect(map.value(forKey: Array("a".utf8)).map(map.string) == "1")
    #expect(map.value(forKey: Array("b".utf8)) == nil)
    #expect(map.value(forKey: Array("B".utf8)).map(map.string) == "")
    #expect(map.value(forKey: Array("n".utf8)).map(map.string) == "late")
  }

  @Test func lookUpOfLongKeys() throws {
    let call = Sample.call(id: 1)
    let frame = try #require(try parsed(call))
    let map = frame.headers(in: call)
    #expect(map.string(forKey: "sofa_head_method_name") == "echo")
    #expect(map.string(forKey: "sofa_head_target_service") == "com.example.EchoService:1.0")
    #expect(map.string(forKey: "sofa_head_target_servicf") == nil)
    #expect(map.string(forKey: "empty") == "")
    let type = BoltHeaderMap.value(forKey: "type", in: call.span.bytes, frame.headerMap)
    #expect(type.map(map.string) == "sync")
  }

  @Test func emptyMap() throws {
    try BoltHeaderMap([]).check()
    #expect(Array(BoltHeaderMap([])).isEmpty)
  }

  @Test(arguments: [
    ("00", BoltError.Rule.headerKeyTruncated, 0, 1),
    ("000000", .headerKeyTruncated, 0, 3),
    ("00000005 6161", .headerKeyLength, 0, 5),
    ("fffffffe", .headerKeyLength, 0, -2),
    ("00000001 61", .headerValueTruncated, 5, 0),
    ("00000001 61 0000", .headerValueTruncated, 5, 2),
    ("00000001 61 7fffffff 62", .headerValueLength, 5, 0x7fff_ffff),
    ("00000001 61 80000000 62", .headerValueLength, 5, -0x8000_0000),
    ("00000001 61 00000001 62 00", .headerKeyTruncated, 10, 1),
  ])
  func malformed(_ hex: String, _ rule: BoltError.Rule, _ at: UInt64, _ found: Int64) {
    let bytes = [UInt8](hex: hex)
    let error = #expect(throws: BoltError.self) {
      try BoltHeaderMap(bytes, in: bytes.indices, streamOffset: 500).check()
    }
    #expect(error?.rule == rule && error?.offset == 500 + at && error?.found == found)
    #expect(error?.scope == .frame)
  }

  @Test func iterationEndsWhereTheMapStopsToWalk() {
    var iterator = BoltHeaderMap([UInt8](hex: "00000001 61 00000001 62 00000001 63 00000009 00000000"))
      .makeIterator()
    #expect(iterator.next() != nil)
    #expect(iterator.next() == nil)
    #expect(iterator.next() == nil)
  }

  @Test func entriesAtTheLimit() throws {
    var limits = BoltLimits()
    limits.headerEntries = 6
    try BoltHeaderMap(bytes).check(limits: limits)
    limits.headerEntries = 5
    let error = #expect(throws: BoltError.self) { try BoltHeaderMap(bytes).check(limits: limits) }
    #expect(error?.rule == .tooManyHeaderEntries && error?.found == 6)
  }

  @Test func rangesOutsideAreClamped() {
    #expect(Array(BoltHeaderMap(bytes, in: 0..<100_000)).count == 6)
    #expect(Array(BoltHeaderMap(bytes, in: 90_000..<100_000)).isEmpty)
  }
}
