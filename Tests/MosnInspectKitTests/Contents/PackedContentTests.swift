import Foundation
import Support
import Testing

@testable import MosnInspectKit

/// Contents that are packed, as zlib 1.2 packed them.
@Suite struct PackedContentTests {
  /// {"greeting": "hello", "times": [1, 2.5e3, null], "deep": {"é": "a\"b\\c\u001b"}}
  private static let gzip = """
    1f8b0800000000000203ab564a2f4a4d2dc9cc4b57b25250ca48cdc9c957d251502ac9cc4d2d068a441bea2818e999a61aeb28e495e6e4
    c402a55252530b8032d54a31a50606a996206d89314a493131c92001c324a5da5a003d0ddd9f55000000
    """
  private static let bare = """
    ab564a2f4a4d2dc9cc4b57b25250ca48cdc9c957d251502ac9cc4d2d068a441bea2818e999a61aeb28e495e6e4c402a55252530b8032d5
    4a31a50606a996206d89314a493131c92001c324a5da5a00
    """
  private static let zlib = "789c" + bare + "49d7190a"

  private static func said(_ hex: String, _ coding: String) -> Said {
    Said([UInt8](hex: hex), [("content-type", "application/json"), ("content-encoding", coding)])
  }

  @Test(arguments: [(gzip, "gzip"), (gzip, "X-GZIP"), (zlib, "deflate"), (bare, "deflate")])
  func aBodyIsUnpacked(_ hex: String, _ coding: String) throws {
    let json = Self.said(hex, coding).json()
    let value = try #require(json["content_value"] as? [String: Any])
    #expect(value["greeting"] as? String == "hello")
    #expect((value["deep"] as? [String: String])?["é"] == "a\"b\\c\u{1b}")
    #expect(Data(base64Encoded: json.text("content_unpacked") ?? "")?.count == 85)
    #expect(Data(base64Encoded: json.text("content") ?? "").map(Array.init) == [UInt8](hex: hex))
    #expect(json["content_error"] == nil)
  }

  @Test func theTreeSaysWhatCameOut() {
    let text = Self.said(Self.gzip, "gzip").tree()
    #expect(
      text.contains(
        "bytes, gzip, json\n      unpacked: 85 bytes\n      {\n        \"greeting\": \"hello\",\n"))
    #expect(
      text.contains("        \"times\": [\n          1,\n          2.5e3,\n          null\n        ],\n"))
    #expect(text.contains(#"          "é": "a\"b\\c\u001b""# + "\n        }\n      }\n"))
  }

  /// As much comes out as may be shown: a bomb costs no more. Ten bytes hold "hello hello hello hello".
  @Test func unpackingStopsAtTheLimit() {
    let said = Said(
      [UInt8](hex: "cb48cdc9c957c8402701"), [("content-type", "text/plain"), ("content-encoding", "deflate")])
    #expect(said.json(22).text("content_error") == "unpacked up to --max-content")
    #expect(said.json(22).text("content_value") == "hello hello hello hell")
    #expect(said.tree(22).contains("unpacked: 22 bytes; unpacked up to --max-content"))
    #expect(said.json(23)["content_error"] == nil)
    // What is packed is looked at up to there, too.
    #expect(said.json(5).text("content_error") == "unpacked as far as it is there")
  }

  @Test func brokenBytesAreSaidToBe() {
    var hex = Self.gzip.filter(\.isHexDigit)
    hex.replaceSubrange(
      hex.index(hex.startIndex, offsetBy: 60)..<hex.index(hex.startIndex, offsetBy: 66), with: "ffffff")
    let broken = Self.said(hex, "gzip")
    #expect(broken.json().text("content_error")?.hasPrefix("the packed bytes are broken: ") ?? false)
    #expect(broken.tree().contains("; the packed bytes are broken: "))
    let early = Self.said(String(Self.gzip.prefix(120)), "gzip")
    #expect(early.json().text("content_error") == "the packed bytes end early")
    let none = Self.said("00112233", "gzip")
    #expect(none.tree().contains("unpacked: 0 bytes; the packed bytes are broken: "))
    #expect(none.tree().contains("00000000  00 11 22 33"))
  }

  @Test func anotherCodingIsBytes() {
    let said = Self.said("7b7d", "br")
    #expect(said.json()["content_value"] == nil)
    #expect(said.tree().contains("00000000  7b 7d"))
  }

  /// {1: "hello"}, twice.
  @Test func messagesOfGRPCAreUnpacked() throws {
    let packed = [UInt8](hex: "1f8b0800000000000203e362cd48cdc9c907001840e39907000000")
    let part: [UInt8] = [1, 0, 0, 0, UInt8(packed.count)] + packed
    let said = Said(part + part, [("content-type", "application/grpc"), ("grpc-encoding", "gzip")])
    let messages = try #require(said.json()["content_value"] as? [[[String: Any]]])
    #expect(messages.map { $0.first?["value"] as? String } == ["hello", "hello"])
    #expect(said.tree().contains("bytes, compressed\n      unpacked: 7 bytes\n      1: string \"hello\"\n"))
    // All that come out of one body share the bound.
    #expect(said.json(70)["content_error"] == nil)
    #expect(said.line() == "{1: \"hello\"}")
  }
}
