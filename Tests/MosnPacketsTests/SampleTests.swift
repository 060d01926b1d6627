import MosnPackets
import Support
import Testing

@Suite struct SampleTests {
  @Test(arguments: Sample.all)
  func reachesTCP(_ sample: Sample) throws {
    let packet = Packet.parse(sample.bytes, sample.linkType)
    #expect(packet.stop == nil)
    #expect(Array(packet.layers) == sample.layers)
    #expect(Array(packet.vlans) == sample.vlans)
    #expect(packet.ipProtocol == .tcp)
    #expect(packet.udp == nil)
    #expect(packet.fragment == nil)

    let isIPv6 = sample.layers.last { $0 == .ipv4 || $0 == .ipv6 } == .ipv6
    #expect(packet.source == (isIPv6 ? PacketBytes.source6 : PacketBytes.source))
    #expect(packet.destination == (isIPv6 ? PacketBytes.destination6 : PacketBytes.destination))
    #expect(packet.ipIdentification == (isIPv6 ? nil : 0x1234))
    #expect(packet.timeToLive == 64)

    let tcp = try #require(packet.tcp)
    #expect(tcp.sourcePort == 40000)
    #expect(tcp.destinationPort == 80)
    #expect(tcp.sequence.rawValue == 1000)
    #expect(tcp.acknowledgement.rawValue == 2000)
    #expect(tcp.flags == [.acknowledgement, .push])
    #expect(tcp.window == 256)
    #expect(Array(sample.bytes[tcp.payload]) == PacketBytes.request)
    #expect(tcp.payloadLength == PacketBytes.request.count)
  }

  /// A capture cut anywhere: what is read stays the same, and the stop says that bytes were cut.
  @Test(arguments: Sample.all)
  func cutByTheSnapLength(_ sample: Sample) throws {
    let whole = Packet.parse(sample.bytes, sample.linkType)
    let segment = try #require(whole.tcp)
    for length in 0..<sample.bytes.count {
      let cut = Packet.parse(
        Array(sample.bytes[..<length]), sample.linkType, originalLength: sample.bytes.count)
      #expect(cut.layers.elementsEqual(whole.layers.prefix(cut.layers.count)), "cut at \(length)")
      if let tcp = cut.tcp {
        #expect(tcp.sequence == segment.sequence)
        #expect(tcp.payloadLength == segment.payloadLength, "cut at \(length)")
        #expect(tcp.payload.upperBound <= length)
        #expect(
          tcp.payload.count == max(0, min(length, segment.payload.upperBound) - segment.payload.lowerBound))
      } else if isSpeculative(cut) {
        // An ethertype or a tunnel's port needs the bytes behind it to be believed.
      } else {
        let stop = try #require(cut.stop, "cut at \(length)")
        guard case .truncated(let needed, let had) = stop.reason else {
          Issue.record("cut at \(length): \(stop)")
          continue
        }
        #expect(had < needed, "cut at \(length)")
        #expect(stop.offset + had <= length, "cut at \(length)")
      }
    }
  }

  /// A frame that really is that short: malformed, never "cut".
  @Test(arguments: Sample.all)
  func endsEarly(_ sample: Sample) {
    for length in 0..<sample.bytes.count {
      let packet = Packet.parse(Array(sample.bytes[..<length]), sample.linkType)
      if case .truncated = packet.stop?.reason { Issue.record("cut at \(length): \(packet.stop as Any)") }
      if let tcp = packet.tcp { #expect(tcp.payload.count == tcp.payloadLength) }
    }
  }

  private func isSpeculative(_ packet: Packet) -> Bool {
    switch packet.stop?.reason {
    case .notTCP(.udp), .unsupported(.payload): true
    default: false
    }
  }
}

@Suite struct HostileBytesTests {
  static let linkTypes: [LinkType] = [
    .ethernet, .linuxSLL, .linuxSLL2, .null, .loop, .raw, .rawDLT, .rawOpenBSD, .ipv4, .ipv6, .ppp, .pppHDLC,
    .ciscoHDLC, .fddi, .nflog, LinkType(rawValue: 147),
  ]

  @Test(arguments: linkTypes)
  func randomBytes(_ linkType: LinkType) {
    let seed = UInt64.random(in: 0 ... .max)
    var random = SeededRandom(seed: seed)
    for _ in 0..<2_000 {
      let bytes = random.bytes(Int.random(in: 0...200, using: &random))
      check(Packet.parse(bytes, linkType, originalLength: length(bytes, &random)), bytes.count, seed)
    }
  }

  @Test(arguments: Sample.all)
  func mutatedSamples(_ sample: Sample) {
    let seed = UInt64.random(in: 0 ... .max)
    var random = SeededRandom(seed: seed)
    for _ in 0..<300 {
      var bytes = sample.bytes
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0 ... .max, using: &random)
      }
      check(Packet.parse(bytes, sample.linkType, originalLength: length(bytes, &random)), bytes.count, seed)
    }
  }

  @Test func originalLengthIsNotBelieved() {
    let frame = PacketBytes.ethernet(0x0800, PacketBytes.segment)
    for original in [Int.min, -1, 0, 1, Int.max] {
      #expect(Packet.parse(frame, originalLength: original).tcp?.payloadLength == PacketBytes.request.count)
    }
  }

  private func length(_ bytes: [UInt8], _ random: inout SeededRandom) -> Int {
    bytes.count + (Bool.random(using: &random) ? 0 : Int.random(in: 0...2_000, using: &random))
  }

  /// What holds for every packet: ranges lie in the bytes, and without TCP there is a reason. One expectation a
  /// packet, because expectations cost more than packets.
  private func check(_ packet: Packet, _ count: Int, _ seed: UInt64) {
    let ranges = [packet.tcp?.payload, packet.tcp?.options, packet.udp?.payload, packet.fragment?.payload]
    let inside = ranges.allSatisfy { range in
      range.map { $0.lowerBound >= 0 && $0.upperBound <= count } ?? true
    }
    let payload = packet.tcp.map { $0.payload.count <= $0.payloadLength } ?? (packet.stop != nil)
    if !inside || !payload { Issue.record("seed \(seed): \(packet)") }
    _ = packet.stop?.description
  }
}

extension Sample: CustomTestStringConvertible {
  var testDescription: String { name }
}
