import MosnBytes
import MosnPackets

/// One line per call with the chosen keys, like `tshark -T fields`.
public struct CallFieldsRenderer: Renderer {
  public var output = Output()

  private let keys: [CallKey]
  private let files: [String]
  private var cells: FieldCells

  /// - Parameters:
  ///   - fields: what `isKnown` says yes to; others are left out.
  ///   - files: the names of files that are read together.
  public init(fields: [String], layout: FieldsRenderer.Layout, files: [String] = []) {
    keys = fields.compactMap { CallKey($0) }
    self.files = files
    cells = FieldCells(keys.count, layout)
    layout.writeBeginning(fields, into: &output)
  }

  /// The keys that can be chosen.
  public static var fields: [String] { CallKey.allCases.map(\.name.description) }

  public static func isKnown(_ field: String) -> Bool { CallKey(field) != nil }

  /// The known field that one which is not may have meant.
  public static func nearest(to field: String) -> String? {
    Suggestion.nearest(to: field, among: fields) ?? fields.first { !field.isEmpty && $0.hasPrefix(field) }
  }

  public mutating func render(_ message: Message) {}

  public mutating func render(_ call: Call) {
    cells.clear()
    call.describe(to: &self)
    cells.write(into: &output)
  }

  private mutating func fill(_ key: CallKey, _ write: (inout Output) -> Void) {
    for index in keys.indices where keys[index] == key {
      cells.add(to: index) { output in
        write(&output)
        return true
      }
    }
  }
}

extension CallFieldsRenderer: CallVisitor {
  public mutating func number(_ key: CallKey, _ value: Int64) { fill(key) { $0.append(value) } }

  public mutating func milliseconds(_ key: CallKey, _ nanoseconds: Int64) {
    fill(key) { $0.append(milliseconds: nanoseconds, decimals: 6) }
  }

  public mutating func time(_ key: CallKey, _ nanoseconds: Int64) {
    fill(key) { $0.append(seconds: nanoseconds, digits: 9) }
  }

  public mutating func text(_ key: CallKey, _ value: StaticString) { fill(key) { $0.append(value) } }

  public mutating func text(_ key: CallKey, _ value: ArraySlice<UInt8>) {
    fill(key) { $0.append(untrusted: value) }
  }

  public mutating func text(_ key: CallKey, writtenBy write: (inout Output) -> Void) { fill(key, write) }

  public mutating func file(_ key: CallKey, _ number: Int) {
    let name = files.indices.contains(number - 1) ? files[number - 1] : ""
    fill(key) { $0.append(untrusted: ArraySlice(name.utf8)) }
  }

  public mutating func endpoint(_ key: CallKey, _ endpoint: Endpoint) { fill(key) { $0.append(endpoint) } }

  public mutating func findings(_ key: CallKey, _ findings: [Finding]) {
    for finding in findings { fill(key) { $0.append(finding.rule) } }
  }
}
