import MosnPackets
import Support
import Testing

@Suite struct IPAddressTests {
  /// RFC 5952 §4 and §5.
  @Test(
    arguments: [
      (0x2001_0DB8_0000_0000, 1, "2001:db8::1"),
      (0, 0, "::"), (0, 1, "::1"),
      (0x2001_0DB8_0000_0001, 0x0001_0001_0001_0001, "2001:db8:0:1:1:1:1:1"),
      (0x2001_0000_0000_0001, 1, "2001:0:0:1::1"),
      (0x2001_0DB8_0000_0000, 0x0001_0000_0000_0001, "2001:db8::1:0:0:1"),
      (0x0001_0000_0000_0000, 0, "1::"),
      (0, 0x0000_0000_0001_0000, "::1:0"),
      (0x00AB_0CDE_F000_0001, 0x0002_0003_0004_0005, "ab:cde:f000:1:2:3:4:5"),
      (0, 0x0000_FFFF_C000_0201, "::ffff:192.0.2.1"),
    ] as [(UInt64, UInt64, String)])
  func ipv6Text(high: UInt64, low: UInt64, text: String) {
    #expect(IPAddress(ipv6: high, low).description == text)
  }

  @Test func ipv4Text() {
    #expect(IPAddress(ipv4: 0xC0A8_0A01).description == "192.168.10.1")
    #expect(IPAddress(ipv4: .max).description == "255.255.255.255")
    #expect(IPAddress.unspecified.description == "0.0.0.0")
  }

  @Test func endpoints() {
    #expect(Endpoint(address: IPAddress(ipv4: 0x0102_0304), port: 80).description == "1.2.3.4:80")
    #expect(Endpoint(address: IPAddress(ipv6: 0, 1), port: 65535).description == "[::1]:65535")
    #expect(Endpoint(address: .unspecified, port: 0).description == "0.0.0.0:0")
  }

  @Test func familiesDiffer() {
    #expect(IPAddress(ipv4: 1) != IPAddress(ipv6: 0, 1))
    #expect(IPAddress(ipv4: .max) < IPAddress(ipv6: 0, 0))
    #expect(IPAddress(ipv6: 1, 0) > IPAddress(ipv6: 0, .max))
    #expect(IPAddress(ipv6: 0x0102_0304_0506_0708, 0x090A_0B0C_0D0E_0F10).bytes == Array(1...16))
  }
}

@Suite struct TCPSequenceTests {
  /// The vectors on which a modulus of 2^32 - 1 goes wrong.
  @Test(
    arguments: [
      (0xFFFF_FFFF, 0, 1), (0xFFFF_FFF0, 0x10, 32), (0, 0xFFFF_FFFF, -1), (0x10, 0xFFFF_FFF0, -32),
      (0, 0, 0), (100, 200, 100), (200, 100, -100),
      (0, 0x7FFF_FFFF, 0x7FFF_FFFF), (0, 0x8000_0000, -0x8000_0000),
    ] as [(UInt32, UInt32, Int)])
  func distance(from: UInt32, to: UInt32, distance: Int) {
    let (start, end) = (TCPSequence(rawValue: from), TCPSequence(rawValue: to))
    #expect(start.distance(to: end) == distance)
    #expect(start.advanced(by: distance) == end)
    #expect(start.precedes(end) == (distance > 0))
  }

  @Test func walksRoundTheCircle() {
    let seed = UInt64.random(in: 0 ... .max)
    var random = SeededRandom(seed: seed)
    for _ in 0..<1_000 {
      let start = TCPSequence(rawValue: .random(in: 0 ... .max, using: &random))
      let count = Int.random(in: -0x8000_0000...0x7FFF_FFFF, using: &random)
      #expect(start.distance(to: start.advanced(by: count)) == count, "seed \(seed)")
    }
  }

  @Test func lengthCountsSYNAndFIN() {
    func length(_ flags: TCPFlags) -> Int? {
      Packet.parse(PacketBytes.ipv4(.tcp, PacketBytes.tcp([1], flags: flags)), .raw).tcp?.sequenceLength
    }
    #expect(length([.acknowledgement]) == 1)
    #expect(length([.syn]) == 2)
    #expect(length([.syn, .fin]) == 3)
  }
}

@Suite struct LayerStackTests {
  @Test func namesAreTold() {
    let packet = Packet.parse(PacketBytes.tagged([(0x8100, 5)], 0x0800, PacketBytes.segment))
    #expect(packet.layers.description == "Ethernet/VLAN/IPv4/TCP")
    #expect(packet.layers.occurrences(of: .ipv4) == 1)
    #expect(packet.sourceEndpoint?.description == "10.0.0.1:40000")
    #expect(packet.destinationEndpoint?.description == "10.0.0.2:80")
  }

  @Test func everyLayerHasItsOwnName() {
    #expect(Set(Layer.allCases.map(\.description)).count == Layer.allCases.count)
  }

  @Test func moreThanFourTagsArePassedOver() {
    let tags = (1...5).map { (UInt16(0x8100), UInt16($0)) }
    let packet = Packet.parse(PacketBytes.tagged(tags, 0x0800, PacketBytes.segment))
    #expect(Array(packet.vlans) == [1, 2, 3, 4])
    #expect(packet.tcp != nil)
  }
}
