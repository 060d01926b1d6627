import MosnBytes

/// One entry of a SETTINGS frame (RFC 9113 §6.5.1).
@frozen public struct H2Setting: Sendable, Hashable {
  public var identifier: Identifier
  public var value: UInt32

  @inlinable public init(_ identifier: Identifier, _ value: UInt32) {
    self.identifier = identifier
    self.value = value
  }

  /// Open: a setting nobody knows keeps its number and is ignored.
  @frozen public struct Identifier: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt16
    @inlinable public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static let headerTableSize = Identifier(rawValue: 0x1)
    public static let enablePush = Identifier(rawValue: 0x2)
    public static let maxConcurrentStreams = Identifier(rawValue: 0x3)
    public static let initialWindowSize = Identifier(rawValue: 0x4)
    public static let maxFrameSize = Identifier(rawValue: 0x5)
    public static let maxHeaderListSize = Identifier(rawValue: 0x6)
    /// RFC 8441 §3.
    public static let enableConnectProtocol = Identifier(rawValue: 0x8)
    /// RFC 9218 §2.1.
    public static let noRFC7540Priorities = Identifier(rawValue: 0x9)
  }
}

extension H2Setting.Identifier: CustomStringConvertible {
  public var description: String {
    switch rawValue {
    case 0x1: "HEADER_TABLE_SIZE"
    case 0x2: "ENABLE_PUSH"
    case 0x3: "MAX_CONCURRENT_STREAMS"
    case 0x4: "INITIAL_WINDOW_SIZE"
    case 0x5: "MAX_FRAME_SIZE"
    case 0x6: "MAX_HEADER_LIST_SIZE"
    case 0x8: "ENABLE_CONNECT_PROTOCOL"
    case 0x9: "NO_RFC7540_PRIORITIES"
    default: "setting \(rawValue)"
    }
  }
}

/// The entries of a SETTINGS payload, walked one by one; a last incomplete one is left out.
public struct H2SettingSequence: Sequence, IteratorProtocol, Sendable {
  private let bytes: [UInt8]
  private var position: Int
  private let end: Int

  public init(bytes: [UInt8], range: Range<Int>) {
    self.bytes = bytes
    let whole = range.clamped(to: 0..<bytes.count)
    position = whole.lowerBound
    end = whole.upperBound
  }

  public mutating func next() -> H2Setting? {
    guard end - position >= 6 else { return nil }
    defer { position += 6 }
    let identifier = UInt16(bytes[position]) << 8 | UInt16(bytes[position + 1])
    return H2Setting(.init(rawValue: identifier), bytes.span.bytes.uint32(position + 2))
  }
}
