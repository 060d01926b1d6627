import MosnPackets
import Support
import Testing

@Suite struct FragmentReassemblerTests {
  /// A TCP segment of 20 + 100 bytes, to be cut.
  static let whole = PacketBytes.tcp((0..<100).map { UInt8($0) })

  /// The IPv4 fragment of `whole` that holds `range`.
  static func fragment(_ range: Range<Int>, of bytes: [UInt8] = whole, identification: UInt16 = 7) -> [UInt8]
  {
    let more: UInt16 = range.upperBound < bytes.count ? 0x2000 : 0
    return PacketBytes.ipv4(
      .tcp, Array(bytes[range]), identification: identification, fragment: more | UInt16(range.lowerBound / 8)
    )
  }

  static func fragment6(_ range: Range<Int>, identification: UInt32 = 7) -> [UInt8] {
    let more: UInt16 = range.upperBound < whole.count ? 1 : 0
    return PacketBytes.ipv6(
      .hopByHop,
      [44, 0, 1, 4, 0, 0, 0, 0] + [6, 0] + PacketBytes.big(UInt16(range.lowerBound) | more)
        + PacketBytes.big(identification) + Array(whole[range]))
  }

  @Test func inOrder() throws {
    var reassembler = FragmentReassembler()
    #expect(reassembler.feed(Self.fragment(0..<48)) == .kept)
    #expect(reassembler.feed(Self.fragment(48..<96)) == .kept)
    #expect(reassembler.inFlight == 1)
    let datagram = try #require(reassembler.feed(Self.fragment(96..<120)).datagram)
    #expect(datagram.bytes == PacketBytes.ipv4(.tcp, Self.whole, identification: 7, fragment: 0))
    #expect(!datagram.hasConflict)
    #expect(reassembler.inFlight == 0)
    let packet = datagram.parse()
    #expect(packet.stop == nil)
    #expect(packet.tcp?.payloadLength == 100)
    #expect(Array(packet.layers) == [.ipv4, .tcp])
  }

  @Test func ipv6KeepsTheUnfragmentablePart() throws {
    var reassembler = FragmentReassembler()
    #expect(reassembler.feed(Self.fragment6(64..<120)) == .kept)
    let datagram = try #require(reassembler.feed(Self.fragment6(0..<64)).datagram)
    #expect(datagram.bytes == PacketBytes.ipv6(.hopByHop, [6, 0, 1, 4, 0, 0, 0, 0] + Self.whole))
    #expect(datagram.parse().tcp?.payloadLength == 100)
  }

  /// Any cut, any order, with repetitions and overlaps that agree: the datagram comes out, exactly once.
  @Test func anyOrderAndOverlap() throws {
    let seed = UInt64.random(in: 0 ... .max)
    var random = SeededRandom(seed: seed)
    for _ in 0..<300 {
      var pieces: [Range<Int>] = []
      var start = 0
      while start < Self.whole.count {
        let end = min(start + 8 * Int.random(in: 1...5, using: &random), Self.whole.count)
        pieces.append(max(0, start - 8 * Int.random(in: 0...2, using: &random))..<end)
        start = end
      }
      let last = pieces.removeLast()  // the piece that completes it comes last, so that nothing follows
      pieces += pieces.filter { _ in Bool.random(using: &random) }
      pieces.shuffle(using: &random)
      var reassembler = FragmentReassembler()
      for piece in pieces {
        #expect(reassembler.feed(Self.fragment(piece)) == .kept, "seed \(seed)")
      }
      let datagram = try #require(reassembler.feed(Self.fragment(last)).datagram, "seed \(seed)")
      #expect(Array(datagram.bytes[20...]) == Self.whole, "seed \(seed)")
      #expect(!datagram.hasConflict, "seed \(seed)")
    }
  }

  @Test func firstBytesStayAndTheConflictIsTold() throws {
    var reassembler = FragmentReassembler()
    var other = Self.whole
    for index in 40..<64 { other[index] ^= 0xFF }
    #expect(reassembler.feed(Self.fragment(48..<120)) == .kept)
    let datagram = try #require(reassembler.feed(Self.fragment(0..<64, of: other)).datagram)
    #expect(datagram.hasConflict)
    #expect(Array(datagram.bytes[68...]) == Array(Self.whole[48...]))
    #expect(Array(datagram.bytes[20..<68]) == Array(other[..<48]))
  }

