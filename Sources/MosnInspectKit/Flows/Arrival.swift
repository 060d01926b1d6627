/// When something came: the number of its packet in the capture, from 1, and its capture time.
struct Arrival: Equatable {
  var packet: PacketNumber = 0
  /// Nanoseconds since the epoch.
  var time: Int64 = 0
}
