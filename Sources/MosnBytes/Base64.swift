/// The digits of base64 (RFC 4648 §4) and base64url (§5), which have two of 64 for themselves.
@frozen @usableFromInline
package enum Base64: Sendable {
  case standard
  case url

  /// The digit of the lowest six bits.
  @inlinable @inline(__always)
  package func digit(_ bits: UInt32) -> UInt8 {
    let value = UInt8(truncatingIfNeeded: bits) & 63
    return switch value {
    case 0..<26: UInt8(ascii: "A") + value
    case 26..<52: UInt8(ascii: "a") - 26 + value
    case 52..<62: value - 52 + UInt8(ascii: "0")
    case 62: self == .standard ? UInt8(ascii: "+") : UInt8(ascii: "-")
    default: self == .standard ? UInt8(ascii: "/") : UInt8(ascii: "_")
    }
  }

  /// What a digit stands for; nil for other characters.
  @inlinable
  package func value(of character: UInt8) -> UInt32? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a")) + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0")) + 52
    case digit(62): 62
    case digit(63): 63
    default: nil
    }
  }
}
