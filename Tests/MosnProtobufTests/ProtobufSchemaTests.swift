import MosnProtobuf
import Support
import Testing

/// Fixtures/proto/echo.proto, and a message of it as Python's protobuf wrote it.
@Suite struct ProtobufSchemaTests {
  private static let schema: ProtobufSchema = {
    typealias Field = ProtobufSchema.Field
    var schema = ProtobufSchema()
    schema.add(method: "/peer.Echo/Say", input: "peer.Request", output: "peer.Answer")
    schema.add(enumeration: "peer.Mood", values: [(0, "NONE"), (1, "GLAD")])
    schema.add(
      message: "peer.Request",
      fields: [
        Field(number: 1, name: "text", type: .string), Field(number: 2, name: "offset", type: .sint32),
        Field(number: 3, name: "numbers", type: .uint32, isRepeated: true),
        Field(number: 4, name: "mood", type: .enumeration("peer.Mood")),
        Field(number: 5, name: "flags", type: .message("peer.Request.FlagsEntry"), isRepeated: true),
        Field(number: 6, name: "inner", type: .message("peer.Request.Inner")),
        Field(number: 7, name: "raw", type: .bytes), Field(number: 8, name: "ratio", type: .double),
        Field(number: 9, name: "when", type: .message("google.protobuf.Timestamp")),
        Field(number: 10, name: "big", type: .int64),
      ])
    schema.add(
      message: "peer.Request.FlagsEntry",
      fields: [Field(number: 1, name: "key", type: .string), Field(number: 2, name: "value", type: .bool)])
    schema.add(
      message: "peer.Request.Inner",
      fields: [
        Field(number: 1, name: "names", type: .string, isRepeated: true),
        Field(number: 2, name: "next", type: .message("peer.Request.Inner")),
        Field(number: 3, name: "mark", type: .fixed32),
      ])
    schema.link()
    return schema
  }()

  private static let request = [UInt8](
    hex: """
      0a02686910051a040102ac0220012a050a01611001320d0a01780a017912051d070000003a0200ff41000000000000e03f4a020805
      50ffffffffffffffffff01
      """)

  private func show(_ bytes: [UInt8], _ append: (ProtobufTree, RawSpan, inout [UInt8]) -> Void) -> String {
    var tree = ProtobufTree(schema: Self.schema)
    tree.message = Self.schema.message(of: "/peer.Echo/Say", isAnswer: false)
    tree.read(bytes.span.bytes)
    var output: [UInt8] = []
    append(tree, bytes.span.bytes, &output)
    return String(decoding: output, as: UTF8.self)
  }

  private func json(_ bytes: [UInt8]) -> String {
    show(bytes) { $0.appendJSON(of: $1, to: &$2, limit: 4_096) }
  }

  /// The descriptor of Timestamp is missing: what it holds has no names.
  @Test func namesAndTypes() {
    #expect(
      json(Self.request)
        == #"{"text":"hi","offset":-3,"numbers":[1,2,300],"mood":"GLAD","flags":[{"key":"a","value":true}],"#
        + #""inner":{"names":["x","y"],"next":{"mark":7}},"raw":"AP8=","ratio":0.5,"#
        + #""when":[{"field":1,"type":"varint","value":5,"zigzag":-3}],"big":-1}"#)
    #expect(
      show(Self.request) { $0.appendTree(of: $1, to: &$2, limit: 4_096) } == """
        text: "hi"
        offset: -3
        numbers: [1, 2, 300]
        mood: GLAD
        flags: peer.Request.FlagsEntry
          key: "a"
          value: true
        inner: peer.Request.Inner
          names: "x"
          names: "y"
          next: peer.Request.Inner
            mark: 7
        raw: 2 bytes 00ff
        ratio: 0.5
        when: google.protobuf.Timestamp
          1: varint 5 (zigzag -3)
        big: -1

        """)
    #expect(
      show(Self.request) { $0.appendLine(of: $1, to: &$2, width: 60) }
        == #"{text: "hi", offset: -3, numbers: [1, 2, 300], mood: GLAD, …"#)
  }

  @Test func whatTheSchemaDoesNotKnowHasNumbers() {
    // Field 11; an enumeration's value 5; text declared, a number sent; numbers that are not packed.
    #expect(
      json([0x58, 1, 0x20, 5, 0x08, 7, 0x18, 1, 0x18, 2])
        == #"{"mood":5,"numbers":[1,2],"$unknown":[{"field":11,"type":"varint","value":1,"zigzag":-1},"#
        + #"{"field":1,"type":"varint","value":7,"zigzag":-4}]}"#)
    // A field that is declared once and came twice; packed numbers that break off; a message that is none.
    #expect(json([0x0a, 1, 0x61, 0x0a, 1, 0x62]) == #"{"text":["a","b"]}"#)
    #expect(json([0x1a, 1, 0x80]) == #"{"numbers":["gA=="]}"#)
    #expect(json([0x32, 1, 0x0f]) == #"{"inner":"Dw=="}"#)
    #expect(json([0x0a, 2, 0x68]) == #"{"$cut":true}"#)
  }

  @Test func methodsThatAreUnknownHaveNoMessage() {
    #expect(Self.schema.message(of: "/peer.Echo/Say", isAnswer: true) == nil)
    #expect(Self.schema.message(of: "/peer.Echo/Sing", isAnswer: false) == nil)
  }

  /// Names come from a file, and go to a terminal.
  @Test func namesAreEscaped() {
    var schema = ProtobufSchema()
    schema.add(
      message: "m", fields: [ProtobufSchema.Field(number: 1, name: "$a\u{1b}[2J\"", type: .bool)])
    schema.link()
    var tree = ProtobufTree(schema: schema)
    tree.message = schema.message(named: "m")
    let bytes: [UInt8] = [8, 1]
    tree.read(bytes.span.bytes)
    var (text, json): ([UInt8], [UInt8]) = ([], [])
    tree.appendTree(of: bytes.span.bytes, to: &text, limit: 100)
    tree.appendJSON(of: bytes.span.bytes, to: &json, limit: 100)
    #expect(String(decoding: text, as: UTF8.self) == "$a\\u001b[2J\": true\n")
    #expect(String(decoding: json, as: UTF8.self) == #"{"$$a\u001b[2J\"":true}"#)
  }
}
