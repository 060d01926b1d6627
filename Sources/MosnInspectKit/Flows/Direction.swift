/// One of the two ways that bytes go on a connection.
enum Direction: UInt8, CaseIterable {
  /// As the first packet seen went.
  case forward
  case backward

  @inline(__always)
  var other: Direction { self == .forward ? .backward : .forward }
}
