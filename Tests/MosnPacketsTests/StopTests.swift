import MosnPackets
import Testing

/// Each reason not to reach TCP, as data and in words.
@Suite struct StopTests {
  @Test func unknownLinkType() {
    let stop = Packet.parse([1, 2, 3], LinkType(rawValue: 147)).stop
    #expect(stop == PacketStop(.frame, 0, .unsupported(.linkType(LinkType(rawValue: 147)))))
    #expect(stop?.description == "frame at 0: carries link type 147")
  }

  @Test func otherEtherType() {
    let packet = Packet.parse(PacketBytes.ethernet(0x0806, [0, 1]))
    #expect(packet.stop == PacketStop(.ethernet, 0, .unsupported(.etherType(.arp))))
    #expect(packet.stop?.description == "Ethernet at 0: carries ethertype 0x0806")
    #expect(packet.source == .unspecified)
    #expect(packet.ipProtocol == nil)
  }

  @Test func notTCP() {
    let packet = Packet.parse(PacketBytes.ethernet(0x0800, PacketBytes.ipv4(.icmp, [8, 0])))
    #expect(packet.stop == PacketStop(.ipv4, 14, .notTCP(.icmp)))
    #expect(packet.stop?.description == "IPv4 at 14: carries ICMP")
    #expect(packet.ipProtocol == .icmp)
  }

  @Test func udpIsReadAndNotTCP() {
    let packet = Packet.parse(PacketBytes.ipv4(.udp, PacketBytes.udp([1, 2, 3]) + [0, 0]), .raw)
    #expect(packet.stop?.reason == .notTCP(.udp))
    #expect(packet.udp?.destinationPort == 53)
    #expect(packet.udp?.payload == 28..<31)
    #expect(packet.udp?.payloadLength == 3)
  }

  @Test func cutAndShortAreToldApart() {
    let frame = PacketBytes.ethernet(0x0800, PacketBytes.segment)
    let cut = Packet.parse(Array(frame[..<24]), originalLength: frame.count)
    #expect(cut.stop == PacketStop(.ipv4, 14, .truncated(needed: 20, had: 10)))
    #expect(cut.stop?.description == "IPv4 at 14: needs 20 bytes, 10 were captured")
    let short = Packet.parse(Array(frame[..<24]))
    #expect(short.stop == PacketStop(.ipv4, 14, .tooShort(needed: 20, had: 10, source: .frame)))
  }

  @Test func kinds() {
    let kinds: [PacketStop.Kind?] = [
      Packet.parse([], .raw, originalLength: 1), Packet.parse([], .raw),
      Packet.parse([], LinkType(rawValue: 147)),
      Packet.parse(PacketBytes.ipv4(.icmp, []), .raw),
      Packet.parse(PacketBytes.ipv4(.tcp, [], fragment: 1), .raw),
    ].map(\.stop?.kind)
    #expect(kinds == [.truncated, .malformed, .unsupported, .notTCP, .fragment])
  }

  @Test func theShortLengthIsNamed() {
    let packet = Packet.parse(
      PacketBytes.ipv4(.tcp, PacketBytes.tcp(PacketBytes.request), totalLength: 32), .raw)
    #expect(packet.stop == PacketStop(.tcp, 20, .tooShort(needed: 20, had: 12, source: .ipv4TotalLength)))
    #expect(packet.stop?.description == "TCP at 20: needs 20 bytes, 12 left by the IPv4 total length")
  }

  @Test(arguments: [
    (0, 0x55, PacketStop.Rule.ipVersion, 5), (0, 0x44, .ipv4HeaderLength, 16), (3, 19, .ipv4TotalLength, 19),
    (32, 0x40, .tcpDataOffset, 16),
  ])
  func brokenRules(offset: Int, byte: Int, rule: PacketStop.Rule, found: Int) {
    var bytes = PacketBytes.segment
    bytes[offset] = UInt8(byte)
    #expect(Packet.parse(bytes, .ipv4).stop?.reason == .invalid(rule, found: found))
  }

  @Test func otherRules() {
    let udp = PacketBytes.ipv4(.udp, PacketBytes.udp([], length: 7))
    #expect(Packet.parse(udp, .raw).stop?.reason == .invalid(.udpLength, found: 7))
    #expect(
      Packet.parse(PacketBytes.ethernet(1501, [0])).stop?.reason == .invalid(.ethernetLength, found: 1501))
    let pppoe = PacketBytes.ethernet(0x8864, [0x21, 0, 0, 0, 0, 0])
    #expect(Packet.parse(pppoe).stop?.reason == .invalid(.pppoeVersion, found: 0x2100))
    let gre = PacketBytes.ipv4(.gre, [0, 2, 8, 0])
    #expect(Packet.parse(gre, .raw).stop?.reason == .invalid(.greVersion, found: 2))
    let nflog: [UInt8] = [2, 0, 0, 0, 3, 0, 1, 0]
    #expect(Packet.parse(nflog, .nflog).stop?.reason == .invalid(.nflogAttributeLength, found: 3))
  }

  @Test func optionsCutLeaveTheSegment() throws {
    let bytes = PacketBytes.ipv4(.tcp, PacketBytes.tcp([1, 2, 3], options: [1, 1, 1, 1]))
    let packet = Packet.parse(Array(bytes[..<42]), .raw, originalLength: bytes.count)
    let tcp = try #require(packet.tcp)
    #expect(tcp.payload.isEmpty)
    #expect(tcp.payloadLength == 3)
    #expect(tcp.options == 40..<42)
    #expect(packet.stop == PacketStop(.tcp, 20, .truncated(needed: 24, had: 22)))
  }

  @Test func nestingIsBounded() {
    var bytes = PacketBytes.segment
    for _ in 0..<LayerStack.capacity - 2 { bytes = PacketBytes.ipv4(.ipv4, bytes) }
    let deepest = Packet.parse(bytes, .raw)
    #expect(deepest.tcp != nil)
    #expect(deepest.layers.count == LayerStack.capacity)
    let deeper = Packet.parse(PacketBytes.ipv4(.ipv4, bytes), .raw)
    #expect(deeper.tcp == nil)
    #expect(deeper.stop?.reason == .nestedTooDeeply)
  }

  @Test func lengthBeyondTheFrameIsNotBelieved() {
    let packet = Packet.parse(
      PacketBytes.ipv4(.tcp, PacketBytes.tcp([1, 2, 3]), totalLength: 1_500), .raw)
    #expect(packet.tcp?.payloadLength == 3)
  }

  @Test func tunnelPortWithoutTunnel() {
    for (port, payload) in [(4789, [0, 0, 0, 0, 0, 0, 0, 0]), (6081, [0xC0]), (2152, [1])]
      as [(UInt16, [UInt8])]
    {
      let packet = Packet.parse(PacketBytes.ipv4(.udp, PacketBytes.udp(payload, to: port)), .raw)
      #expect(packet.stop?.reason == .notTCP(.udp))
    }
  }

  @Test func innermostAddressesWhereATunnelBreaks() {
    let packet = Packet.parse(PacketBytes.ipv4(.ipv6, [0x60, 0]), .raw)
    #expect(packet.source == PacketBytes.source)
    #expect(packet.stop == PacketStop(.ipv6, 20, .tooShort(needed: 40, had: 2, source: .ipv4TotalLength)))
  }
}

extension PacketStop {
  fileprivate init(_ layer: Layer, _ offset: Int, _ reason: Reason) {
    self.init(layer: layer, offset: offset, reason: reason)
  }
}
