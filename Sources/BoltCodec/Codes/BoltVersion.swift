/// The protocol code, byte 0 of every frame. One stream may mix both.
///
/// Closed: any other code has a layout nobody here knows (13 is Ant's internal TR).
public enum BoltVersion: UInt8, Sendable, Hashable {
  case v1 = 1
  case v2 = 2
}
