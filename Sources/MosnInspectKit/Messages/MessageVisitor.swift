import BoltCodec
import MosnPackets

/// Is told every field of a message under its documented key, in the documented order (docs/inspect.md).
/// JSON and `-T fields` are two visitors, so that both always say the same; a stranger's sink is a third.
public protocol MessageVisitor {
  /// Whether a field is asked for, where telling it costs something.
  func wants(_ key: MessageKey) -> Bool
  mutating func number(_ key: MessageKey, _ value: Int64)
  mutating func text(_ key: MessageKey, _ value: StaticString)
  mutating func text(_ key: MessageKey, _ value: ArraySlice<UInt8>)
  /// The number of a file among those that are read together, from 1.
  mutating func file(_ key: MessageKey, _ number: Int)
  /// Nanoseconds since the epoch.
  mutating func time(_ key: MessageKey, _ nanoseconds: Int64)
  mutating func endpoint(_ key: MessageKey, _ endpoint: Endpoint)
  mutating func bytes(_ key: MessageKey, _ value: ArraySlice<UInt8>)
  /// A value of JSON.
  mutating func json(_ key: MessageKey, _ value: ArraySlice<UInt8>)
  mutating func beginHeaders(_ key: MessageKey)
  /// A header whose name or value is nil is null on the wire (bolt) or unknown to an observer (HTTP/2).
  mutating func header(_ name: ArraySlice<UInt8>?, _ value: ArraySlice<UInt8>?)
  /// A header of which an observer knows no more than its place in a table never seen: the index on the wire, and a
  /// number that is the same for the same entry. The value may be known.
  mutating func header(unknown index: Int64, entry: Int64, value: ArraySlice<UInt8>?)
  mutating func endHeaders()
  mutating func beginPairs(_ key: MessageKey)
  mutating func pair(_ first: Int64, _ second: Int64)
  mutating func endPairs()
  mutating func numbers(_ key: MessageKey, _ values: [Int64])
  mutating func findings(_ key: MessageKey, _ findings: [Finding])
}

extension MessageVisitor {
  /// For those who do not care what contents say.
  public mutating func json(_ key: MessageKey, _ value: ArraySlice<UInt8>) {}
}

extension Message {
  /// Walks the fields of the message; content is cut after `maxContent` bytes, and not unpacked.
  public func describe(to visitor: inout some MessageVisitor, maxContent: Int) {
    var contents = ContentReader(maxContent: maxContent)
    describe(to: &visitor, reading: &contents)
  }

  /// Walks the fields of the message.
  public func describe(to visitor: inout some MessageVisitor, reading contents: inout ContentReader) {
    visitor.number(.packet, Int64(place.packet.number))
    if place.packet.file > 0 { visitor.file(.file, place.packet.file) }
    visitor.time(.time, place.time)
    visitor.endpoint(.source, place.source)
    visitor.endpoint(.destination, place.destination)
    visitor.number(.flow, Int64(place.flow))
    switch content {
    case .bolt(let frame, let bytes): frame.describe(bytes, to: &visitor, reading: &contents)
    case .http2(let message): message.describe(to: &visitor, reading: &contents)
    case .http2Frame(let message): message.describe(to: &visitor, maxContent: contents.maxContent)
    case .findings(let known):
      visitor.text(.wireProtocol, known == .bolt ? "bolt" : "http2")
      visitor.text(.kind, "finding")
    }
    visitor.findings(.findings, findings)
  }
}
