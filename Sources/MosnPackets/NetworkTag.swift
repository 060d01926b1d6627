/// What the tags and tunnels around a packet say about the network it is in: VLAN identifiers, VXLAN and Geneve network
/// identifiers, GRE keys, outermost first. Several networks may use the same addresses.
///
/// All of them in one number, so that a tag costs no memory. Four tags or so fit as they are; more, which hardly any
/// network has, are mixed into a number that hardly any other list gives.
///
///     bits from the top:  0 … 0 1 │ kind, identifier of the outermost │ … │ of the innermost
///     mixed:              1 …
public struct NetworkTag: Hashable, Sendable {
  private var packed: UInt64 = 0

  /// For hash functions: different tags have different words.
  package var word: UInt64 { packed }

  /// Of a packet in no network that is named.
  public static let none = NetworkTag()

  /// What names a network; the raw value stands in the tag.
  private enum Kind: UInt64 {
    case vlan, vxlan, geneve, gre

    init?(_ layer: Layer) {
      switch layer {
      case .vlan: self = .vlan
      case .vxlan: self = .vxlan
      case .geneve: self = .geneve
      case .gre: self = .gre
      default: return nil
      }
    }

    static let width = 2
    static let mask: UInt64 = (1 << width) - 1
    /// Bits of its identifiers.
    var identifierWidth: Int {
      switch self {
      case .vlan: 12
      case .vxlan, .geneve: 24
      case .gre: 32
      }
    }

    var mask: UInt64 { (1 << identifierWidth) - 1 }

    func describe(_ identifier: UInt64) -> String {
      switch self {
      case .vlan: "VLAN \(identifier)"
      case .vxlan: "VXLAN \(identifier)"
      case .geneve: "Geneve \(identifier)"
      case .gre: "GRE key \(identifier)"
      }
    }
  }

  private static let isMixed: UInt64 = 1 << 63

  /// Names a network inside those named so far.
  mutating func append(_ layer: Layer, _ identifier: UInt32) {
    guard let kind = Kind(layer) else { return mix(layer, identifier) }
    let before = packed == 0 ? 1 : packed
    let width = Kind.width + kind.identifierWidth
    guard before.leadingZeroBitCount > width else { return mix(layer, identifier) }
    // The kind below its identifier: a tag is read from its end.
    packed =
      (before << UInt64(width)) | (UInt64(identifier) & kind.mask) << UInt64(Kind.width) | kind.rawValue
  }

  private mutating func mix(_ layer: Layer, _ identifier: UInt32) {
    packed = (packed ^ (UInt64(layer.rawValue) << 32 | UInt64(identifier))) &* 0x9E37_79B9_7F4A_7C15
    packed = (packed ^ packed >> 29) | Self.isMixed
  }
}

extension NetworkTag: CustomStringConvertible {
  /// Such as `VLAN 10, VXLAN 5001`; empty for none.
  public var description: String {
    guard packed & Self.isMixed == 0 else { return "tags \(String(packed & ~Self.isMixed, radix: 16))" }
    var parts: [String] = []
    var rest = packed
    while rest > 1, let kind = Kind(rawValue: rest & Kind.mask) {
      rest >>= UInt64(Kind.width)
      parts.append(kind.describe(rest & kind.mask))
      rest >>= UInt64(kind.identifierWidth)
    }
    return parts.reversed().joined(separator: ", ")
  }
}
