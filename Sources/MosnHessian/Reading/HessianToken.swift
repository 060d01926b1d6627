/// One step through a content: a value, or the beginning or the end of one that holds others.
public struct HessianToken: Sendable, Hashable {
  public enum Kind: UInt8, Sendable, Hashable {
    case null, boolean, int, long, double, date, string, binary
    /// To a list, a map or an object that began before, or is still open.
    case reference
    /// An object elsewhere: a type, and the address as a string.
    case remote
    case list, map, object
    /// Of the innermost list, map or object.
    case end
  }

  public let kind: Kind
  /// Whether the text or the data are in more than one chunk.
  let isChunked: Bool
  /// Number of the type in `HessianNames.types`, of an object's class in `.classes`; `none` without one.
  let name: UInt32
  let start: UInt32
  var stop: UInt32
  /// Numbers as their bits; of text and data where they begin (upper half) and how many units they have (lower half);
  /// of a list its declared length, or `undeclared`.
  var bits: UInt64

  static let none: UInt32 = .max
  static let undeclared: UInt64 = .max

  /// Its bytes in the content. Of a list, a map or an object: up to its first value.
  public var range: Range<Int> { Int(start)..<Int(stop) }
  /// Of an int, a long, a date (milliseconds since 1970), and the number that a reference names.
  public var integer: Int64 { Int64(bitPattern: bits) }
  public var double: Double { Double(bitPattern: bits) }
  public var boolean: Bool { bits != 0 }
  /// Of a string, or the address of a remote object.
  public var text: HessianText {
    HessianText(
      start: UInt32(truncatingIfNeeded: bits >> 32), end: stop, units: UInt32(truncatingIfNeeded: bits),
      isChunked: isChunked)
  }
  /// Of binary data.
  public var data: HessianData {
    HessianData(
      start: UInt32(truncatingIfNeeded: bits >> 32), end: stop, count: UInt32(truncatingIfNeeded: bits),
      isChunked: isChunked)
  }
  var nameIndex: Int? { name == Self.none ? nil : Int(name) }
}
