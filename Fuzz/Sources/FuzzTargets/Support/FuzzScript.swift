/// An input read as a list of choices. When it has ended every choice is 0, so that every prefix of a script is one.
public struct FuzzScript {
  private let bytes: [UInt8]
  private var position = 0

  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  public var isOver: Bool { position >= bytes.count }

  public mutating func byte() -> UInt8 {
    guard position < bytes.count else { return 0 }
    position += 1
    return bytes[position - 1]
  }

  public mutating func flag() -> Bool { byte() & 1 == 1 }

  public mutating func integer<Value: FixedWidthInteger>(_: Value.Type = Value.self) -> Value {
    var value: Value = 0
    for _ in 0..<Value.bitWidth / 8 {
      value = value << (Value.bitWidth > 8 ? 8 : 0) | Value(truncatingIfNeeded: byte())
    }
    return value
  }

  /// A number of `range`, one byte of input for up to 256 of them and two for more.
  public mutating func choice(_ range: Range<Int>) -> Int {
    let choice = range.count <= 256 ? Int(byte()) : Int(integer(UInt16.self))
    return range.lowerBound + choice % max(1, range.count)
  }

  /// As many of the next bytes as there are.
  public mutating func take(_ count: Int) -> [UInt8] {
    let end = min(bytes.count, position + max(0, count))
    defer { position = end }
    return Array(bytes[position..<end])
  }

  /// Bytes behind a length of one byte, or of two where more than 255 make sense.
  public mutating func block(upTo longest: Int = 255) -> [UInt8] { take(choice(0..<longest + 1)) }

  public mutating func rest() -> [UInt8] { take(.max - position) }
}
