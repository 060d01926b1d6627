/// A frame that owns its bytes, for whoever keeps one or makes one.
public struct BoltMessage: Sendable, Hashable {
  public var head: BoltHead
  public var className: [UInt8]
  /// In the order of the wire; duplicates are kept.
  public var headers: [Header]
  public var content: [UInt8]

  /// An entry of the header map; nil is null (length -1), which is not empty.
  public struct Header: Sendable, Hashable {
    public var key: [UInt8]?
    public var value: [UInt8]?

    public init(key: [UInt8]?, value: [UInt8]?) {
      self.key = key
      self.value = value
    }

    public init(_ key: String, _ value: String) {
      self.init(key: Array(key.utf8), value: Array(value.utf8))
    }
  }

  public init(
    _ head: BoltHead, className: [UInt8] = [], headers: [Header] = [], content: [UInt8] = []
  ) {
    self.head = head
    self.className = className
    self.headers = headers
    self.content = content
  }

  public init(_ head: BoltHead, className: String, headers: [Header] = [], content: [UInt8] = []) {
    self.init(head, className: Array(className.utf8), headers: headers, content: content)
  }

  /// Copies `frame` out of the bytes it was parsed from. Throws when its header map does not walk.
  public init(_ frame: BoltFrame, in bytes: [UInt8]) throws(BoltError) {
    func owned(_ range: Range<Int>) -> [UInt8] { Array(bytes[range.clamped(to: bytes.indices)]) }
    let map = frame.headers(in: bytes)
    // No limit beyond the map's own length: who parsed the frame has counted.
    try map.check(limits: .none)
    self.init(
      frame.head, className: owned(frame.className),
      headers: map.map { Header(key: $0.key.map(owned), value: $0.value.map(owned)) },
      content: owned(frame.content))
  }
}
