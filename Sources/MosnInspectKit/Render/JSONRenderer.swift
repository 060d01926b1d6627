import MosnPackets

/// One JSON object per message and line. The schema is documented in docs/inspect.md.
public struct JSONRenderer: Renderer {
  public var output: Output {
    get { writer.output }
    _modify { yield &writer.output }
  }

  private var writer = JSONWriter()
  private var scratch = Output()
  private let maxContent: Int

  /// `maxContent`: bytes of content at most, before base64.
  public init(maxContent: Int) { self.maxContent = maxContent }

  public mutating func render(_ message: Message) {
    writer.beginObject()
    message.describe(to: &self, maxContent: maxContent)
    writer.endObject()
    writer.endLine()
  }
}

extension JSONRenderer: MessageVisitor {
  mutating func number(_ key: StaticString, _ value: Int64) {
    writer.key(key)
    writer.number(value)
  }

  mutating func text(_ key: StaticString, _ value: StaticString) {
    writer.key(key)
    writer.string(value)
  }

  mutating func text(_ key: StaticString, _ value: ArraySlice<UInt8>) {
    writer.key(key)
    writer.string(bytes: value)
  }

  mutating func time(_ key: StaticString, _ nanoseconds: Int64) {
    scratch.removeAll()
    scratch.append(seconds: nanoseconds, digits: 9)
    text(key, scratch.bytes[...])
  }

  mutating func endpoint(_ key: StaticString, _ endpoint: Endpoint) {
    scratch.removeAll()
    scratch.append(endpoint)
    text(key, scratch.bytes[...])
  }

  mutating func bytes(_ key: StaticString, _ value: ArraySlice<UInt8>) {
    writer.key(key)
    writer.base64(value)
  }

  mutating func beginHeaders(_ key: StaticString) {
    writer.key(key)
    writer.beginArray()
  }

  mutating func header(_ name: ArraySlice<UInt8>?, _ value: ArraySlice<UInt8>?) {
    writer.beginArray()
    for text in [name, value] {
      if let text { writer.string(bytes: text) } else { writer.null() }
    }
    writer.endArray()
  }

  mutating func header(unknown index: Int64, entry: Int64, value: ArraySlice<UInt8>?) {
    writer.beginArray()
    writer.null()
    if let value { writer.string(bytes: value) } else { writer.null() }
    writer.beginObject()
    writer.key("index")
    writer.number(index)
    writer.key("entry")
    writer.number(entry)
    writer.endObject()
    writer.endArray()
  }

  mutating func beginPairs(_ key: StaticString) { beginHeaders(key) }

  mutating func pair(_ first: Int64, _ second: Int64) {
    writer.beginArray()
    writer.number(first)
    writer.number(second)
    writer.endArray()
  }

  mutating func endPairs() { endHeaders() }

  mutating func numbers(_ key: StaticString, _ values: [Int64]) {
    writer.key(key)
    writer.beginArray()
    for value in values { writer.number(value) }
    writer.endArray()
  }

  mutating func endHeaders() { writer.endArray() }

  mutating func findings(_ key: StaticString, _ findings: [Finding]) {
    writer.key(key)
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
