import MosnPackets

/// One line per message with the chosen fields, like `tshark -T fields`. A field that is there several times, such as
/// `headers.NAME`, is one cell.
public struct FieldsRenderer: Renderer {
  public var output = Output()

  private var contents: ContentReader
  private let files: [String]
  private let selectors: [FieldSelector]
  private var cells: FieldCells
  /// All keys that a column needs.
  private let wanted: MessageKeys
  /// Of the list that is being walked.
  private var list = MessageKey.headers
  private var first: Int64?

  /// How cells are written, as tshark's `-E` has it.
  public struct Layout: Sendable {
    public var separator = "\t"
    /// Around each cell, and written twice where it stands in one (RFC 4180 with `"`); nil for none.
    public var quote: UInt8?
    /// Between the values of one field.
    public var aggregator = ","
    public var occurrence = Occurrence.all
    public var hasHeading = false
    /// Whether it begins with U+FEFF, by which spreadsheets know UTF-8.
    public var hasByteOrderMark = false
    public enum Occurrence: Sendable { case first, last, all }
    public init() {}
  }

  /// - Parameters:
  ///   - fields: what `isKnown` says yes to; others stay empty.
  ///   - files: the names of files that are read together.
  public init(fields: [String], layout: Layout, maxContent: Int, files: [String] = []) {
    self.init(fields: fields, layout: layout, contents: ContentReader(maxContent: maxContent), files: files)
  }

  public init(fields: [String], layout: Layout, contents: ContentReader, files: [String] = []) {
    self.contents = contents
    self.files = files
    selectors = fields.compactMap { FieldSelector($0) }
    cells = FieldCells(selectors.count, layout)
    wanted = selectors.reduce([]) { $0.union($1.keys) }
    layout.writeBeginning(fields, into: &output)
  }

  /// The keys that can be chosen, beside `headers.NAME`, `trailers.NAME` and tshark's names.
  public static var fields: [String] { MessageKey.allCases.map(\.name.description) }

  public static func isKnown(_ field: String) -> Bool { FieldSelector(field) != nil }

  /// Whether one of them shows bytes of bodies.
  public static func showsContent(_ fields: [String]) -> Bool {
    let contents: MessageKeys = [
      .init(.content), .init(.contentUnpacked), .init(.contentForm), .init(.contentValue),
      .init(.contentError),
    ]
    return fields.contains { !(FieldSelector($0)?.keys.isDisjoint(with: contents) ?? true) }
  }

  /// The known field that one which is not may have meant.
  public static func nearest(to field: String) -> String? { FieldSelector.nearest(to: field) }

  public mutating func begin(at time: Int64) { if first == nil { first = time } }

  public mutating func render(_ message: Message) {
    cells.clear()
    var contents = contents.withdrawn()
    message.describe(to: &self, reading: &contents)
    self.contents = contents
    cells.write(into: &output)
  }

  /// Writes a value into the columns that show this key or part of it.
  private mutating func fill(
    _ key: MessageKey, _ write: (FieldSelector.Part, inout Output) -> Bool
  ) {
    let key = MessageKeys(key)
    guard wanted.contains(key) else { return }
    for index in selectors.indices where selectors[index].keys.contains(key) {
      let part = selectors[index].part
      cells.add(to: index) { write(part, &$0) }
    }
  }

  private mutating func whole(_ key: MessageKey, _ write: (inout Output) -> Void) {
    fill(key) { part, output in
      guard part == .whole else { return false }
      write(&output)
      return true
    }
  }
}

extension FieldsRenderer: MessageVisitor {
  public func wants(_ key: MessageKey) -> Bool { wanted.contains(MessageKeys(key)) }

  public mutating func number(_ key: MessageKey, _ value: Int64) { whole(key) { $0.append(value) } }

  public mutating func text(_ key: MessageKey, _ value: StaticString) { whole(key) { $0.append(value) } }

  public mutating func text(_ key: MessageKey, _ value: ArraySlice<UInt8>) {
    whole(key) { $0.append(untrusted: value) }
  }

  public mutating func file(_ key: MessageKey, _ number: Int) {
    let name = files.indices.contains(number - 1) ? files[number - 1] : ""
    whole(key) { $0.append(untrusted: ArraySlice(name.utf8)) }
  }

  public mutating func time(_ key: MessageKey, _ nanoseconds: Int64) {
    let first = self.first ?? nanoseconds
    fill(key) { part, output in
      switch part {
      case .sinceStart: output.append(seconds: nanoseconds.subtractingClamped(first), digits: 9)
      case .date: output.append(date: nanoseconds, offset: 0, withDate: true)
      default: output.append(seconds: nanoseconds, digits: 9)
      }
      return true
    }
  }

  public mutating func endpoint(_ key: MessageKey, _ endpoint: Endpoint) {
    fill(key) { part, output in
      switch part {
      case .address(let isIPv6):
        guard (endpoint.address.family == .ipv6) == isIPv6 else { return false }
        output.append(endpoint.address)
      case .port: output.append(endpoint.port)
      default: output.append(endpoint)
      }
      return true
    }
  }

  public mutating func bytes(_ key: MessageKey, _ value: ArraySlice<UInt8>) {
    whole(key) { output in for byte in value { output.append(hex: byte) } }
  }

  public mutating func json(_ key: MessageKey, _ value: ArraySlice<UInt8>) {
    whole(key) { $0.append(value) }
  }

  public mutating func beginHeaders(_ key: MessageKey) { list = key }

  public mutating func header(_ name: ArraySlice<UInt8>?, _ value: ArraySlice<UInt8>?) {
    fill(list) { part, output in
      switch part {
      case .header(let wanted):
        guard let name, let value, name.count == wanted.count, name.elementsEqual(wanted) else {
          return false
        }
        output.append(untrusted: value)
      case .headerNames: output.append(untrusted: name ?? [])
      case .headerValues: output.append(untrusted: value ?? [])
      default:
        output.append(untrusted: name ?? [])
        output.append(byte: UInt8(ascii: "="))
        output.append(untrusted: value ?? [])
      }
      return true
    }
  }

  public mutating func header(unknown index: Int64, entry: Int64, value: ArraySlice<UInt8>?) {
    fill(list) { part, output in
      switch part {
      case .header: return false
      case .headerValues: output.append(untrusted: value ?? [])
      default:
        output.append("dyn[" as StaticString)
        output.append(index)
        output.append(byte: UInt8(ascii: "]"))
        if part == .headerNames { return true }
        output.append(byte: UInt8(ascii: "="))
        output.append(untrusted: value ?? [])
      }
      return true
    }
  }

  public mutating func endHeaders() {}

  public mutating func beginPairs(_ key: MessageKey) { list = key }

  public mutating func pair(_ first: Int64, _ second: Int64) {
    whole(list) { output in
      output.append(first)
      output.append(byte: UInt8(ascii: "="))
      output.append(second)
    }
  }

  public mutating func endPairs() {}

  public mutating func numbers(_ key: MessageKey, _ values: [Int64]) {
    for value in values { number(key, value) }
  }

  public mutating func findings(_ key: MessageKey, _ findings: [Finding]) {
    for finding in findings { whole(key) { $0.append(finding.rule) } }
  }
}
