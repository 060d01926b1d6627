/// What a reader of JSON takes at most.
public struct JSONLimits: Hashable, Sendable {
  /// Bytes of the text. A generated mesh configuration of some thousand clusters has a few MB.
  public var maximumBytes = 16 << 20
  /// Arrays and objects within each other. MOSN's own nest 20 deep; reading recurses, so that this bounds the stack.
  public var maximumDepth = 100
  /// Values of all kinds: a value takes far more memory than its two bytes of text (`1,`).
  public var maximumValues = 500_000

  public init() {}
}
