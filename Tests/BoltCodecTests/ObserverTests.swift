import BoltCodec
import Support
import Testing

/// What a bystander makes of streams that an endpoint would close on.
@Suite struct ObserverTests {
  @Test func junkBetweenFramesIsReportedAndPassedOver() {
    let first = Sample.call(id: 1)
    let junk = [UInt8](hex: "47455420 2f 0101 00ff ffff 0200")
    var decoder = BoltDecoder(mode: .observer)
    let outcomes = decoder.drain(first + junk + Sample.call(id: 2) + Sample.call(id: 3))
    #expect(outcomes.ids == [1, 2, 3])
    #expect(outcomes.rules == [.unknownProtocol])
    #expect(decoder.skipped == UInt64(junk.count))
  }

  @Test func aWrongChecksumIsAFindingNotALoss() {
    var bytes = Sample.call(id: 1, version: .v2, summed: true)
    bytes[100] ^= 1
    var decoder = BoltDecoder(mode: .observer)
    let outcomes = decoder.drain(bytes + Sample.call(id: 2, version: .v2, summed: true))
    #expect(outcomes.ids == [1, 2] && outcomes.rules == [])
    guard case .frame(_, _, _, .bad) = outcomes.first, case .frame(_, _, _, .good) = outcomes.last else {
      Issue.record("\(outcomes)")
      return
    }
  }

  @Test func aMalformedHeaderMapIsLeftToTheReader() throws {
    var broken = Sample.call(id: 3)
    broken[22 + 44] = 0x7f
    var decoder = BoltDecoder(mode: .observer)
    decoder.append(broken)
    let frame = try #require(try decoder.next())
    let error = #expect(throws: BoltError.self) { try frame.headers(in: decoder.bytes).check() }
    #expect(error?.rule == .headerKeyLength && error?.offset == 66)
  }

  /// MOSN reads a v2.2 frame without its CRC-32 and sends it on without one, switch as it was.
  @Test func checksumsThatMosnLeftOut() {
    let frames = (1...4).map { Array(Sample.call(id: $0, version: .v2, summed: true).dropLast(4)) }
    var decoder = BoltDecoder(mode: .observer)
    let outcomes = decoder.drain(frames.flatMap { $0 })
    #expect(outcomes.ids == [1, 2, 3])
    for case .frame(_, let bytes, _, let crc) in outcomes {
      #expect(crc == .missing && bytes.count == frames[0].count)
    }
    #expect(outcomes.rules == [] && decoder.skipped == 0)
    // The last one's cannot come any more.
    let last = decoder.end()
    #expect(last?.id == 4 && last?.crc == .missing && last?.isWhole == true)
  }

  /// The Go peer appends a CRC-32 to v2.1 frames, which have none; MOSN leaves such four bytes in front of a frame.
  @Test func fourStrayBytesAfterEveryFrame() {
    var random = SeededRandom(seed: 4)
    for _ in 0..<50 {
      var stream: [UInt8] = []
      for id in 1...5 as ClosedRange<UInt32> {
        var head = BoltHead.request(id: id)
        head.version = .v2
        head.switches = 1
        stream += encoded(BoltMessage(head, className: "java.lang.String", content: [1, 2, 3]))
        stream += random.bytes(4)
      }
      var decoder = BoltDecoder(mode: .observer)
      let outcomes = decoder.drain(stream)
      #expect(outcomes.ids == [1, 2, 3, 4, 5])
    }
  }

