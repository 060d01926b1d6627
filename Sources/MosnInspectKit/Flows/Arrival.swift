/// When something came: the number of its packet in the capture, from 1, and its capture time.
public struct Arrival: Sendable, Equatable {
  public var packet: PacketNumber = 0
  /// Nanoseconds since the epoch.
  public var time: Int64 = 0

  public init(packet: PacketNumber = 0, time: Int64 = 0) { (self.packet, self.time) = (packet, time) }
}
