import H2Codec
import Support
import Testing

/// A stream of random honest frames and where each begins.
func randomFrames(_ count: Int, using random: inout SeededRandom) -> (wire: [UInt8], starts: [Int]) {
  var wire: [UInt8] = []
  var starts: [Int] = []
  for _ in 0..<count {
    starts.append(wire.count)
    let stream = H2StreamID(rawValue: UInt32.random(in: 0..<200, using: &random) * 2 + 1)
    switch Int.random(in: 0..<8, using: &random) {
    case 0, 1, 2:
      let length = Bool.random(using: &random) ? 16384 : Int.random(in: 0..<300, using: &random)
      let data = random.bytes(length)
      H2FrameEncoder.data(
        data.span.bytes, stream: stream, endStream: Bool.random(using: &random), into: &wire)
    case 3:
      H2FrameEncoder.headers(
        random.bytes(Int.random(in: 1..<200, using: &random)), stream: stream, into: &wire)
    case 4: H2FrameEncoder.windowUpdate(stream: stream, increment: 77, into: &wire)
    case 5: H2FrameEncoder.reset(.cancel, stream: stream, into: &wire)
    case 6: H2FrameEncoder.ping(random.next(), into: &wire)
    default: H2FrameEncoder.settings([H2Setting(.initialWindowSize, 1)], into: &wire)
    }
  }
  return (wire, starts)
}

@Suite struct FrameDecoderTests {
  @Test(arguments: [1, 2]) func anySplitGivesTheSameFrames(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let (wire, starts) = randomFrames(60, using: &random)
    let whole = H2FrameDecoder.preface + wire
    var decoder = H2FrameDecoder(.endpoint, start: .preface)
    var at = 0
    var found: [Int] = []
    while at < whole.count {
      let step = Int.random(in: 1...(Bool.random(using: &random) ? 20 : 30000), using: &random)
      let end = min(whole.count, at + step)
      if Bool.random(using: &random) {
        decoder.append(Array(whole[at..<end]))
      } else {
        decoder.append(whole.span.bytes.extracting(at..<end))
      }
      at = end
      while let frame = try decoder.next() {
        let offset = Int(frame.offset)
        found.append(offset - 24)
        #expect(Array(decoder.bytes[frame.payload]) == Array(whole[offset + 9..<offset + 9 + frame.length]))
        #expect(frame.skipped == 0 && frame.violation == nil)
      }
      #expect(decoder.buffered < 16384 + 9)
    }
    #expect(found == starts)
    #expect(decoder.offset == UInt64(whole.count) && decoder.buffered == 0)
  }

  @Test func limitBelowAtAbove() throws {
    for (length, fits) in [(16383, true), (16384, true), (16385, false)] {
      var wire: [UInt8] = []
      H2FrameEncoder.header(length: length, type: .data, stream: 1, into: &wire)
      var decoder = H2FrameDecoder(.endpoint)
      decoder.append(wire)
      if fits {
        #expect(try decoder.next() == nil)
      } else {
        let error = #expect(throws: H2Error.self) { try decoder.next() }
        #expect(error?.expected == 16384 && error?.found == 16385)
      }
    }
  }

  @Test func prefaceIsRefusedAtItsFirstWrongByte() throws {
    var decoder = H2FrameDecoder(.endpoint, start: .preface)
    decoder.append(Array("PRI * HTTP/1".utf8))
    let error = #expect(throws: H2Error.self) { try decoder.next() }
    #expect(error?.rule == .preface && error?.offset == 11)
  }

  @Test func observerPassesOversizeFramesByCount() throws {
    var wire: [UInt8] = []
    H2FrameEncoder.header(length: 1_000_000, type: .data, stream: 1, into: &wire)
    wire += [UInt8](repeating: 7, count: 1_000_000)
    H2FrameEncoder.ping(5, into: &wire)
    var decoder = H2FrameDecoder(.observer)
    var found: [H2Frame] = []
    for start in stride(from: 0, to: wire.count, by: 5000) {
      decoder.append(wire.span.bytes.extracting(start..<min(wire.count, start + 5000)))
      while let frame = try decoder.next() { found.append(frame) }
      #expect(decoder.buffered <= 17)
    }
    #expect(found.map(\.length) == [1_000_000, 8])
    #expect(found[0].isSkipped && found[0].violation == .frameSize && found[0].payload.isEmpty)
    #expect(found[1].offset == 1_000_009 && found[1].skipped == 0)
  }

