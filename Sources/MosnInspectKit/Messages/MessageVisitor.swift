import BoltCodec
import MosnPackets

/// Is told every field of a message under its documented key, in the documented order (docs/inspect.md).
/// JSON and `-T fields` are two visitors, so that both always say the same.
protocol MessageVisitor {
  mutating func number(_ key: StaticString, _ value: Int64)
  mutating func text(_ key: StaticString, _ value: StaticString)
  mutating func text(_ key: StaticString, _ value: ArraySlice<UInt8>)
  /// Nanoseconds since the epoch.
  mutating func time(_ key: StaticString, _ nanoseconds: Int64)
  mutating func endpoint(_ key: StaticString, _ endpoint: Endpoint)
  mutating func bytes(_ key: StaticString, _ value: ArraySlice<UInt8>)
  mutating func beginHeaders(_ key: StaticString)
  /// A header whose name or value is nil is null on the wire (bolt) or unknown to an observer (HTTP/2).
  mutating func header(_ name: ArraySlice<UInt8>?, _ value: ArraySlice<UInt8>?)
  /// A header of which an observer knows no more than its place in a table never seen: the index on the wire, and a
  /// number that is the same for the same entry. The value may be known.
  mutating func header(unknown index: Int64, entry: Int64, value: ArraySlice<UInt8>?)
  mutating func endHeaders()
  mutating func beginPairs(_ key: StaticString)
  mutating func pair(_ first: Int64, _ second: Int64)
  mutating func endPairs()
  mutating func numbers(_ key: StaticString, _ values: [Int64])
  mutating func findings(_ key: StaticString, _ findings: [Finding])
}

extension Message {
  /// Walks the fields of the message; content is cut after `maxContent` bytes.
  func describe(to visitor: inout some MessageVisitor, maxContent: Int) {
    visitor.number("packet", Int64(place.packet))
    visitor.time("time", place.time)
    visitor.endpoint("src", place.source)
    visitor.endpoint("dst", place.destination)
    switch content {
    case .bolt(let frame, let bytes):
      frame.describe(bytes, to: &visitor, maxContent: maxContent)
    case .http2(let message): message.describe(to: &visitor)
    case .http2Frame(let message): message.describe(to: &visitor)
    case .findings(let known):
      visitor.text("protocol", known == .bolt ? "bolt" : "http2")
      visitor.text("kind", "finding")
    }
    visitor.findings("findings", findings)
  }

  /// Every key of every kind of message, for `-T fields` and its errors.
  public static let keys: [String] = (BoltFrame.keys + HTTP2Message.keys + HTTP2FrameMessage.keys)
    .reduce(into: []) { keys, key in if !keys.contains(key) { keys.append(key) } }
}