  @Test func contentBeyondTheLimitIsNotBuffered() {
    var limits = BoltLimits()
    limits.content = 1000
    let large = Sample.call(id: 2, content: 100_000)
    var decoder = BoltDecoder(limits: limits, mode: .observer)
    var outcomes = decoder.drain(Sample.call(id: 1))
    var most = 0
    for start in stride(from: 0, to: large.count, by: 1000) {
      outcomes += decoder.drain(Array(large[start..<min(large.count, start + 1000)]))
      most = max(most, decoder.buffered)
    }
    outcomes += decoder.drain(Sample.call(id: 3))
    #expect(outcomes.ids == [1, 3])
    #expect(outcomes.rules == [.contentTooLong])
    if case .error(let error) = outcomes.dropFirst().first { #expect(error.head?.id == 2) }
    #expect(most == 0 && decoder.skipped == UInt64(large.count))
  }

  @Test func aHoleWithinAFrameKeepsStep() throws {
    let call = Sample.call(id: 2, content: 5000)
    var decoder = BoltDecoder(mode: .observer)
    #expect(decoder.drain(Sample.call(id: 1) + call[..<200]).ids == [1])
    let lost = decoder.lose(1000)
    let torn = try #require(lost)
    #expect(torn.id == 2 && !torn.isWhole && torn.range.count == 200)
    #expect(torn.headers(in: decoder.bytes).string(forKey: "sofa_head_method_name") == "echo")
    let rest = decoder.drain(Array(call[1200...]) + Sample.call(id: 3))
    #expect(rest.ids == [3])
    #expect(decoder.skipped == UInt64(call.count - 1200))
    if case .frame(_, _, let offset, _) = rest.first {
      #expect(offset == UInt64(Sample.call(id: 1).count + call.count))
    }
  }

  @Test func twoHolesWithinAFrameKeepStep() {
    let call = Sample.call(id: 2, content: 5000)
    var decoder = BoltDecoder(mode: .observer)
    _ = decoder.drain(Array(call[..<200]))
    decoder.lose(1000)
    #expect(decoder.drain(Array(call[1200..<1300])) == [])
    decoder.lose(call.count - 1300)
    #expect(decoder.drain(Sample.call(id: 3)).ids == [3])
  }

  @Test func aHoleOverTheEndOfAFrameSearches() {
    let stream = (1...6).flatMap { Sample.call(id: $0, content: 300) }
    let size = stream.count / 6
    for hole in stride(from: 1, to: 2 * size, by: 7) {
      var decoder = BoltDecoder(mode: .observer)
      let start = size + size / 2
      var outcomes = decoder.drain(Array(stream[..<start]))
      decoder.lose(hole)
      outcomes += decoder.drain(Array(stream[(start + hole)...]))
      #expect(outcomes.ids.first == 1 && outcomes.ids.suffix(2) == [5, 6])
      #expect(outcomes.rules == [])
      for case .frame(let head, _, let offset, _) in outcomes {
        #expect(offset == UInt64(size) * UInt64(head.id - 1))
      }
      #expect(decoder.offset == UInt64(stream.count))
    }
  }

  @Test func theMiddleOfAStream() {
    let stream = (1...20).flatMap { Sample.call(id: $0, content: Int($0) * 40) }
    for start in stride(from: 1, to: stream.count / 2, by: 13) {
      var decoder = BoltDecoder(mode: .observer)
      decoder.lose(0)
      var outcomes: [Outcome] = []
      for at in stride(from: start, to: stream.count, by: 100) {
        outcomes += decoder.drain(Array(stream[at..<min(at + 100, stream.count)]))
      }
      let ids = outcomes.ids
      #expect(ids == Array(((ids.first ?? 0)...20)) && ids.count >= 5)
      #expect(outcomes.rules == [])
    }
  }

  @Test func anImplausibleHeaderIsNotAwaited() {
    // Protocol, type and lengths can be read, nothing else makes sense.
    let junk = [UInt8](hex: "0101 7777 66 00000001 63 80000bb8 0010 0000 00100000")
    var decoder = BoltDecoder(mode: .observer)
    let outcomes = decoder.drain(junk + Sample.call(id: 2))
    #expect(outcomes.rules == [.implausibleHeader] && outcomes.ids == [2])
    #expect(decoder.skipped == UInt64(junk.count))
  }

  /// Bytes of a CRC-32 that was cut off belong to nothing.
  @Test func aTornChecksumIsMissing() throws {
    let call = Sample.call(id: 4, version: .v2, summed: true)
    for torn in 1...3 {
      var decoder = BoltDecoder(mode: .observer)
      #expect(decoder.drain(Array(call.dropLast(4 - torn))) == [])
      let lost = decoder.lose(4 - torn)
      let frame = try #require(lost)
      #expect(frame.crc == .missing && frame.isWhole && frame.range.count == call.count - 4)
      #expect(decoder.skipped == UInt64(torn))
      #expect(decoder.drain(Sample.busy).ids == [100])
      #expect(decoder.offset == UInt64(call.count + Sample.busy.count))
    }
  }

  @Test func anEndpointLosesNothing() {
    var decoder = BoltDecoder()
    let torn = decoder.lose(10)
    #expect(torn == nil && decoder.offset == 0)
  }

  /// A search that waits for more of what may be a frame when the stream ends.
  @Test func theEndOfASearchIsAnEnd() {
    var decoder = BoltDecoder(mode: .observer)
    decoder.lose(0)
    decoder.append([9, 1, 1, 0, 1])
    _ = decoder.drain()
    #expect(decoder.end() == nil)
    #expect(decoder.drain().isEmpty)
    #expect(decoder.buffered == 0)
  }

  /// Bytes that might begin a frame are no more looked at once the stream has ended.
  @Test func theEndOfAStreamEndsTheSearch() throws {
    var decoder = BoltDecoder(mode: .observer)
    decoder.lose(0)
    #expect(decoder.drain([1]) == [])
    let torn = decoder.end()
    #expect(torn == nil && decoder.skipped == 1)
    #expect(try decoder.next() == nil)
  }
}
