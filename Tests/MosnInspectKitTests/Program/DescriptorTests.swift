import Foundation
import Support
import Testing

/// `--proto`: Fixtures/proto/echo.desc is what protoc wrote of echo.proto.
@Suite struct DescriptorTests {
  private static let descriptors = GoldenTests.path("proto/echo.desc")

  /// A call of peer.Echo.Say with every kind of field, as Python's protobuf wrote it.
  private static let capture: Data = {
    let request = [UInt8](
      hex: """
        0a02686910051a040102ac0220012a050a01611001320d0a01780a017912051d070000003a0200ff41000000000000e03f4a02
        080550ffffffffffffffffff01
        """)
    let answer: [UInt8] = [8, 1, 0x15, 0, 0, 0xc0, 0x3f]
    var talk = H2Talk.begun()
    let type = [("content-type", "application/grpc")]
    talk.request(1, path: "/peer.Echo/Say", more: type, end: false)
    talk.data(.client, 1, [0, 0, 0, 0, UInt8(request.count)] + request, end: true)
    talk.response(1, more: type, end: false)
    talk.data(.server, 1, [0, 0, 0, 0, UInt8(answer.count)] + answer)
    talk.headers(.server, 1, [("grpc-status", "0")], end: true)
    return pcap(talk.talk.sent)
  }()

  private static func pcap(_ sent: [Talk.Sent]) -> Data {
    func little(_ values: Int...) -> [UInt8] {
      values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
    }
    // Link type 101: IP without a link layer.
    var file: [UInt8] = [0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0] + little(0, 0, 65_535, 101)
    for packet in sent {
      let (seconds, rest) = packet.time.quotientAndRemainder(dividingBy: 1_000_000_000)
      file += little(Int(seconds), Int(rest) / 1_000, packet.bytes.count, packet.bytes.count) + packet.bytes
    }
    return Data(file)
  }

  @Test func namesAndTypesAreShown() throws {
    let run = try Run("--proto", Self.descriptors, "--json", "-", input: Self.capture)
    let messages = Story.objects(Array(run.output.utf8))
    let request = try #require((messages[0]["content_value"] as? [[String: Any]])?.first)
    #expect(request["text"] as? String == "hi")
    #expect(request["offset"] as? Int == -3)
    #expect(request["numbers"] as? [Int] == [1, 2, 300])
    #expect(request["mood"] as? String == "GLAD")
    #expect((request["when"] as? [String: Int])?["seconds"] == 5)
    #expect(request["big"] as? Int == -1)
    let inner = try #require(request["inner"] as? [String: Any])
    #expect(inner["names"] as? [String] == ["x", "y"])
    #expect((inner["next"] as? [String: Int])?["mark"] == 7)
    // The answer's path is the request's.
    let answer = try #require((messages[1]["content_value"] as? [[String: Any]])?.first)
    #expect(answer["done"] as? Bool == true && answer["share"] as? Double == 1.5)
    let tree = try Run("--proto", Self.descriptors, "-V", "-", input: Self.capture)
    #expect(tree.output.contains("      mood: GLAD\n"))
    #expect(tree.output.contains("      share: 1.5\n"))
  }

  @Test func withoutThemThereAreNumbers() throws {
    let run = try Run("-V", "-", input: Self.capture)
    #expect(run.output.contains("      1: string \"hi\"\n"))
  }

  @Test func aFileThatIsNoneIsAnswered() throws {
    let missing = try Run("--proto", "/no/such.desc", "-", input: Self.capture)
    #expect(missing.status == 66 && missing.errors.contains("/no/such.desc: no such file"))
    let other = try Run("--proto", GoldenTests.path("sofarpc-sample.pcap"), "-", input: Self.capture)
    #expect(other.status == 65 && other.errors.contains("no file descriptor set"))
  }
}