  @Test func datagramsAreToldApart() {
    var reassembler = FragmentReassembler()
    #expect(reassembler.feed(Self.fragment(0..<48)) == .kept)
    #expect(reassembler.feed(Self.fragment(48..<120, identification: 8)) == .kept)
    #expect(reassembler.feed(Self.fragment6(48..<120)) == .kept)
    #expect(reassembler.inFlight == 3)
  }

  @Test func aFragmentInsideATunnelOfFragments() throws {
    let inner = [Self.fragment(0..<64), Self.fragment(64..<120)]
    var reassembler = FragmentReassembler()
    var result: Packet?
    for (index, bytes) in inner.enumerated() {
      let tunnelled = PacketBytes.ipv4(.ipv4, bytes)
      let payload = Array(tunnelled[20...])
      for range in [0..<40, 40..<payload.count] {
        let more: UInt16 = range.upperBound < payload.count ? 0x2000 : 0
        let piece = PacketBytes.ipv4(
          .ipv4, Array(payload[range]), identification: UInt16(100 + index),
          fragment: more | UInt16(range.lowerBound / 8))
        guard let outer = reassembler.feed(piece).datagram else { continue }
        let packet = outer.parse()
        #expect(packet.fragment != nil)
        if case .complete(let whole) = reassembler.receive(packet, bytes: outer.bytes.span.bytes, at: 0) {
          result = whole.parse()
        }
      }
    }
    #expect(try #require(result).tcp?.payloadLength == 100)
  }

  // MARK: - What is refused

  @Test func noFragment() {
    var reassembler = FragmentReassembler()
    #expect(reassembler.feed(PacketBytes.segment) == .refused(.noFragment))
  }

  @Test func cutByTheCapture() {
    var reassembler = FragmentReassembler()
    let bytes = Self.fragment(0..<48)
    #expect(reassembler.feed(Array(bytes.dropLast()), originalLength: bytes.count) == .refused(.truncated))
    #expect(reassembler.inFlight == 0)
  }

  @Test func emptyPieces() {
    var reassembler = FragmentReassembler()
    #expect(reassembler.feed(Self.fragment(0..<0)) == .refused(.empty))
    #expect(reassembler.feed(Self.fragment(8..<15)) == .refused(.empty))
    #expect(reassembler.inFlight == 0)
  }

  @Test func tooLong() {
    var reassembler = FragmentReassembler()
    let last = PacketBytes.ipv4(.tcp, [UInt8](repeating: 0, count: 8), fragment: 0x1FFF)
    #expect(reassembler.feed(last) == .refused(.tooLong))
    let longest = PacketBytes.ipv4(.tcp, [UInt8](repeating: 0, count: 7), fragment: 0x1FFF)
    #expect(reassembler.feed(longest) == .kept)
  }

  @Test func theLongestDatagramStillParses() throws {
    var reassembler = FragmentReassembler()
    let bytes = PacketBytes.tcp([UInt8](repeating: 1, count: 65_515))
    #expect(reassembler.feed(Self.fragment(0..<65_000, of: bytes)) == .kept)
    let datagram = try #require(reassembler.feed(Self.fragment(65_000..<65_535, of: bytes)).datagram)
    #expect(datagram.parse().tcp?.payloadLength == 65_515)
  }

