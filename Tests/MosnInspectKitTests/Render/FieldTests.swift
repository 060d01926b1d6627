import Testing

@testable import MosnInspectKit

/// `-T fields`: which columns there are, and how cells are written.
@Suite struct FieldTests {
  private func table(
    _ talk: Talk, _ fields: [String], _ change: (inout FieldsRenderer.Layout) -> Void = { _ in }
  ) -> [String] {
    var layout = FieldsRenderer.Layout()
    change(&layout)
    var renderer = FieldsRenderer(fields: fields, layout: layout, maxContent: 16)
    if let first = talk.sent.first { renderer.begin(at: first.time) }
    let text = String(decoding: Rendering.render(talk, &renderer), as: UTF8.self)
    return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }

  private static let talk: Talk = {
    var talk = H2Talk.begun()
    talk.request(1, path: "/a,\"b\"", more: [("x", "1"), ("user-agent", "me"), ("x", "2")])
    talk.response(1, end: false)
    talk.headers(.server, 1, [("grpc-status", "7")], end: true)
    return talk.talk
  }()

  @Test func namesOfTsharkMeanWhatTheyMeanThere() {
    let fields = [
      "frame.number", "tcp.stream", "ip.src", "ipv6.src", "tcp.srcport", "tcp.port", "http2.streamid",
      "http2.headers.method", "http2.headers.user_agent", "http2.header.name", "frame.time_relative",
    ]
    #expect(
      table(Self.talk, fields)[0]
        == "7\t0\t10.0.0.1\t\t40000\t40000,8080\t1\tPOST\tme\t"
        + ":method,:scheme,:path,:authority,x,user-agent,x\t0.006000000")
    #expect(table(Self.talk, ["http2.headers.status", "http2.headers.grpc_status"])[1] == "200\t7")
  }

  @Test func everyNameOfTsharkIsKnown() {
    for field in [
      "http2.headers.anything", "trailers.grpc-status", "frame.time_epoch", "grpc.message_length",
    ] {
      #expect(FieldsRenderer.isKnown(field))
    }
    for field in ["", "headers.", "trailers.", "http2.headers.", "frame.len", "headers.x".uppercased()] {
      #expect(!FieldsRenderer.isKnown(field), "\(field)")
    }
  }

  @Test(arguments: [
    ("frame.numbr", "frame.number"), ("http2.header.path", "http2.headers.path"), ("steam", "stream"),
    ("bolt.id", "id"), ("grpc_staus", "grpc_status"), ("htp2.headers.path", "http2.headers.path"),
  ])
  func anUnknownNameIsAnsweredWithTheNearest(_ field: String, _ nearest: String) {
    #expect(!FieldsRenderer.isKnown(field))
    #expect(FieldsRenderer.nearest(to: field) == nearest)
  }

  @Test func trailersHaveColumnsOfTheirOwn() {
    #expect(table(Self.talk, ["kind", "trailers.grpc-status", "headers.grpc-status"])[1] == "response\t7\t")
  }

  @Test func quotedCellsAreThoseOfRFC4180() {
    let lines = table(Self.talk, ["path", "headers.x", "status"]) {
      ($0.separator, $0.quote, $0.hasHeading) = (",", UInt8(ascii: "\""), true)
    }
    #expect(lines[0] == "\"path\",\"headers.x\",\"status\"")
    #expect(lines[1] == "\"/a,\"\"b\"\"\",\"1,2\",\"\"")
  }

  @Test func oneOfSeveralValues() {
    #expect(table(Self.talk, ["headers.x"]) { $0.occurrence = .first }[0] == "1")
    #expect(table(Self.talk, ["headers.x"]) { $0.occurrence = .last }[0] == "2")
    #expect(table(Self.talk, ["headers.x"]) { $0.aggregator = "|" }[0] == "1|2")
  }

  @Test func aColumnMayComeTwice() {
    #expect(table(Self.talk, ["kind", "stream", "kind"])[0] == "request\t1\trequest")
  }

  /// `-T fields` and JSON are told the same: every key of every message can be a column.
  @Test func everyKeyHasItsOwnName() {
    let names = MessageKey.allCases.map(\.name.description)
    #expect(Set(names).count == names.count)
    #expect(MessageKey.allCases.count <= 128)
    for key in MessageKey.allCases { #expect(MessageKey(key.name.description) == key) }
  }
}
