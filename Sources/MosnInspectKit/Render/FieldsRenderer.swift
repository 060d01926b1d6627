import MosnPackets

/// One line per message with the chosen fields, like `tshark -T fields`.
///
/// `headers.NAME` chooses one header's value; several values of one field are joined by a comma.
public struct FieldsRenderer: Renderer {
  public var output = Output()

  private let columns: [Column]
  private let separator: String
  private let maxContent: Int
  private var cells: [Output]
  /// Of the list that is being walked: `headers` or `trailers`.
  private var list: StaticString = "headers"

  private struct Column: Sendable {
    var key: String
    /// The header asked for with `headers.NAME`.
    var header: [UInt8]?
  }

  public init(fields: [String], separator: String, withHeading: Bool, maxContent: Int) {
    columns = fields.map { field in
      let header = field.split(separator: ".", maxSplits: 1)
      guard header.count == 2, header[0] == "headers" else { return Column(key: field, header: nil) }
      return Column(key: "headers", header: Array(header[1].utf8))
    }
    cells = Array(repeating: Output(), count: fields.count)
    self.separator = separator
    self.maxContent = maxContent
    if withHeading {
      output.append(fields.joined(separator: separator))
      output.append(byte: UInt8(ascii: "\n"))
    }
  }

  /// The fields that can be chosen, beside `headers.NAME`.
  public static var fields: [String] { Message.keys }

  public static func isKnown(_ field: String) -> Bool {
    Message.keys.contains(field) || field.hasPrefix("headers.")
  }

  public mutating func render(_ message: Message) {
    for index in cells.indices { cells[index].removeAll() }
    message.describe(to: &self, maxContent: maxContent)
    for index in cells.indices {
      if index > 0 { output.append(separator) }
      output.append(cells[index].bytes)
    }
    output.append(byte: UInt8(ascii: "\n"))
  }

  private mutating func fill(_ key: StaticString, _ write: (inout Output) -> Void) {
    for index in columns.indices
    where columns[index].header == nil && columns[index].key == key.description {
      if !cells[index].bytes.isEmpty { cells[index].append(byte: UInt8(ascii: ",")) }
      write(&cells[index])
    }
  }
}

extension FieldsRenderer: MessageVisitor {
  mutating func number(_ key: StaticString, _ value: Int64) { fill(key) { $0.append(value) } }

  mutating func text(_ key: StaticString, _ value: StaticString) { fill(key) { $0.append(value) } }

  mutating func text(_ key: StaticString, _ value: ArraySlice<UInt8>) {
    fill(key) { $0.append(untrusted: value) }
  }

  mutating func time(_ key: StaticString, _ nanoseconds: Int64) {
    fill(key) { $0.append(seconds: nanoseconds, digits: 9) }
  }

  mutating func endpoint(_ key: StaticString, _ endpoint: Endpoint) {
    fill(key) { $0.append(endpoint) }
  }

  mutating func bytes(_ key: StaticString, _ value: ArraySlice<UInt8>) {
    fill(key) { output in for byte in value { output.append(hex: byte) } }
  }

  mutating func beginHeaders(_ key: StaticString) { list = key }

  mutating func header(_ name: ArraySlice<UInt8>?, _ value: ArraySlice<UInt8>?) {
    fill(list) { output in
      output.append(untrusted: name ?? [])
      output.append(byte: UInt8(ascii: "="))
      output.append(untrusted: value ?? [])
    }
    guard list.description == "headers", let name, let value else { return }
    for index in columns.indices where columns[index].header?.elementsEqual(name) == true {
      if !cells[index].bytes.isEmpty { cells[index].append(byte: UInt8(ascii: ",")) }
      cells[index].append(untrusted: value)
    }
  }

  mutating func header(unknown index: Int64, entry: Int64, value: ArraySlice<UInt8>?) {
    fill(list) { output in
      output.append("dyn[" as StaticString)
      output.append(index)
      output.append("]=" as StaticString)
      output.append(untrusted: value ?? [])
    }
  }

  mutating func beginPairs(_ key: StaticString) {}

  mutating func pair(_ first: Int64, _ second: Int64) {
    fill("settings") { output in
      output.append(first)
      output.append(byte: UInt8(ascii: "="))
      output.append(second)
    }
  }

  mutating func endPairs() {}

  mutating func numbers(_ key: StaticString, _ values: [Int64]) {
    for value in values { number(key, value) }
  }

  mutating func endHeaders() {}

  mutating func findings(_ key: StaticString, _ findings: [Finding]) {
    for finding in findings { fill(key) { $0.append(finding.rule) } }
  }
}
