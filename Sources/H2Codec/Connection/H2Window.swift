/// A flow-control window (RFC 9113 §6.9): how many bytes of DATA may still be sent.
///
/// It can be negative: a lower INITIAL_WINDOW_SIZE takes back what has already been used, at most 2^31-1, so
/// that 32 bits hold every value.
@frozen public struct H2Window: Sendable, Equatable {
  public static let maximum = 0x7FFF_FFFF
  /// Before SETTINGS and WINDOW_UPDATE say otherwise (§6.9.2).
  public static let initial = 65535

  @usableFromInline var stored: Int32

  @inlinable public init(_ size: Int = initial) {
    stored = Int32(clamping: size)
  }

  @inlinable public var size: Int { Int(stored) }

  /// False, and nothing changes, where the sum is above 2^31-1.
  @inlinable public mutating func widen(by increment: Int) -> Bool {
    let sum = Int(stored) + increment
    guard sum <= Self.maximum, sum >= Int(Int32.min) else { return false }
    stored = Int32(truncatingIfNeeded: sum)
    return true
  }

  /// False, and nothing changes, where `count` is more than there is.
  @inlinable public mutating func use(_ count: Int) -> Bool {
    guard count <= Int(stored) else { return count == 0 }
    stored -= Int32(truncatingIfNeeded: count)
    return true
  }
}
