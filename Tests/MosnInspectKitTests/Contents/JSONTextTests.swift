import Foundation
import Support
import Testing

@testable import MosnInspectKit

@Suite struct JSONTextTests {
  private func read(_ text: String) -> JSONText { read(Array(text.utf8)) }

  private func read(_ bytes: [UInt8]) -> JSONText {
    var json = JSONText()
    json.read(bytes.span.bytes)
    return json
  }

  private func json(_ text: String, limit: Int = 4_096) -> String {
    let bytes = Array(text.utf8)
    var output: [UInt8] = []
    _ = read(bytes).appendJSON(of: bytes.span.bytes, to: &output, limit: limit)
    return String(decoding: output, as: UTF8.self)
  }

  @Test(arguments: [
    ("0", "0"), ("-1.5E+10", "-1.5E+10"), (" [ ] ", "[]"), ("{}", "{}"),
    ("\"\\u00e9\\/\\ud83d\\ude80\"", "\"é/🚀\""),
    ("[true,false,null]", "[true,false,null]"), (#"{"a":{"b":[1,{}]}}"#, #"{"a":{"b":[1,{}]}}"#),
    ("\"\\u001b\\u202e\"", "\"\\u001b\\u202e\""), ("\"\\ud800\"", "\"\u{FFFD}\""),
    (#"{"$cut":1}"#, #"{"$$cut":1}"#),
  ])
  func aValueIsItself(_ text: String, _ expected: String) {
    #expect(read(text).failure == nil)
    #expect(json(text) == expected)
  }

  @Test(arguments: [
    ("", JSONError.Rule.truncated, 0), ("[1", .truncated, 2), ("\"a", .truncated, 2), ("tru", .truncated, 3),
    ("[,1]", .valueExpected, 1), ("trux", .valueExpected, 3), ("{1:2}", .keyExpected, 1),
    ("{\"a\" 1}", .colonExpected, 5),
    ("[1 2]", .commaExpected, 3), ("{\"a\":1]", .commaExpected, 6), ("1 2", .endExpected, 2),
    ("01", .endExpected, 1),
    ("-", .truncated, 1), ("1.x", .number, 2), ("1e+", .truncated, 3), ("\"\\x\"", .escape, 2),
    ("\"\\u12g4\"", .escape, 5),
    ("\"\n\"", .controlCharacter, 1),
  ])
  func whatIsNoneSaysWhere(_ text: String, _ rule: JSONError.Rule, _ offset: Int) {
    #expect(read(text).failure?.rule == rule)
    #expect(read(text).failure?.offset == offset)
    if !text.isEmpty {
      #expect((try? JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)) == nil)
    }
  }

  @Test func depthIsBounded() {
    for (depth, rule) in [(128, nil), (129, JSONError.Rule.tooDeep)] {
      let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
      #expect(read(text).failure?.rule == rule)
    }
  }

  @Test func whatIsReadOfABrokenOneIsWholeJSON() {
    #expect(json("{\"a\":[1,2") == "{\"a\":[1,2,{\"$cut\":true}],\"$cut\":true}")
    #expect(json("[[[]],\"abc") == "[[[]],{\"$cut\":true}]")
    #expect(json("{\"a\":1,\"b\":") == "{\"a\":1,\"$cut\":true}")
    #expect(json("{\"b\":x") == "{\"$cut\":true}")
  }

  /// Foundation is the judge: what it reads of ours is what it reads of the original.
  @Test(arguments: 0..<200 as Range<UInt64>)
  func anyValueComesBack(_ seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let value = Self.value(depth: 4, &random)
    let data = try JSONSerialization.data(withJSONObject: [value])
    let text = String(decoding: data, as: UTF8.self)
    let theirs = try JSONSerialization.jsonObject(with: data) as? NSArray
    let ours = try JSONSerialization.jsonObject(with: Data(json(text, limit: 1 << 20).utf8)) as? NSArray
    #expect(ours == theirs, "seed \(seed)")
    for limit in 0..<60 {
      let cut = json(text, limit: limit)
      #expect(cut.isEmpty || (try? JSONSerialization.jsonObject(with: Data(cut.utf8))) != nil, "\(cut)")
      #expect(cut.utf8.count <= limit)
    }
  }

  private static func value(depth: Int, _ random: inout SeededRandom) -> Any {
    switch Int.random(in: 0..<(depth > 0 ? 6 : 4), using: &random) {
    case 0: return Int.random(in: -1000...1000, using: &random)
    case 1: return "a\"\\\u{1b}é\u{202e}🚀".prefix(Int.random(in: 0...8, using: &random)).description
    case 2: return NSNull()
    case 3: return Double.random(in: -1...1, using: &random)
    case 4: return (0..<Int.random(in: 0...3, using: &random)).map { _ in value(depth: depth - 1, &random) }
    default:
      var object: [String: Any] = [:]
      for key in 0..<Int.random(in: 0...3, using: &random) {
        object["k\(key)"] = value(depth: depth - 1, &random)
      }
      return object
    }
  }
}
