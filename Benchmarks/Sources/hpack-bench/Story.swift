import Foundation

/// A story of http2jp/hpack-test-case: the header blocks of one connection and what they say.
struct Story: Decodable {
  struct Case: Decodable {
    /// The header block as hexadecimal digits; stories of raw data have none.
    let wire: String?
    let headers: [[String: String]]
    /// The SETTINGS_HEADER_TABLE_SIZE that was acknowledged just before this block.
    let headerTableSize: Int?

    enum CodingKeys: String, CodingKey {
      case wire, headers
      case headerTableSize = "header_table_size"
    }

    /// Names and values in order.
    var fields: [(name: String, value: String)] {
      headers.compactMap { $0.first.map { ($0.key, $0.value) } }
    }

    var block: [UInt8] { wire.map(octets) ?? [] }
  }

  let cases: [Case]

  /// The stories of one directory, in the order of their names.
  static func all(in directory: URL) throws -> [(name: String, story: Story)] {
    try FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "json" }
      .sorted { $0.lastPathComponent < $1.lastPathComponent }
      .map { ($0.lastPathComponent, try JSONDecoder().decode(Story.self, from: Data(contentsOf: $0))) }
  }
}

func octets(_ hex: String) -> [UInt8] {
  let digits = hex.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
  return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}