  @Test func aHoleInOnePayloadCostsOneFrame() throws {
    var wire: [UInt8] = []
    H2FrameEncoder.data([UInt8](repeating: 1, count: 1000).span.bytes, stream: 1, into: &wire)
    H2FrameEncoder.data([UInt8](repeating: 2, count: 1000).span.bytes, stream: 1, into: &wire)
    H2FrameEncoder.ping(3, into: &wire)
    for (start, end) in [(1100, 1500), (1018, 2018), (1018, 1019), (2017, 2018)] {
      var decoder = H2FrameDecoder(.observer)
      var found: [H2Frame] = []
      decoder.append(Array(wire[..<start]))
      while let frame = try decoder.next() { found.append(frame) }
      decoder.lose(end - start)
      while let frame = try decoder.next() { found.append(frame) }
      decoder.append(Array(wire[end...]))
      while let frame = try decoder.next() { found.append(frame) }
      #expect(found.map(\.missing) == [0, end - start, 0])
      #expect(found.map(\.offset) == [0, 1009, 2018])
      #expect(found[1].length == 1000 && found[1].streamID == 1)
    }
  }

  @Test(arguments: [11, 12, 13]) func onlyTouchedFramesAreLost(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let (wire, starts) = randomFrames(150, using: &random)
    var holes: [Range<Int>] = []
    var from = 3000
    while from < wire.count - 60000 {
      let length = Int.random(in: 1...3000, using: &random)
      holes.append(from..<from + length)
      // Between two holes there must be a chain of headers to find the way back.
      from += length + 50_000 + Int.random(in: 0...20000, using: &random)
    }
    var decoder = H2FrameDecoder(.observer)
    var whole: Set<Int> = []
    var at = 0
    func drain() throws {
      while let frame = try decoder.next() {
        guard !frame.isDamaged else { continue }
        whole.insert(Int(frame.offset))
        let start = Int(frame.offset) + 9
        #expect(Array(decoder.bytes[frame.payload]) == Array(wire[start..<start + frame.length]))
      }
    }
    for hole in holes + [wire.count..<wire.count] {
      while at < hole.lowerBound {
        let end = min(hole.lowerBound, at + Int.random(in: 1...3000, using: &random))
        decoder.append(Array(wire[at..<end]))
        at = end
        try drain()
      }
      decoder.lose(hole.count)
      at = hole.upperBound
      try drain()
    }
    decoder.finish()
    try drain()
    let untouched = starts.indices.filter { i in
      let frame = starts[i]..<(i + 1 < starts.count ? starts[i + 1] : wire.count)
      return !holes.contains { $0.overlaps(frame) }
    }.map { starts[$0] }
    #expect(whole == Set(untouched), "seed \(seed)")
    #expect(decoder.offset == UInt64(wire.count))
  }

  @Test(arguments: [21, 22]) func aStartInTheMiddleFindsTheFirstBoundary(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let (wire, starts) = randomFrames(100, using: &random)
    let cut = Int.random(in: 1..<wire.count / 2, using: &random)
    var decoder = H2FrameDecoder(.observer, start: .unknown)
    var found: [Int] = []
    for start in stride(from: cut, to: wire.count, by: 1448) {
      decoder.append(Array(wire[start..<min(wire.count, start + 1448)]))
      while let frame = try decoder.next() { found.append(Int(frame.offset) + cut) }
    }
    decoder.finish()
    while let frame = try decoder.next() { found.append(Int(frame.offset) + cut) }
    #expect(found == starts.filter { $0 >= cut }, "seed \(seed)")
  }

  @Test func detection() {
    func verdict(_ hex: String, isAll: Bool = false) -> H2Detection.Verdict {
      let bytes = [UInt8](hex: hex)
      return H2Detection.verdict(on: bytes.span.bytes, isAll: isAll)
    }
    let preface = H2FrameDecoder.preface
    for count in 1..<24 {
      #expect(H2Detection.verdict(on: preface.span.bytes.extracting(0..<count)) == .maybe)
    }
    #expect(H2Detection.verdict(on: preface.span.bytes) == .yes(.preface))
    #expect(verdict("") == .maybe)
    // A server's first SETTINGS, whole and begun.
    #expect(verdict("000006 04 00 00000000 000300000064") == .yes(.boundary))
    #expect(verdict("000006 04 00 00000000 0003") == .maybe)
    // bolt v1 and v2, HTTP/1.1, TLS.
    #expect(verdict("010100") == .no)
    #expect(verdict("02010100") == .no)
    #expect(H2Detection.verdict(on: Array("GET / HTTP/1.1\r\n".utf8).span.bytes) == .no)
    #expect(verdict("160301") == .no)
    #expect(verdict("000000 00 00 00000000") == .no)
    // One DATA frame alone says little, two more make certain.
    let data = "000003 00 00 00000005 616263"
    #expect(verdict(data) == .maybe)
    #expect(verdict(data, isAll: true) == .yes(.boundary))
    #expect(verdict(data + data + data) == .yes(.boundary))
    #expect(verdict(data + "ffffff") == .no)
  }

