/// The 31-bit number of a stream (RFC 9113 §5.1.1): odd ones are the client's, even ones the server's, 0 is the
/// connection itself.
@frozen
public struct H2StreamID: RawRepresentable, Hashable, Comparable, Sendable, ExpressibleByIntegerLiteral {
  public var rawValue: UInt32

  /// The reserved bit is dropped, as §4.1 has receivers do.
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue & 0x7FFF_FFFF }
  @inlinable public init(integerLiteral value: UInt32) { self.init(rawValue: value) }

  public static let connection = H2StreamID(rawValue: 0)
  /// The last there can be; a connection that reaches it takes no more streams.
  public static let last = H2StreamID(rawValue: 0x7FFF_FFFF)

  @inlinable public var isConnection: Bool { rawValue == 0 }

  /// Whether `role` is the side that may open this stream; false for the connection itself.
  @inlinable public func isOpened(by role: H2Role) -> Bool {
    rawValue != 0 && (rawValue & 1 == 1) == (role == .client)
  }

  @inlinable public static func < (a: H2StreamID, b: H2StreamID) -> Bool { a.rawValue < b.rawValue }
}

extension H2StreamID: CustomStringConvertible {
  public var description: String { "\(rawValue)" }
}
