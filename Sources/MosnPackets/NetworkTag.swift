/// What the tags and tunnels around a packet say about the network it is in: VLAN identifiers, VXLAN and Geneve network
/// identifiers, GRE keys, outermost first. Several networks may use the same addresses.
///
/// They are mixed into one number, so that a tag costs no memory; two lists hardly ever give the same.
public struct NetworkTag: Hashable, Sendable {
  private var mixed: UInt64 = 0

  /// Of a packet in no network that is named.
  public static let none = NetworkTag()

  mutating func append(_ layer: Layer, _ identifier: UInt32) {
    mixed = (mixed ^ (UInt64(layer.rawValue) << 32 | UInt64(identifier))) &* 0x9E37_79B9_7F4A_7C15
    mixed ^= mixed >> 29
  }
}
