import MosnPackets
import MosnText

/// One JSON object per message and line. The schema is documented in docs/inspect.md.
public struct JSONRenderer: Renderer {
  public var output = Output()

  private var writer = JSONWriter()
  private var scratch = Output()
  private var contents: ContentReader
  private let files: [String]

  /// - Parameters:
  ///   - maxContent: bytes of content at most, before base64.
  ///   - files: the names of files that are read together.
  public init(maxContent: Int, files: [String] = []) {
    self.init(contents: ContentReader(maxContent: maxContent), files: files)
  }

  public init(contents: ContentReader, files: [String] = []) {
    self.contents = contents
    self.files = files
  }

  public mutating func render(_ message: Message) {
    writer = JSONWriter(taking: &output.bytes)
    writer.beginObject()
    // Both are changed; this one lies within the other.
    var contents = contents.withdrawn()
    message.describe(to: &self, reading: &contents)
    self.contents = contents
    writer.endObject()
    writer.endLine()
    writer.finish(into: &output.bytes)
  }
}

extension JSONRenderer: MessageVisitor {
  public func wants(_ key: MessageKey) -> Bool { true }

  public mutating func number(_ key: MessageKey, _ value: Int64) {
    writer.key(key.name)
    writer.number(value)
  }

  public mutating func text(_ key: MessageKey, _ value: StaticString) {
    writer.key(key.name)
    writer.string(value)
  }

  public mutating func text(_ key: MessageKey, _ value: ArraySlice<UInt8>) {
    writer.key(key.name)
    writer.string(utf8: value.span.bytes)
  }

  public mutating func file(_ key: MessageKey, _ number: Int) {
    guard files.indices.contains(number - 1) else { return }
    text(key, ArraySlice(files[number - 1].utf8))
  }

  public mutating func time(_ key: MessageKey, _ nanoseconds: Int64) {
    scratch.removeAll()
    scratch.append(seconds: nanoseconds, digits: 9)
    text(key, scratch.bytes[...])
  }

  public mutating func endpoint(_ key: MessageKey, _ endpoint: Endpoint) {
    scratch.removeAll()
    scratch.append(endpoint)
    text(key, scratch.bytes[...])
  }

  public mutating func bytes(_ key: MessageKey, _ value: ArraySlice<UInt8>) {
    writer.key(key.name)
    writer.base64(value.span.bytes)
  }

  public mutating func json(_ key: MessageKey, _ value: ArraySlice<UInt8>) {
    writer.key(key.name)
    writer.value(json: value.span.bytes)
  }

  public mutating func beginHeaders(_ key: MessageKey) {
    writer.key(key.name)
    writer.beginArray()
  }

  public mutating func header(_ name: ArraySlice<UInt8>?, _ value: ArraySlice<UInt8>?) {
    writer.beginArray()
    for text in [name, value] {
      if let text { writer.string(utf8: text.span.bytes) } else { writer.null() }
    }
    writer.endArray()
  }

  public mutating func header(unknown index: Int64, entry: Int64, value: ArraySlice<UInt8>?) {
    writer.beginArray()
    writer.null()
    if let value { writer.string(utf8: value.span.bytes) } else { writer.null() }
    writer.beginObject()
    writer.key("index")
    writer.number(index)
    writer.key("entry")
    writer.number(entry)
    writer.endObject()
    writer.endArray()
  }

  public mutating func beginPairs(_ key: MessageKey) { beginHeaders(key) }

  public mutating func pair(_ first: Int64, _ second: Int64) {
    writer.beginArray()
    writer.number(first)
    writer.number(second)
    writer.endArray()
  }

  public mutating func endPairs() { endHeaders() }

  public mutating func numbers(_ key: MessageKey, _ values: [Int64]) {
    writer.key(key.name)
    writer.beginArray()
    for value in values { writer.number(value) }
    writer.endArray()
  }

  public mutating func endHeaders() { writer.endArray() }

  public mutating func findings(_ key: MessageKey, _ findings: [Finding]) {
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
