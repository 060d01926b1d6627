/// Why a text is no JSON, or more of it than the limits allow.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
  public let position: SourcePosition
  /// The value that was being read, such as `servers[0].listeners`.
  public let path: String
  public let expected: String
  public let found: String

  public var description: String { "expected \(expected), found \(found)" }
}
