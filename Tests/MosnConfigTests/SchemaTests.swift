import Foundation
import Testing

@testable import MosnConfig

@Suite struct SchemaTests {
  static let rows = Schema.tables.flatMap { table in table.rows.map { (table, $0) } }

  @Test func everyKeyIsReadOrSaidToHaveNoEffect() {
    for (table, row) in Self.rows {
      let path = "here.\(row.name)"
      let json = JSONValue(.object([JSONMember(row.name.uppercased(), row.example)]))
      let remarks = table.diagnose(json, "here").filter { $0.path == path }.map(\.message)
      if row.hasEffect {
        #expect(
          !remarks.contains { $0.contains("expected") || $0.contains("unknown key") },
          "\(table.title) \(row.name)")
        #expect(!remarks.contains("has no effect in mosnd"), "\(table.title) \(row.name)")
      } else {
        #expect(remarks == ["has no effect in mosnd"], "\(table.title) \(row.name)")
      }
    }
  }

  @Test func everyKeyThatHasAnEffectRefusesTheWrongType() {
    let wrong = JSONValue(.array([JSONValue(.array([JSONValue(.array([]))]))]))
    for (table, row) in Self.rows where row.hasEffect && row.name != "config" {
      let json = JSONValue(.object([JSONMember(row.name, wrong)]))
      let remarks = table.diagnose(json, "here").filter { $0.path.hasPrefix("here.\(row.name)") }
      #expect(
        remarks.contains { $0.message.contains("expected") && $0.message.contains("found an array") },
        "\(table.title) \(row.name)")
    }
  }

  @Test func everyTableHasLowerCaseNamesOnce() {
    for table in Schema.tables {
      #expect(Set(table.rows.map(\.name)).count == table.rows.count, "\(table.title)")
      #expect(table.rows.allSatisfy { $0.name == $0.name.lowercased() })
      #expect(table.rows.allSatisfy { !$0.meaning.contains("|") })
    }
    #expect(Set(Schema.tables.map(\.title)).count == Schema.tables.count)
  }

  /// `UPDATE_DOCS=1 swift test --filter SchemaTests` writes the tables anew.
  @Test func theTablesOfTheDocumentationAreTheseTables() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "../../docs/configuration.md").standardizedFileURL
    let text = try String(contentsOf: file, encoding: .utf8)
    let marks = ("<!-- keys: generated, see SchemaTests -->\n", "<!-- end of keys -->")
    let start = try #require(text.firstRange(of: marks.0)).upperBound
    let end = try #require(text.firstRange(of: marks.1)).lowerBound
    let tables = "\n" + Schema.tables.map { "### \($0.title)\n\n\($0.markdown)\n" }.joined()
    if ProcessInfo.processInfo.environment["UPDATE_DOCS"] == "1" {
      try (text[..<start] + tables + text[end...]).write(to: file, atomically: true, encoding: .utf8)
    } else {
      #expect(text[start..<end] == tables[...], "write them anew with UPDATE_DOCS=1")
    }
  }
}
