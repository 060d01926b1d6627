/// What a `FragmentReassembler` will hold for senders it does not trust.
public struct FragmentLimits: Sendable {
  /// Datagrams waiting for pieces at a time. A mesh hardly fragments; a flood of first pieces must not cost more
  /// than this many table entries. The oldest gives way.
  public var datagramsInFlight = 1_024
  /// Payload bytes held over all datagrams: room for 64 of the largest. The oldest datagram gives way.
  public var bytes = 4 << 20
  /// Pieces of one datagram. A datagram of 65,535 bytes over the smallest link IPv4 allows (68 bytes, 48 of them
  /// payload) has 1,366; more are sent only to make insertion slow.
  public var fragmentsPerDatagram = 1_366
  /// How long after its first piece a datagram is given up, in nanoseconds of capture time: the 60 seconds of
  /// RFC 8200 §4.5. Linux gives up after 30; a patient bystander loses nothing but memory, which is bounded.
  public var lifetime: Int64 = 60_000_000_000

  public init() {}

  public static let standard = Self()
}
