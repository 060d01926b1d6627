/// What a reader takes at most. The defaults are far above what services say to each other and keep what is read small.
public struct HessianLimits: Sendable, Hashable {
  /// Bytes of a content; as much as SOFABolt's peers are known to send fits.
  public var size = 16 << 20 {
    didSet { size = min(size, Int(Int32.max)) }
  }
  /// Lists, maps and objects in one another. 1...512: everything that walks the tree recurses so deep.
  public var depth = 128 {
    didSet { depth = min(max(depth, 1), 512) }
  }
  /// Values, with the names of classes and fields: each takes 32 bytes of memory, and at least one of input.
  public var values = 262_144

  public init() {}
}
