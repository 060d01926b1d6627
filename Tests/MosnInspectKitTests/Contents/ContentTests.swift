import BoltCodec
import Foundation
import Support
import Testing

@testable import MosnInspectKit

/// Contents in the forms they are written in.
@Suite struct ContentTests {
  @Test func hessianIsATreeAndJSON() throws {
    let said = try Said([0x02, 0x68, 0x69])
    #expect(said.tree().contains("content         hessian\n      \"hi\"\n"))
    #expect(said.json().text("content_form") == "hessian")
    #expect(said.json().text("content_value") == "hi")
    #expect(said.json()["content_error"] == nil)
    #expect(said.json().text("content") == "Amhp")
  }

  @Test func aContentThatDoesNotParseIsShownAsBytesWithTheReason() throws {
    let said = try Said([0x91, 0x65, 0x00])
    let reason = "unknownCode at offset 1: expected a value, found 0x65"
    #expect(said.tree().contains("      1\n      not read from here on: \(reason)\n"))
    #expect(said.tree().contains("00000015  91 65 00"))
    #expect(said.json().text("content_error") == reason)
    #expect(try #require(said.json()["content_value"] as? [String: [Any]])["$values"]?.count == 2)
  }

  /// What was cut is held against nobody.
  @Test func aLongContentIsShownAsFarAsItIsLookedAt() throws {
    let text = [UInt8(ascii: "S"), 0x03, 0xe8] + [UInt8](repeating: UInt8(ascii: "x"), count: 1_000)
    let said = try Said(text)
    #expect(said.json(100).text("content_value") == String(repeating: "x", count: 97) + "…")
    #expect(said.json(100)["content_error"] == nil)
    #expect(said.tree(100).contains("… 903 more bytes (--max-content)"))
    #expect(!said.tree(100).contains("00000015"))
    #expect(said.json(0)["content_value"] == nil)
    #expect(said.json(1_003).text("content_value")?.count == 1_000)
  }

  @Test func protocolBuffersAreFields() throws {
    let said = try Said([0x0a, 5] + Array("hello".utf8), codec: .protobuf)
    #expect(said.tree().contains("content         protobuf\n      1: string \"hello\"\n"))
    let fields = try #require(said.json()["content_value"] as? [[String: Any]])
    #expect(fields.first?["value"] as? String == "hello")
  }

  /// SOFARPC writes no protocol buffers where an answer is an error.
  @Test func anErrorInPlaceOfProtocolBuffersIsText() throws {
    let said = try Said(
      Array("pb boom\u{1b}[2J".utf8), codec: .protobuf, headers: [.init("sofa_head_response_error", "true")])
    #expect(said.json().text("content_form") == "text")
    #expect(said.json().text("content_value") == "pb boom\u{1b}[2J")
    #expect(said.tree().contains("      pb boom\\u001b[2J\n"))
    #expect(said.failure == ContentFailure(message: "pb boom\u{1b}[2J"))
  }

  @Test func otherSerializersAreBytes() throws {
    let said = try Said([0x02, 0x68, 0x69], codec: .java)
    #expect(said.tree().contains("00000015  02 68 69"))
    #expect(said.json()["content_form"] == nil && said.json()["content_value"] == nil)
    #expect(said.line() == nil && said.failure == nil)
  }

  @Test func whatIsSaidIsAColumn() throws {
    let said = try Said([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x5b, 0x5d, 0x7d], codec: .json)
    #expect(said.fields("content_form", "content_value", "content_error") == "json\t{\"a\":[]}\t\n")
    #expect(FieldsRenderer.showsContent(["id", "content_value"]) && !FieldsRenderer.showsContent(["id"]))
  }

  // MARK: HTTP/2

  @Test(arguments: [
    ("application/json", "json"), ("Application/JSON; charset=utf-8", "json"),
    ("application/problem+json", "json"),
    ("text/plain", "text"), ("application/x-hessian2", "hessian"), ("application/x-protobuf", "protobuf"),
    ("image/png", nil),
  ])
  func theMediaTypeTellsTheForm(_ type: String, _ form: String?) {
    let said = Said(Array("{}".utf8), [("content-type", type)])
    #expect(said.json().text("content_form") == form)
  }

  @Test func theSerializerOfSOFARPCTellsTheForm() {
    #expect(
      Said([0x91], [("sofa_head_serialize_type", "hessian2")]).json()["content_value"] as? Int == 1)
    let error = Said(
      Array("java.lang.IllegalStateException: boom\n\tat a.B.c(D.java)".utf8),
      [("sofa_head_serialize_type", "hessian2"), ("sofa_head_response_error", "true")])
    #expect(error.json().text("content_form") == "text")
    #expect(error.failure?.message == "java.lang.IllegalStateException: boom")
  }

  @Test func theCodecOfAFrameThatCrossedTellsTheForm() {
    let fields = [("protocol", "1"), ("cmdtype", "0"), ("codec", "1"), ("content-type", "text/plain")]
    #expect(Said([0x91], fields).json().text("content_form") == "hessian")
    #expect(Said([0x91], [("codec", "1")]).json()["content_form"] == nil)
  }

  @Test func messagesOfGRPCAreAnArray() throws {
    let body: [UInt8] = [0, 0, 0, 0, 3, 0x0a, 1, 0x78] + [0, 0, 0, 0, 1, 0x0f] + [1, 0, 0, 0, 1, 0]
    let said = Said(body, [("content-type", "application/grpc"), ("grpc-encoding", "br")])
    let messages = try #require(said.json()["content_value"] as? [Any])
    #expect(messages.count == 3 && messages[2] is NSNull)
    #expect((messages[0] as? [[String: Any]])?.first?["value"] as? String == "x")
    #expect(
      said.json().text("content_error") == "message 2: wireType at offset 0: expected at most 5, found 7")
    #expect(said.line() == "{1: \"x\"}")
  }

  @Test func gRPCWithJSONIsJSON() {
    let said = Said([0, 0, 0, 0, 2, 0x7b, 0x7d], [("content-type", "application/grpc+json")])
    #expect((said.json()["content_value"] as? [[String: Any]])?.count == 1)
    #expect(said.tree().contains("      {}\n"))
  }
}
