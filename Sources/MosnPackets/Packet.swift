/// What the layers below an application's bytes say: a plain value, made without an allocation, whose ranges
/// are offsets into the bytes it was parsed from.
///
/// Where packets are tunnelled, the addresses, ports and lengths are those of the innermost IP layer reached.
/// Checksums are not looked at: offloading leaves them wrong in captures of the sender's own machine.
public struct Packet: Sendable {
  /// Every layer read, outermost first; the last may be the one at which parsing stopped.
  public internal(set) var layers = LayerStack()
  /// The VLAN identifiers of all tags met, outermost first.
  public internal(set) var vlans = VLANIdentifiers()
  /// The network that tags and tunnels name.
  public internal(set) var network = NetworkTag.none
  /// `IPAddress.unspecified` if no IP layer was reached.
  public internal(set) var source = IPAddress.unspecified
  /// `IPAddress.unspecified` if no IP layer was reached.
  public internal(set) var destination = IPAddress.unspecified
  /// What the IP layer carries, behind its extension headers; nil if no IP layer was reached.
  public internal(set) var ipProtocol: IPProtocol?
  /// IPv4 time to live or IPv6 hop limit; copies of one packet seen on two hops differ in it.
  public internal(set) var timeToLive: UInt8 = 0
  /// The IPv4 identification, for telling a repeated packet from a retransmission; nil over IPv6.
  public internal(set) var ipIdentification: UInt16?
  /// Set when parsing reached TCP.
  public internal(set) var tcp: TCPSegment?
  /// Set when the innermost IP layer carries UDP.
  public internal(set) var udp: UDPDatagram?
  /// Set when the innermost IP layer is a fragment.
  public internal(set) var fragment: IPFragment?
  /// Why parsing ended; nil if a TCP header was read whole.
  public internal(set) var stop: PacketStop?

  init() {}

  /// Parses a captured packet. Never fails: `stop` tells how far parsing got and why.
  ///
  /// - Parameter originalLength: the packet's bytes on the wire; more than `bytes` holds if the capture cut it.
  public static func parse(_ bytes: RawSpan, linkType: LinkType, originalLength: Int) -> Packet {
    var parser = PacketParser(captured: bytes.byteCount, original: originalLength)
    parser.parse(bytes, from: .link(linkType))
    return parser.packet
  }

  /// Parses bytes that begin with an IP header, such as `ReassembledDatagram.bytes`.
  ///
  /// - Parameter network: that of the packets it came in.
  public static func parse(datagram bytes: RawSpan, in network: NetworkTag = .none) -> Packet {
    var parser = PacketParser(captured: bytes.byteCount, original: bytes.byteCount)
    parser.packet.network = network
    parser.parse(bytes, from: .internet)
    return parser.packet
  }
}

extension Packet {
  /// Where the TCP segment comes from; nil without one.
  @inlinable
  public var sourceEndpoint: Endpoint? {
    tcp.map { Endpoint(address: source, port: $0.sourcePort) }
  }

  /// Where the TCP segment goes; nil without one.
  @inlinable
  public var destinationEndpoint: Endpoint? {
    tcp.map { Endpoint(address: destination, port: $0.destinationPort) }
  }
}

/// The VLAN identifiers of a packet, outermost first. More than four tags are passed over, but not kept.
public struct VLANIdentifiers: Hashable, Sendable {
  /// Sixteen bits each, the outermost lowest.
  private var packed: UInt64 = 0
  public private(set) var count = 0

  public init() {}

  mutating func append(_ identifier: UInt16) {
    guard count < 4 else { return }
    packed |= UInt64(identifier) << UInt64(16 * count)
    count += 1
  }
}

extension VLANIdentifiers: RandomAccessCollection {
  public var startIndex: Int { 0 }
  public var endIndex: Int { count }

  public subscript(index: Int) -> UInt16 {
    UInt16(truncatingIfNeeded: packed >> UInt64(16 * index))
  }
}
