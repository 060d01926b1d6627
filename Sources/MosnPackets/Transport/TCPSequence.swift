/// A position in a TCP byte stream, modulo 2^32 (RFC 9293 §3.4).
///
/// Not `Comparable`: on a circle `<` is no order. Two positions are told apart by their `distance`, which is
/// right as long as they lie less than 2^31 bytes apart.
@frozen
public struct TCPSequence: RawRepresentable, Hashable, Sendable {
  public let rawValue: UInt32

  @inlinable
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// How many bytes `other` lies ahead of this position; negative if it lies behind. -2^31 ..< 2^31.
  @inlinable
  public func distance(to other: Self) -> Int {
    Int(Int32(bitPattern: other.rawValue &- rawValue))
  }

  /// The position `count` bytes ahead, or behind if negative.
  @inlinable
  public func advanced(by count: Int) -> Self {
    Self(rawValue: rawValue &+ UInt32(truncatingIfNeeded: count))
  }

  @inlinable
  public func precedes(_ other: Self) -> Bool { distance(to: other) > 0 }
}

extension TCPSequence: CustomStringConvertible {
  public var description: String { "\(rawValue)" }
}
