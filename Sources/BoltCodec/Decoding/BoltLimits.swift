/// What a decoder accepts. Lengths are refused as soon as the fixed header declares them, before anything of
/// the body is awaited.
public struct BoltLimits: Sendable, Hashable {
  /// Longest class name in bytes. Its 16-bit field already bounds what must be held; SOFA's own are under 60.
  public var className = 65_535

  /// Longest header map in bytes. Its 16-bit field already bounds what must be held; MOSN passes 40,000 on.
  public var headerMap = 65_535

  /// Longest content in bytes. Neither SOFABolt nor MOSN has a limit, so one header of 22 bytes makes them
  /// wait for, and hold, up to 4 GiB. 16 MiB is far above any RPC seen and bounds what a connection may hold.
  public var content = 16 << 20

  /// Most entries of a header map. An entry may be as small as 8 bytes, so 64 KiB of map is 8,191 of them, each
  /// of which someone will index or copy; SOFARPC sends about ten, tracing and baggage included.
  public var headerEntries = 1_024

  /// Refuse class names and header maps above 32,767 bytes. SOFABolt reads these lengths as signed shorts, loses
  /// step above that and closes; MOSN reads them unsigned. Off, since a peer that is not Java is served by it.
  public var refusesSignedLengths = false

  /// Read answers of v2 whose `ver1` is 0, as sofa-bolt-go makes them, as frames without a CRC-32. Off, since SOFABolt
  /// waits for ever on them.
  public var acceptsVer1Zero = false

  public init() {}

  var longestClassName: Int { refusesSignedLengths ? min(className, Self.signedMaximum) : className }
  var longestHeaderMap: Int { refusesSignedLengths ? min(headerMap, Self.signedMaximum) : headerMap }

  /// Everything the fields can say.
  static var none: BoltLimits {
    var limits = BoltLimits()
    limits.content = .max
    limits.headerEntries = .max
    return limits
  }

  private static let signedMaximum = 32_767
}
