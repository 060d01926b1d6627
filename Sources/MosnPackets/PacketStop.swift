/// Where parsing ended before TCP was reached, and why.
public struct PacketStop: Error, Hashable, Sendable {
  /// The layer that could not be read, or behind which nothing can be.
  public let layer: Layer
  /// Where that layer begins in the packet's bytes.
  public let offset: Int
  public let reason: Reason

  public init(layer: Layer, offset: Int, reason: Reason) {
    self.layer = layer
    self.offset = offset
    self.reason = reason
  }

  /// The reasons by what they mean for the capture, for counting.
  public enum Kind: UInt8, Hashable, Sendable, CaseIterable {
    /// The capture was cut; the network is not to blame.
    case truncated
    case malformed
    /// A protocol, or a depth of nesting, that is not read here.
    case unsupported
    /// Read to the end, and not TCP.
    case notTCP
    /// To be put together first.
    case fragment
  }

  public enum Reason: Hashable, Sendable {
    /// The bytes were on the wire, but the capture was cut before them (snap length): `needed` bytes from
    /// `offset` on, `had` captured.
    case truncated(needed: Int, had: Int)
    /// Malformed: the layer needs more bytes than `source` leaves for it.
    case tooShort(needed: Int, had: Int, source: LengthSource)
    /// Malformed: a field breaks a rule.
    case invalid(Rule, found: Int)
    /// Another protocol follows, one that is not read here.
    case unsupported(Unsupported)
    /// The IP layer is whole and carries something other than TCP.
    case notTCP(IPProtocol)
    /// The IP layer is a fragment: `Packet.fragment` says which.
    case fragment
    /// More layers than `LayerStack.capacity`.
    case nestedTooDeeply
  }

  /// Who said how far a layer reaches.
  public enum LengthSource: UInt8, Hashable, Sendable {
    /// The capture: the packet's original length.
    case frame
    case ethernetLength, pppoeLength, nflogLength, ipv4TotalLength, ipv6PayloadLength, udpLength, gtpLength
  }

  /// The rules a field can break.
  public enum Rule: UInt8, Hashable, Sendable {
    case ipVersion, ipv4HeaderLength, ipv4TotalLength, tcpDataOffset, udpLength
    case ethernetLength, pppoeVersion, greVersion, nflogAttributeLength
  }

  /// What follows, named in the number space of the layer that names it.
  public enum Unsupported: Hashable, Sendable {
    case linkType(LinkType)
    case etherType(EtherType)
    case addressFamily(UInt32)
    case pppProtocol(UInt16)
    /// The destination service access point of an LLC header.
    case serviceAccessPoint(UInt8)
    /// The ARPHRD_ number of a cooked capture's interface.
    case hardwareType(UInt16)
    /// A layer whose payload cannot be told, such as an MPLS stack over an unknown protocol.
    case payload
  }
}

extension PacketStop {
  public var kind: Kind {
    switch reason {
    case .truncated: .truncated
    case .tooShort, .invalid: .malformed
    case .unsupported, .nestedTooDeeply: .unsupported
    case .notTCP: .notTCP
    case .fragment: .fragment
    }
  }
}

extension PacketStop: CustomStringConvertible {
  public var description: String { "\(layer) at \(offset): \(reason)" }
}

extension PacketStop.Reason: CustomStringConvertible {
  public var description: String {
    switch self {
    case .truncated(let needed, let had): "needs \(needed) bytes, \(had) were captured"
    case .tooShort(let needed, let had, let source): "needs \(needed) bytes, \(had) left by \(source)"
    case .invalid(let rule, let found): "\(rule), found \(found)"
    case .unsupported(let what): "carries \(what)"
    case .notTCP(let number): "carries \(number)"
    case .fragment: "a fragment"
    case .nestedTooDeeply: "more than \(LayerStack.capacity) layers"
    }
  }
}

extension PacketStop.LengthSource: CustomStringConvertible {
  public var description: String {
    switch self {
    case .frame: "the frame"
    case .ethernetLength: "the 802.3 length"
    case .pppoeLength: "the PPPoE length"
    case .nflogLength: "the NFLOG attribute length"
    case .ipv4TotalLength: "the IPv4 total length"
    case .ipv6PayloadLength: "the IPv6 payload length"
    case .udpLength: "the UDP length"
    case .gtpLength: "the GTP-U length"
    }
  }
}

extension PacketStop.Rule: CustomStringConvertible {
  public var description: String {
    switch self {
    case .ipVersion: "the IP version must be that of the layer before"
    case .ipv4HeaderLength: "an IPv4 header has 20 bytes at least"
    case .ipv4TotalLength: "the IPv4 total length covers the header"
    case .tcpDataOffset: "a TCP header has 20 bytes at least"
    case .udpLength: "the UDP length covers the header"
    case .ethernetLength: "an 802.3 length is 1500 at most"
    case .pppoeVersion: "PPPoE session data has version 1, type 1, code 0"
    case .greVersion: "GRE has version 0 or 1"
    case .nflogAttributeLength: "an NFLOG attribute covers its header"
    }
  }
}

extension PacketStop.Unsupported: CustomStringConvertible {
  public var description: String {
    switch self {
    case .linkType(let type): type.description
    case .etherType(let type): type.description
    case .addressFamily(let family): "address family \(family)"
    case .pppProtocol(let number): "PPP protocol 0x\(String(number, radix: 16))"
    case .serviceAccessPoint(let point): "LLC service access point 0x\(String(point, radix: 16))"
    case .hardwareType(let type): "hardware type \(type)"
    case .payload: "something unknown"
    }
  }
}
