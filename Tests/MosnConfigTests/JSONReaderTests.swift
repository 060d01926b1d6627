import Testing

@testable import MosnConfig

@Suite struct JSONReaderTests {
  func read(_ text: String, _ limits: JSONLimits = JSONLimits()) throws(JSONError) -> JSONValue {
    var reader = JSONReader(Array(text.utf8), limits: limits)
    return try reader.read()
  }

  @Test func keepsValuesWithTheirPlaces() throws {
    let value = try read("{\n  \"a\": [1, -2.5e3, true],\n  \"b\": {\"c\": null}}")
    let a = try #require(value["a"])
    #expect(a.position == SourcePosition(line: 2, column: 8))
    #expect(a.array?.map(\.position.column) == [9, 12, 20])
    #expect(
      value.members?.map(\.position) == [
        SourcePosition(line: 2, column: 3), SourcePosition(line: 3, column: 3),
      ])
    #expect(value["b"]?["c"]?.isNull == true)
    #expect(value.text(inLines: false) == #"{"a": [1, -2.5e3, true], "b": {"c": null}}"#)
  }

  @Test(arguments: [
    (#""\u00e9\n\t\"\\\/\b\f\r""#, "\u{E9}\n\t\"\\/\u{8}\u{C}\r"), (#""\ud83d\ude00""#, "\u{1F600}"),
    (#""\ud83d""#, "\u{FFFD}"), (#""\ud83dx""#, "\u{FFFD}x"), (#""\ud83d\u0041""#, "\u{FFFD}A"),
    (#""\ude00""#, "\u{FFFD}"), (#""\ud83d\ud83d\ude00""#, "\u{FFFD}\u{1F600}"), (#""é😀""#, "é😀"),
  ]) func readsStrings(text: String, string: String) throws {
    #expect(try read(text).string == string)
  }

  @Test func keepsNumbersExactly() throws {
    guard case .number(let largest) = try read("18446744073709551615").content,
      case .number(let fraction) = try read("0.1").content
    else { Issue.record("no numbers"); return }
    #expect(largest.integer(UInt64.self) == .max)
    #expect(largest.integer(Int64.self) == nil)
    #expect(fraction.integer(Int64.self) == nil)
    #expect(fraction.double == 0.1)
  }

  @Test(arguments: [
    ("", "1:1", "a value", "the end of the file"),
    ("{\"a\" 1}", "1:6", "\":\" after a name", "\"1\""),
    ("{\"a\": 1 \"b\": 2}", "1:9", "\",\" or \"}\" after a member", "\"\"\""),
    ("{\"a\": 1,}", "1:9", "a name in double quotes", "\"}\""),
    ("[1,\n]", "2:1", "a value", "\"]\""),
    ("[1 2]", "1:4", "\",\" or \"]\" after an element", "\"2\""),
    ("[01]", "1:3", "\",\" or \"]\" after an element", "\"1\""),
    ("[-]", "1:3", "a digit", "\"]\""),
    ("[1.]", "1:4", "a digit", "\"]\""),
    ("[1e]", "1:4", "a digit", "\"]\""),
    ("tru", "1:1", "true", "\"t\""),
    ("{} {}", "1:4", "the end of the file", "\"{\""),
    ("\"a", "1:3", "the closing quote of the string at 1:1", "the end of the file"),
    ("\"a\nb\"", "1:3", "a string's end or its next character", "byte 0xA"),
    (#""\x""#, "1:3", #"one of " \ / b f n r t u after a backslash"#, "\"x\""),
    (#""\u12g4""#, "1:6", "four hexadecimal digits", "\"g\""),
    ("/* a", "1:5", "the */ of the comment at 1:1", "the end of the file"),
    ("/a", "1:2", "// or /*", "\"a\""),
    ("'a'", "1:1", "a value", "\"'\""),
  ]) func namesPlaceExpectedAndFound(text: String, place: String, expected: String, found: String) {
    do throws(JSONError) {
      _ = try read(text)
      Issue.record("read")
    } catch {
      #expect(error.position.description == place)
      #expect(error.expected == expected)
      #expect(error.found == found)
    }
  }

  @Test func namesThePathOfAnError() {
    #expect(
      throws: JSONError(
        position: SourcePosition(line: 1, column: 16), path: "a[1].b", expected: "a value", found: "\"x\"")
    ) { try read(#"{"a": [0, {"b":x}]}"#) }
  }

  @Test func reportsDuplicatesAndBytesThatAreNoText() throws {
    var reader = JSONReader([UInt8](#"{"a": {"b": 1, "b": 2}, "c": ""#.utf8) + [0xFF] + [UInt8](#""}"#.utf8))
    let value = try reader.read()
    #expect(value["a"]?["b"]?.content == .number(JSONNumber(2)))
    #expect(value["c"]?.string == "\u{FFFD}")
    #expect(
      reader.warnings.map(\.description) == [
        "1:16: warning: a.b: duplicate key: the last one counts",
        "1:30: warning: c: bytes that are no UTF-8 are read as U+FFFD",
      ])
  }

  @Test func limitsAtAndAbove() throws {
    var limits = JSONLimits()
    (limits.maximumDepth, limits.maximumValues, limits.maximumBytes) = (3, 4, 10)
    #expect(throws: Never.self) { try read("[[1],1]", limits) }
    #expect(throws: JSONError.self) { try read("[[[1]]]", limits) }
    #expect(throws: Never.self) { try read("[1,1,1]   ", limits) }
    #expect(throws: JSONError.self) { try read("[1,1,1,1]", limits) }
    #expect(throws: JSONError.self) { try read("[1,1,1]    ", limits) }
    let deep = String(repeating: "[", count: 1_000_000)
    #expect(throws: JSONError.self) { try read(deep) }
  }
}
