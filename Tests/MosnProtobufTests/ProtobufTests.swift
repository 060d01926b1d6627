import ContentProperties
import MosnProtobuf
import Support
import Testing

private func hex(_ digits: String) -> [UInt8] {
  let values = digits.compactMap(\.hexDigitValue)
  return stride(from: 0, to: values.count - 1, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) }
}

private func line(_ bytes: [UInt8], width: Int = 200) -> String {
  var output: [UInt8] = []
  ProtobufTree(bytes.span.bytes).appendLine(of: bytes.span.bytes, to: &output, width: width)
  return String(decoding: output, as: UTF8.self)
}

private func field(_ number: UInt8, _ data: [UInt8]) -> [UInt8] {
  var length = data.count
  var bytes = [number << 3 | 2]
  while length >= 0x80 {
    bytes.append(UInt8(length & 0x7f | 0x80))
    length >>= 7
  }
  return bytes + [UInt8(length)] + data
}

@Suite struct ProtobufTests {
  static let vectors: [(String, String)] = [
    ("", "{}"), ("08 00", "{1: 0}"), ("08 9601", "{1: 150}"),
    ("08 ffffffffffffffffff01", "{1: 18446744073709551615}"),
    ("f8ffffff0f 01", "{536870911: 1}"),
    ("09 0000000000000840", "{1: 0x4008000000000000}"), ("0d 00004040", "{1: 0x40400000}"),
    ("0a00", #"{1: ""}"#), ("0a05 776f726c64", #"{1: "world"}"#),
    // Both text and a message: text, if it has nothing but printable characters.
    ("0a02 6869", #"{1: "hi"}"#), ("0a04 0a02 6869", #"{1: {1: "hi"}}"#), ("0a03 610a62", #"{1: "a\nb"}"#),
    ("0a02 0801", "{1: {1: 1}}"), ("0a03 0801ff", "{1: 3 bytes}"), ("0a03 e280ae", "{1: 3 bytes}"),
    ("0b 0801 0c", "{1: {1: 1}}"), ("0b 13 14 0c 10 01", "{1: {2: {}}, 2: 1}"),
    ("0a07 0a05 776f726c64 0a01 78 1001", #"{1: {1: "world"}, 1: "x", 2: 1}"#),
  ]

  @Test func everyWireType() throws {
    for (digits, expected) in Self.vectors {
      #expect(line(hex(digits)) == expected, "\(digits)")
      try fuzzProtobuf(hex(digits))
    }
  }

  @Test(arguments: [
    ("08", "truncated at offset 1: expected 1 bytes, found 0"),
    ("08 80", "truncated at offset 1: expected 2 bytes, found 1"),
    ("09 00", "truncated at offset 1: expected 8 bytes, found 1"),
    ("0d 000000", "truncated at offset 1: expected 4 bytes, found 3"),
    ("0b", "truncated at offset 1: expected 1 bytes, found 0"),
    ("08 ffffffffffffffffff02", "varintTooLong at offset 1: expected at most 10, found 11"),
    ("08 ffffffffffffffffffff01", "varintTooLong at offset 1: expected at most 10, found 11"),
    ("00 01", "fieldNumber at offset 0: expected 1...536870911, found 0"),
    ("8080808010 01", "fieldNumber at offset 0: expected 1...536870911, found 536870912"),
    ("0801 0e", "wireType at offset 2: expected at most 5, found 6"),
    ("0a ffffffffffffffffff01", "length at offset 1: expected at most 0, found 18446744073709551615"),
    ("0a 02 61", "length at offset 1: expected at most 1, found 2"),
    ("0c", "groupEnd at offset 0: expected no end of a group, found 1"),
    ("0b 14", "groupEnd at offset 1: expected the end of group 1, found 2"),
  ]) func errorsAreSaid(_ digits: String, _ description: String) throws {
    #expect(ProtobufTree(hex(digits).span.bytes).failure?.description == description)
    try fuzzProtobuf(hex(digits))
  }

  @Test func everyTruncation() throws {
    for (digits, _) in Self.vectors {
      for count in 0..<hex(digits).count { try fuzzProtobuf(Array(hex(digits).prefix(count))) }
    }
  }

  @Test func depth() {
    var limits = ProtobufLimits()
    limits.depth = 4
    func nested(_ levels: Int) -> [UInt8] {
      (0..<levels).reduce([0x08, 1]) { message, _ in field(1, message) }
    }
    func kinds(_ levels: Int) -> [ProtobufField.Kind] {
      ProtobufTree(nested(levels).span.bytes, limits: limits).fields.map(\.kind)
    }
    #expect(kinds(2) == [.message, .message, .varint])
    #expect(kinds(3) == [.message, .message, .message, .varint])
    // Deeper, it is bytes.
    #expect(kinds(4) == [.message, .message, .message, .bytes])
    let groups = [UInt8](repeating: 0x0b, count: 100_000)
    #expect(ProtobufTree(groups.span.bytes).failure?.rule == .tooDeep)
  }

  /// Messages in one another, none of which is one in the end: each level is tried once.
  @Test func costIsLinear() {
    func steps(_ count: Int) -> Int {
      var message = [UInt8](repeating: 0x0a, count: count) + [0xff]
      for _ in 0..<40 { message = field(1, message) }
      return ProtobufTree(message.span.bytes).steps
    }
    let (one, two, four) = (steps(10_000), steps(20_000), steps(40_000))
    #expect(two - one <= 11_000 * 2 * 32 && four - two <= 2 * (two - one) + 4000, "\(one), \(two), \(four)")
  }

  @Test func limits() {
    var limits = ProtobufLimits()
    limits.fields = 3
    let bytes = hex("0801 1206 0801 0801 0801")
    let tree = ProtobufTree(bytes.span.bytes, limits: limits)
    #expect(tree.failure?.rule == .tooManyFields && tree.fields.count == 3)
    limits = ProtobufLimits()
    limits.size = 1
    #expect(ProtobufTree(bytes.span.bytes, limits: limits).failure?.rule == .tooLong)
  }

  @Test func asJSONAndAsATree() {
    let bytes = hex(
      "089601 1a03 616263 22 02 08ff 2a02 0801 0d 0000803f 11 000000000000f87f 30 ffffffffffffffffff01")
    let tree = ProtobufTree(bytes.span.bytes)
    var output: [UInt8] = []
    tree.appendJSON(of: bytes.span.bytes, to: &output, limit: 1 << 16)
    #expect(
      String(decoding: output, as: UTF8.self)
        == #"[{"field":1,"type":"varint","value":150,"zigzag":75},{"field":3,"type":"string","value":"abc"},"#
        + #"{"field":4,"type":"bytes","value":"CP8="},{"field":5,"type":"message","value":[{"field":1,"#
        + #""type":"varint","value":1,"zigzag":-1}]},{"field":1,"type":"fixed32","value":1065353216,"float":1.0},"#
        + #"{"field":2,"type":"fixed64","value":9221120237041090560,"double":"NaN"},{"field":6,"type":"varint","#
        + #""value":18446744073709551615,"signed":-1,"zigzag":-9223372036854775808}]"#)
    output = []
    tree.appendTree(of: bytes.span.bytes, to: &output, limit: 1 << 16)
    #expect(
      String(decoding: output, as: UTF8.self) == """
        1: varint 150 (zigzag 75)
        3: string "abc"
        4: 2 bytes 08ff
        5: message
          1: varint 1 (zigzag -1)
        1: fixed32 1065353216 (float 1.0)
        2: fixed64 9221120237041090560 (double nan)
        6: varint 18446744073709551615 (zigzag -9223372036854775808, signed -1)

        """)
  }

  @Test func randomBytes() throws {
    var random = SeededRandom(seed: 11)
    for round in 0..<600 {
      var bytes = (0..<random.below(60)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      // Half of them begin with data that hold the rest.
      if round % 2 == 0 { bytes = field(1, field(2, bytes)) + bytes }
      try fuzzProtobuf(bytes)
    }
  }
}
