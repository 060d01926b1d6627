/// A header the parser knows. IPv6 extension headers and AH belong to the IP layer before them.
public enum Layer: UInt8, Hashable, Sendable, CaseIterable {
  /// The captured packet itself, before its first header.
  case frame = 0
  case null, linuxSLL, linuxSLL2, nflog, fddi, ciscoHDLC
  case ethernet, vlan, llc, providerBackbone, fabricPath, vnTag, eTag
  case pppoe, ppp, mpls, pseudowire
  case ipv4, ipv6
  case gre, erspan, vxlan, geneve, gtpUser
  case tcp, udp
}

extension Layer: CustomStringConvertible {
  /// The name as people write it.
  public var description: String {
    switch self {
    case .frame: "frame"
    case .null: "NULL"
    case .linuxSLL: "SLL"
    case .linuxSLL2: "SLL2"
    case .nflog: "NFLOG"
    case .fddi: "FDDI"
    case .ciscoHDLC: "Cisco HDLC"
    case .ethernet: "Ethernet"
    case .vlan: "VLAN"
    case .llc: "LLC"
    case .providerBackbone: "802.1ah"
    case .fabricPath: "FabricPath"
    case .vnTag: "VN-Tag"
    case .eTag: "E-TAG"
    case .pppoe: "PPPoE"
    case .ppp: "PPP"
    case .mpls: "MPLS"
    case .pseudowire: "pseudowire"
    case .ipv4: "IPv4"
    case .ipv6: "IPv6"
    case .gre: "GRE"
    case .erspan: "ERSPAN"
    case .vxlan: "VXLAN"
    case .geneve: "Geneve"
    case .gtpUser: "GTP-U"
    case .tcp: "TCP"
    case .udp: "UDP"
    }
  }
}

/// The layers of one packet, outermost first, in sixteen bytes: no allocation, and equal stacks can be counted
/// in a dictionary.
public struct LayerStack: Hashable, Sendable {
  /// One byte a layer, the outermost lowest; `Layer.frame` (0) never stands in it.
  private var packed: UInt128 = 0
  public private(set) var count = 0

  public init() {}

  /// Layers one stack can hold: the bound on how deeply a packet may nest. Sixteen is beyond what networks
  /// build (VXLAN of a tagged frame over tagged Ethernet has nine).
  public static let capacity = 16

  /// False if the stack is full.
  mutating func push(_ layer: Layer) -> Bool {
    guard count < Self.capacity else { return false }
    packed |= UInt128(layer.rawValue) &<< UInt128(truncatingIfNeeded: 8 &* count)
    count += 1
    return true
  }

  /// How often `layer` occurs.
  public func occurrences(of layer: Layer) -> Int {
    reduce(0) { $0 + ($1 == layer ? 1 : 0) }
  }
}

extension LayerStack: RandomAccessCollection {
  public var startIndex: Int { 0 }
  public var endIndex: Int { count }

  public subscript(index: Int) -> Layer {
    Layer(rawValue: UInt8(truncatingIfNeeded: packed &>> UInt128(truncatingIfNeeded: 8 &* index))) ?? .frame
  }
}

extension LayerStack: CustomStringConvertible {
  /// Such as `Ethernet/VLAN/IPv4/TCP`.
  public var description: String { map(\.description).joined(separator: "/") }
}