  @Test func opening() {
    func verdict(_ hex: String) -> H2Detection.Verdict {
      H2Detection.opening(of: [UInt8](hex: hex).span.bytes)
    }
    let preface = H2FrameDecoder.preface
    for count in 1..<24 {
      #expect(H2Detection.opening(of: preface.span.bytes.extracting(0..<count)) == .maybe)
    }
    #expect(H2Detection.opening(of: preface.span.bytes) == .yes(.preface))
    #expect(verdict("000006 04 00 00000000 000300000064") == .yes(.boundary))
    #expect(verdict("000006 04 00 00000000 0003") == .maybe)
    #expect(verdict("000000 04 00 00000000") == .yes(.boundary))
    // Two numbers and the beginning of a third.
    #expect(verdict("000000 04 00 00000000 000004") == .maybe)
    #expect(verdict("000000 04 00 00000000 000004 00000000 00000004") == .no)
    // No such setting, and a value that no receiver takes.
    #expect(verdict("000006 04 00 00000000 000000000000") == .no)
    #expect(verdict("000006 04 00 00000000 000200000002") == .no)
    // Nothing but SETTINGS, and no acknowledgement before.
    #expect(verdict("000000 04 01 00000000") == .no)
    #expect(verdict("000001 01 05 00000001 82") == .no)
  }

  /// From the middle, what frames hold decides.
  @Test func middle() {
    func verdict(_ hex: String, isSegment: Bool = false) -> H2Detection.Verdict {
      H2Detection.middle([UInt8](hex: hex).span.bytes, at: 0, isSegment: isSegment)
    }
    let request = "00000d 01 05 00000003 828684 41 08 6578616d706c6521"
    #expect(verdict(request) == .yes(.likely))
    // A block that is none; fields that nobody may send; an answer among requests; DATA behind the end.
    #expect(verdict("000003 01 05 00000003 80ffff") == .no)
    #expect(verdict("000004 01 05 00000003 00 01 41 00") == .no)
    #expect(verdict("000001 01 04 00000003 83 000001 01 04 00000005 88") == .no)
    #expect(verdict("000001 01 05 00000003 83 000002 00 00 00000003 6161") == .no)
    // Numbers of requests grow.
    #expect(verdict("000001 01 05 00000005 83 000001 01 05 00000003 83") == .no)
    // Another frame than CONTINUATION within a block.
    #expect(verdict("000001 01 00 00000005 83 000008 06 00 00000000 0000000000000000") == .no)
    // Empty frames go on for ever.
    #expect(verdict(String(repeating: "000000 00 00 00000007", count: 70)) == .no)
    #expect(verdict("000008 06 00 00000000 0000000000000000") == .maybe)
    #expect(verdict("000008 06 00 00000000 0000000000000000", isSegment: true) == .yes(.likely))
  }

  @Test(arguments: [31, 32]) func randomBytesNeverTrap(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for _ in 0..<150 {
      var decoder = H2FrameDecoder(
        .observer, start: [.preface, .boundary, .unknown].randomElement(using: &random) ?? .unknown)
      for _ in 0..<6 {
        var bytes = random.bytes(Int.random(in: 0...60, using: &random))
        if Bool.random(using: &random) { bytes = randomFrames(2, using: &random).wire.prefix(300) + bytes }
        // Small lengths, so that frames come to an end.
        if bytes.count > 2, Bool.random(using: &random) { bytes[0] = 0; bytes[1] = 0 }
        decoder.append(bytes)
        while let frame = try decoder.next() {
          #expect(
            frame.payload.upperBound <= decoder.bytes.count
              && frame.payload.lowerBound <= frame.content.lowerBound
              && frame.content.upperBound <= frame.payload.upperBound)
        }
        if Bool.random(using: &random) {
          decoder.lose(Int.random(in: 0...100, using: &random))
          if Bool.random(using: &random) { while try decoder.next() != nil {} }
        }
      }
      decoder.finish()
      while try decoder.next() != nil {}
    }
  }
}
