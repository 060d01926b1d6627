/// What the inspector may hold at once. Every bound exists because a capture is untrusted and may be endless.
public struct InspectLimits: Sendable, Equatable {
  /// Bytes one direction may hold behind a hole, waiting for what is missing: about the largest window a
  /// receiver on a fast link keeps open before it must have seen the retransmission.
  public var pendingBytes = 1 << 20
  /// Segments one direction may hold behind a hole, so that a flood of tiny ones stays cheap to keep in order.
  public var pendingSegments = 4_096
  /// Nanoseconds of capture time a hole is waited for when the peer never acknowledged beyond it.
  public var holePatience: Int64 = 10_000_000_000
  /// Segments of the same direction that may still arrive late once the peer has acknowledged beyond a hole:
  /// then the bytes were received and only the capture lost them, but captures reorder by a few packets.
  public var acknowledgedHolePatience = 32
  /// Nanoseconds of capture time without anything new after which a reset is believed and what waited for more is shown:
  /// whatever was under way has come by then.
  public var resetPatience: Int64 = 10_000_000_000
  /// Nanoseconds of capture time for which packets of a connection that is over still count for its record: last
  /// acknowledgements, retransmissions.
  public var endPatience: Int64 = 1_000_000_000
  /// Bytes held for all connections together, all they need counted.
  public var totalBytes = 256 << 20
  /// Connections followed at once; beyond, the one that was silent longest is given up.
  public var connections = 65_536
  /// Nanoseconds of capture time without a packet after which a connection is given up; HTTP/2 between two calls is kept as
  /// long as there is room.
  public var idle: Int64 = 300_000_000_000

  public init() {}
}
