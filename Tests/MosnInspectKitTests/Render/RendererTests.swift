import Foundation
import MosnText
import Support
import Testing

@testable import MosnInspectKit

@Suite struct RendererTests {
  private func json(_ text: [UInt8]) -> String {
    var writer = JSONWriter()
    writer.string(utf8: text.span.bytes)
    return String(decoding: writer.text.bytes, as: UTF8.self)
  }

  private func shown(_ text: [UInt8]) -> String {
    var output = Output()
    output.append(untrusted: text[...])
    return String(decoding: output.bytes, as: UTF8.self)
  }

  // MARK: text of strangers

  @Test func controlCharactersReachNoTerminal() {
    for byte in Array(0..<0x20 as Range<UInt8>) + [0x7f] {
      #expect(shown([byte]).hasPrefix("\\x"))
      #expect(!json([byte]).utf8.contains(byte))
    }
    // C1: U+009B begins an escape sequence as ESC [ does.
    for byte in 0x80..<0xa0 as Range<UInt8> {
      #expect(shown([0xc2, byte]).allSatisfy { $0.isASCII })
      #expect(json([0xc2, byte]) == "\"\\u00\(String(byte, radix: 16))\"")
    }
    #expect(shown([0x1b, 0x5b, 0x33, 0x31, 0x6d]) == "\\x1b[31m")
  }

  /// They would show a path or a class name in another order than it was sent.
  @Test func marksOfReadingDirectionAreShown() {
    let marks = ["061C", "200E", "200F", "2028", "2029", "202A", "202E", "2066", "2069"]
    for mark in marks.compactMap({ UInt32($0, radix: 16) }).compactMap(Unicode.Scalar.init) {
      let text = shown(Array("a\(Character(mark))b".utf8))
      #expect(text.utf8.count == text.unicodeScalars.count, "\(text)")
    }
    // Their neighbours are text.
    #expect(shown(Array("\u{200D}\u{2027}\u{202F}\u{206A}".utf8)) == "\u{200D}\u{2027}\u{202F}\u{206A}")
  }

  @Test func textIsKept() {
    #expect(shown(Array("grüß 世界 🚀".utf8)) == "grüß 世界 🚀")
    #expect(json(Array("\"a\\b\"\n\r\t 世🚀".utf8)) == #""\"a\\b\"\n\r\t 世🚀""#)
  }

  @Test(arguments: ["ff", "c080", "e08080", "eda080", "f4908080", "f8", "e4b8", "80", "c2"])
  func whatIsNoUTF8IsShownByByte(_ hex: String) {
    let bytes = [UInt8](hex: hex)
    #expect(shown(bytes).hasPrefix("\\x"))
    #expect(json(bytes) == "\"" + String(repeating: "\u{FFFD}", count: bytes.count) + "\"")
  }

