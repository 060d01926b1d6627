import MosnPackets
import MosnText

/// One JSON object per call and line. The schema is documented in docs/inspect.md.
public struct CallJSONRenderer: Renderer {
  public var output = Output()

  private var writer = JSONWriter()
  private var scratch = Output()
  private let files: [String]

  /// - Parameter files: the names of files that are read together.
  public init(files: [String] = []) { self.files = files }

  public mutating func render(_ message: Message) {}

  public mutating func render(_ call: Call) {
    writer = JSONWriter(taking: &output.bytes)
    writer.beginObject()
    call.describe(to: &self)
    writer.endObject()
    writer.endLine()
    writer.finish(into: &output.bytes)
  }
}

extension CallJSONRenderer: CallVisitor {
  public mutating func number(_ key: CallKey, _ value: Int64) {
    writer.key(key.name)
    writer.number(value)
  }

  public mutating func milliseconds(_ key: CallKey, _ nanoseconds: Int64) {
    scratch.removeAll()
    scratch.append(milliseconds: nanoseconds, decimals: 6)
    json(key, scratch.bytes[...])
  }

  private mutating func json(_ key: CallKey, _ value: ArraySlice<UInt8>) {
    writer.key(key.name)
    writer.value(json: value.span.bytes)
  }

  public mutating func time(_ key: CallKey, _ nanoseconds: Int64) {
    text(key) { $0.append(seconds: nanoseconds, digits: 9) }
  }

  public mutating func text(_ key: CallKey, _ value: StaticString) {
    writer.key(key.name)
    writer.string(value)
  }

  public mutating func text(_ key: CallKey, _ value: ArraySlice<UInt8>) {
    writer.key(key.name)
    writer.string(utf8: value.span.bytes)
  }

  public mutating func text(_ key: CallKey, writtenBy write: (inout Output) -> Void) {
    scratch.removeAll()
    write(&scratch)
    if !scratch.bytes.isEmpty { text(key, scratch.bytes[...]) }
  }

  public mutating func file(_ key: CallKey, _ number: Int) {
    if files.indices.contains(number - 1) { text(key, ArraySlice(files[number - 1].utf8)) }
  }

  public mutating func endpoint(_ key: CallKey, _ endpoint: Endpoint) { text(key) { $0.append(endpoint) } }

  public mutating func findings(_ key: CallKey, _ findings: [Finding]) {
    writer.key(key.name)
    writer.beginArray()
    for finding in findings {
      writer.beginObject()
      writer.key("rule")
      writer.string(finding.rule)
      writer.key("text")
      writer.string(finding.text)
      if !finding.section.isEmpty {
        writer.key("section")
        writer.string(finding.section)
      }
      writer.endObject()
    }
    writer.endArray()
  }
}
