import BoltCodec
import Foundation
import Testing
import Translate

/// docs/translation.md shows the rules as they are. `UPDATE_DOCS=1 swift test --filter DocumentTests` writes its tables.
@Suite struct DocumentTests {
  static let document = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../docs/translation.md").standardizedFileURL

  @Test func `the tables of the document are the rules`() throws {
    let text = try String(contentsOf: Self.document, encoding: .utf8)
    var expected = text
    for (name, table) in Self.tables {
      let begin = "<!-- table: \(name) -->\n"
      let start = try #require(expected.range(of: begin), "\(name)")
      let end = try #require(expected.range(of: "<!-- end -->", range: start.upperBound..<expected.endIndex))
      expected.replaceSubrange(start.upperBound..<end.lowerBound, with: table)
    }
    if ProcessInfo.processInfo.environment["UPDATE_DOCS"] != nil {
      try expected.write(to: Self.document, atomically: true, encoding: .utf8)
    } else {
      #expect(text == expected, "run UPDATE_DOCS=1 swift test --filter DocumentTests")
    }
  }

  private static let tables: [(String, String)] = [
    ("properties", properties), ("others", others), ("to-http", toHTTP), ("to-bolt", toBolt),
    ("replies", replies),
    ("serializers", serializers), ("losses", losses),
  ]

  private static func table(_ head: [String], _ rows: [[String]]) -> String {
    let lines = [head, head.map { _ in "---" }] + rows
    return lines.map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
  }

  private static var properties: String {
    let rows = FieldRule.all.filter { $0.sent != .never || $0.role == .hidden }
    return table(
      ["field", "sent", "accepted", "meaning", "who needs it"],
      rows.map { rule in
        [
          "`\(rule.name)`", sent(rule), rule.role == .number ? range(rule.values) : "\(rule.role)",
          "\(rule.meaning)",
          "\(rule.peers)",
        ]
      })
  }

  private static func sent(_ rule: FieldRule) -> String {
    if rule.property == .map { return "requests; answers to one of ours" }
    return switch rule.sent {
    case .never: "never"
    case .always: "always"
    case .requests: "requests"
    case .responses: "answers"
    case .compatibleRequests: "requests, under compatibility"
    case .v2: "v2 frames"
    case .withoutContent: "when there is no content"
    }
  }

  private static func range(_ values: ClosedRange<Int64>) -> String {
    values == .min ... .max ? "see its meaning" : "\(values.lowerBound) to \(values.upperBound)"
  }

  private static var others: String {
    let rows = FieldRule.all.filter { $0.sent == .never && $0.role != .hidden }
    return table(
      ["field", "role", "beside the property set", "without it", "an entry of that name", "remark"],
      rows.map { rule in
        let (with, without) =
          switch rule.role {
          case .hop: ("dropped", "dropped")
          case .target, .added: ("dropped, kept under compatibility", "kept")
          case .read: ("kept", "kept")
          case .number, .text, .derived, .hidden: ("", "")
          }
        let entry = rule.role == .added || rule.role == .read ? "a field" : "map field only"
        return ["`\(rule.name)`", "\(rule.role)", with, without, entry, "\(rule.meaning)"]
      })
  }

  private static var toHTTP: String {
    let rows = StatusRule.toHTTP
    return table(
      ["bolt", "name", ":status", ""],
      rows.enumerated().map { index, rule in
        index == rows.count - 1
          ? ["other", "", "\(rule.http)", "\(rule.why)"]
          : ["\(rule.bolt.rawValue)", rule.bolt.name ?? "", "\(rule.http)", "\(rule.why)"]
      })
  }

  private static var toBolt: String {
    table(
      [":status", "bolt", "name", ""],
      StatusRule.toBolt.map { rule in
        [
          rule.http == 0 ? "other" : "\(rule.http)", "\(rule.bolt.rawValue)", rule.bolt.name ?? "",
          "\(rule.why)",
        ]
      })
  }

  private static var replies: String {
    table(
      [
        "the proxy answers because", ":status", "bolt", "bolt under compatibility (MOSN 0.2.1)",
        "grpc-status",
      ],
      LocalReply.rules.map { rule in
        [
          "\(rule.reply)", "\(rule.http)", "\(rule.bolt.rawValue) \(rule.bolt)",
          "\(rule.mosn.rawValue) \(rule.mosn)", "\(rule.grpc)",
        ]
      })
  }

  private static var serializers: String {
    table(
      ["codec", "content-type", "sofa_head_serialize_type"],
      SerializerRule.all.map {
        ["\($0.codec.rawValue) \($0.codec)", "`\($0.contentType)`", "`\($0.serializeType)`"]
      })
  }

  private static var losses: String {
    let meanings: [TranslationLoss.Kind: String] = [
      .mapFieldOnly: "to HTTP/2: no field can carry the entry or class name, only the map field does",
      .dropped: "to HTTP/2: no field can carry the entry or class name, and the map field is switched off",
      .keyCase: "to HTTP/2: the key is not all lower case, and the map field is switched off",
      .spaces: "to HTTP/2: the value has spaces at its ends, and the map field is switched off",
      .command: "to HTTP/2: an answer with another command than RPC_RESPONSE became one",
      .joined: "to bolt: fields of one name became one entry, joined by commas (cookies by `; `)",
      .missing: "to bolt: an entry the map field refers to was taken away or joined to another on the way",
      .mapField: "to bolt: the map field, or the spelling of one key in it, was passed over",
      .echo: "to bolt: an error of MOSN's own echoed its request, which was passed over",
    ]
    return table(
      ["kind", "what happened"], TranslationLoss.Kind.allCases.map { ["\($0.rawValue)", meanings[$0] ?? ""] })
  }
}