  @Test func contradictingEnds() {
    var reassembler = FragmentReassembler()
    #expect(reassembler.feed(Self.fragment(96..<120)) == .kept)
    let longer = PacketBytes.tcp([UInt8](repeating: 0, count: 200))
    #expect(
      reassembler.feed(Self.fragment(96..<128, of: longer, identification: 7)) == .refused(.contradictingEnd))
    let earlier = PacketBytes.ipv4(.tcp, [1, 2, 3], identification: 7, fragment: 2)
    #expect(reassembler.feed(earlier) == .refused(.contradictingEnd))
    #expect(reassembler.feed(Self.fragment(0..<96)).datagram != nil)
  }

  // MARK: - Limits

  @Test func tooManyFragments() {
    var limits = FragmentLimits()
    limits.fragmentsPerDatagram = 3
    var reassembler = FragmentReassembler(limits: limits)
    for start in [0, 16, 32] { #expect(reassembler.feed(Self.fragment(start..<start + 8)) == .kept) }
    #expect(reassembler.feed(Self.fragment(48..<56)) == .refused(.tooManyFragments))
    #expect(reassembler.inFlight == 0)
    #expect(reassembler.abandoned == 1)
  }

  @Test func theOldestDatagramGivesWay() {
    var limits = FragmentLimits()
    limits.datagramsInFlight = 2
    var reassembler = FragmentReassembler(limits: limits)
    for identification in 1...3 as ClosedRange<UInt16> {
      #expect(reassembler.feed(Self.fragment(0..<48, identification: identification)) == .kept)
    }
    #expect(reassembler.inFlight == 2)
    #expect(reassembler.abandoned == 1)
    #expect(reassembler.feed(Self.fragment(48..<120, identification: 2)).datagram != nil)
    #expect(reassembler.feed(Self.fragment(48..<120, identification: 1)) == .kept)
  }

  @Test func bytesAreBounded() {
    var limits = FragmentLimits()
    limits.bytes = 96
    var reassembler = FragmentReassembler(limits: limits)
    #expect(reassembler.feed(Self.fragment(0..<48, identification: 1)) == .kept)
    #expect(reassembler.feed(Self.fragment(0..<48, identification: 2)) == .kept)
    #expect(reassembler.abandoned == 0)
    #expect(reassembler.feed(Self.fragment(0..<8, identification: 3)) == .kept)
    #expect(reassembler.abandoned == 1)
    let large = PacketBytes.tcp([UInt8](repeating: 0, count: 200))
    #expect(reassembler.feed(Self.fragment(0..<104, of: large, identification: 4)) == .refused(.noRoom))
    #expect(reassembler.inFlight == 0)
  }

  @Test func ageIsBounded() {
    var limits = FragmentLimits()
    limits.lifetime = 1_000
    var reassembler = FragmentReassembler(limits: limits)
    #expect(reassembler.feed(Self.fragment(0..<48), at: 5_000) == .kept)
    #expect(reassembler.feed(Self.fragment(48..<96), at: 6_000) == .kept)
    #expect(reassembler.feed(Self.fragment(96..<120), at: 6_001) == .kept)
    #expect(reassembler.abandoned == 1)
    #expect(reassembler.inFlight == 1)
  }

  @Test func timesOfAnySizeDoNoHarm() {
    var reassembler = FragmentReassembler()
    for time in [Int64.min, .max, 0, -1, .max] {
      #expect(reassembler.feed(Self.fragment(0..<48), at: time) == .kept)
    }
  }

  /// Completed datagrams leave nothing behind while an old one waits.
  @Test func manyDatagramsBehindAnUnfinishedOne() {
    var reassembler = FragmentReassembler()
    #expect(reassembler.feed(Self.fragment(0..<48, identification: 0)) == .kept)
    for identification in 1...1_000 as ClosedRange<UInt16> {
      #expect(reassembler.feed(Self.fragment(0..<48, identification: identification)) == .kept)
      #expect(reassembler.feed(Self.fragment(48..<120, identification: identification)).datagram != nil)
    }
    #expect(reassembler.inFlight == 1)
    #expect(reassembler.feed(Self.fragment(48..<120, identification: 0)).datagram != nil)
  }

  /// Random fragments of few datagrams: bounded, and the account of bytes never goes wrong (a negative one traps).
  @Test func randomFragments() {
    let seed = UInt64.random(in: 0 ... .max)
    var random = SeededRandom(seed: seed)
    var limits = FragmentLimits()
    (limits.datagramsInFlight, limits.bytes, limits.fragmentsPerDatagram) = (4, 2_000, 20)
    var reassembler = FragmentReassembler(limits: limits)
    for step in 0..<5_000 as Range<Int64> {
      let payload = random.bytes(Int.random(in: 0...300, using: &random))
      let bytes = PacketBytes.ipv4(
        .tcp, payload, identification: UInt16.random(in: 0...6, using: &random),
        fragment: UInt16.random(in: 0...60, using: &random) | (Bool.random(using: &random) ? 0x2000 : 0))
      if let datagram = reassembler.feed(bytes, at: step).datagram { _ = datagram.parse() }
      #expect(reassembler.inFlight <= 4, "seed \(seed)")
    }
  }
}

extension FragmentOutcome {
  fileprivate var datagram: ReassembledDatagram? {
    if case .complete(let datagram) = self { return datagram }
    return nil
  }
}

extension FragmentReassembler {
  fileprivate mutating func feed(
    _ bytes: [UInt8], originalLength: Int? = nil, at time: Int64 = 0
  ) -> FragmentOutcome {
    let packet = Packet.parse(bytes, .raw, originalLength: originalLength)
    return receive(packet, bytes: bytes.span.bytes, at: time)
  }
}