  @Test(arguments: 0..<100 as Range<UInt64>)
  func anyBytesAreValidJSON(_ seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let bytes = random.bytes(Int.random(in: 0...100, using: &random))
    let text = "[" + json(bytes) + "]"
    let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String]
    #expect(object?.first.map { $0.contains("\u{FFFD}") || Array($0.utf8) == bytes } == true, "seed \(seed)")
  }

  @Test(arguments: 0..<50)
  func base64IsFoundations(_ count: Int) {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 89 + 7) }
    var writer = JSONWriter()
    writer.base64(bytes.span.bytes)
    #expect(
      String(decoding: writer.text.bytes, as: UTF8.self) == "\"\(Data(bytes).base64EncodedString())\"")
  }

  @Test func noEscapeSequenceIsLetThroughAMessage() {
    let evil = "\u{1b}[2J\u{9b}31m\u{7f}\r\n\tx"
    var talk = Talk()
    talk.open()
    talk.say(
      .client,
      Bolt.frame(
        .request(id: 1), "com.example.\u{202e}Evil",
        [.init("sofa_head_target_service", evil), .init(evil, "1")], 3)
        + Bolt.call(2))
    for rendering in Rendering.all {
      let bytes = rendering.bytes(of: talk)
      #expect(!bytes.contains { $0 < 0x20 && $0 != 0x0a && $0 != 0x09 || $0 == 0x7f }, "\(rendering.name)")
      #expect(
        !String(decoding: bytes, as: UTF8.self).unicodeScalars.contains { (0x80..<0xa0).contains($0.value) })
    }
  }

  @Test func coloursAreBalanced() {
    var talk = Talk()
    talk.open()
    talk.say(.client, Bolt.call(1))
    let text = String(decoding: Rendering.coloured.bytes(of: talk), as: UTF8.self)
    let codes = text.components(separatedBy: "\u{1b}[").dropFirst()
    #expect(!codes.isEmpty)
    #expect(codes.count { $0.hasPrefix("0m") } * 2 == codes.count)
  }

  // MARK: times

  private func date(_ nanoseconds: Int64, offset: Int = 0) -> String {
    var output = Output()
    output.append(date: nanoseconds, offset: offset, withDate: true)
    return String(decoding: output.bytes, as: UTF8.self)
  }

  @Test func datesAreThoseOfTheCalendar() {
    let second: Int64 = 1_000_000_000
    #expect(date(0) == "1970-01-01 00:00:00.000000000")
    #expect(date(951_782_400 * second) == "2000-02-29 00:00:00.000000000")
    #expect(date(4_107_542_399 * second) == "2100-02-28 23:59:59.000000000")
    #expect(date(4_107_542_400 * second) == "2100-03-01 00:00:00.000000000")
    #expect(date(1_709_251_199 * second + 1) == "2024-02-29 23:59:59.000000001")
    #expect(date(0, offset: 7_200) == "1970-01-01 02:00:00.000000000")
    #expect(date(0, offset: -1) == "1969-12-31 23:59:59.000000000")
  }

  @Test func datesBefore1970() {
    #expect(date(-1) == "1969-12-31 23:59:59.999999999")
    #expect(date(-1_000_000_000) == "1969-12-31 23:59:59.000000000")
    #expect(date(-1_500_000_000) == "1969-12-31 23:59:58.500000000")
    #expect(date(.min).hasPrefix("1677-09-21 00:12:43.1452"))
    #expect(date(.max) == "2262-04-11 23:47:16.854775807")
  }

  @Test func secondsAreSetRight() {
    func seconds(_ nanoseconds: Int64, _ digits: Int, _ width: Int = 0) -> String {
      var output = Output()
      output.append(seconds: nanoseconds, digits: digits, width: width)
      return String(decoding: output.bytes, as: UTF8.self)
    }
    #expect(seconds(1_234_567_890, 6) == "1.234567")
    #expect(seconds(-1_234_567_890, 9) == "-1.234567890")
    #expect(seconds(5, 9, 14) == "   0.000000005")
    #expect(seconds(.min, 9) == "-9223372036.854775808")
  }

  @Test func timesAreRelativeToTheCapturesBeginning() {
    var renderer = LineRenderer(isColoured: false)
    renderer.begin(at: 1_700_000_000_000_000_000)
    let text = String(decoding: Rendering.render(InspectorTests.calls(1), &renderer), as: UTF8.self)
    #expect(text.hasPrefix("     4      0.004000  10.0.0.1:40000 > 10.0.0.2:12200"))
  }

  // MARK: fields

  @Test func fieldsAreChosen() {
    var layout = FieldsRenderer.Layout()
    (layout.separator, layout.hasHeading) = (";", true)
    var renderer = FieldsRenderer(
      fields: ["id", "kind", "headers.sofa_head_method_name", "status", "content"], layout: layout,
      maxContent: 2)
    let text = String(decoding: Rendering.render(InspectorTests.calls(1), &renderer), as: UTF8.self)
    #expect(
      text.split(separator: "\n") == [
        "id;kind;headers.sofa_head_method_name;status;content", "1;request;echo;;4041", "1;response;;0;4041",
      ])
  }

  @Test func headersAndTrailersAreTwoFields() {
    var talk = H2Talk.begun()
    talk.request(1)
    talk.response(1, end: false)
    talk.headers(.server, 1, [("end", "1")], end: true)
    var renderer = FieldsRenderer(
      fields: ["headers", "trailers"], layout: .init(), maxContent: 0)
    let text = String(decoding: Rendering.render(talk.talk, &renderer), as: UTF8.self)
    #expect(text.hasSuffix("\n:status=200\tend=1\n"))
  }

  @Test func unknownFieldsAreRefused() {
    #expect(FieldsRenderer.isKnown("status_name"))
    #expect(FieldsRenderer.isKnown("headers.x"))
    #expect(FieldsRenderer.isKnown("grpc_status"))
    #expect(!FieldsRenderer.isKnown("bolt.id"))
  }

  // MARK: tree

  @Test func theTreeGivesEveryFieldItsPlace() {
    var talk = Talk()
    talk.open()
    talk.say(.client, Bolt.call(1, content: 20, summed: true))
    let text = String(decoding: Rendering.tree.bytes(of: talk), as: UTF8.self)
    for row in [
      "frame: 184 bytes at stream offset 0", "       0 +1       protocol        2",
      "       6 +4       id              1", "      12 +4       timeout         3000 (ms)",
      "      24 +44      class           com.alipay.sofa.rpc.core.request.SofaRequest",
      "      68 +92      header map",
      "      68 +59      sofa_head_target_service: com.example.EchoService:1.0",
      "     160 +20      content", "000000a0  40 41 42", "     180 +4       crc             ok",
    ] { #expect(text.contains(row), "\(row)\n\(text)") }
  }

  @Test func theTreeCutsContent() {
    var talk = Talk()
    talk.open()
    talk.say(.client, Bolt.call(1, content: 20))
    var renderer = TreeRenderer(isColoured: false, timeFormat: .relative, maxContent: 16)
    let text = String(decoding: Rendering.render(talk, &renderer), as: UTF8.self)
    #expect(text.contains("… 4 more bytes"))
  }
}
