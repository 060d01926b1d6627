import BoltCodec
import Support
import Testing

@Suite struct PropertyTests {
  static func message(_ random: inout SeededRandom) -> BoltMessage {
    let id = UInt32.random(in: .min ... .max, using: &random)
    var head: BoltHead
    switch Int.random(in: 0..<4, using: &random) {
    case 0:
      head = .request(
        id: id, timeout: .random(in: .min ... .max, using: &random),
        command: BoltCommand(rawValue: .random(in: 0...120, using: &random)))
    case 1: head = .oneway(id: id)
    case 2: head = .response(id: id, status: BoltStatus(rawValue: .random(in: 0 ... .max, using: &random)))
    default: head = .heartbeat(id: id)
    }
    head.codec = BoltSerializer(rawValue: .random(in: 0...255, using: &random))
    head.ver2 = .random(in: 0...255, using: &random)
    if Bool.random(using: &random) {
      head.version = .v2
      head.ver1 = .random(in: 1...2, using: &random)
      head.switches = .random(in: 0...0x7f, using: &random)
    }
    func bytes(_ most: Int) -> [UInt8] { random.bytes(.random(in: 0...most, using: &random)) }
    let headers = (0..<Int.random(in: 0...5, using: &random)).map { _ in
      BoltMessage.Header(
        key: .random(using: &random) ? bytes(20) : nil, value: .random(using: &random) ? bytes(40) : nil)
    }
    return BoltMessage(head, className: bytes(50), headers: headers, content: bytes(300))
  }

  @Test(arguments: 0..<20)
  func decodingUndoesEncodingAndAnySplitGivesTheSame(_ seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let messages = (0..<30).map { _ in Self.message(&random) }
    let stream = messages.flatMap(encoded)

    var decoder = BoltDecoder()
    decoder.append(stream)
    for message in messages {
      let frame = try #require(try decoder.next())
      #expect(try BoltMessage(frame, in: decoder.bytes) == message)
    }

    for mode in [BoltDecoder.Mode.endpoint, .observer] {
      var whole = BoltDecoder(mode: mode)
      let expected = whole.drain(stream)
      var split = BoltDecoder(mode: mode)
      var outcomes: [Outcome] = []
      var at = 0
      while at < stream.count {
        let end = min(stream.count, at + Int.random(in: 1...200, using: &random))
        outcomes += split.drain(Array(stream[at..<end]))
        at = end
      }
      if mode == .endpoint { #expect(outcomes == expected) }
      #expect(split.offset == UInt64(stream.count) - UInt64(split.buffered))
    }
  }

  /// Frames damaged anywhere: no trap, and what comes out of an endpoint does not depend on the split.
  @Test(arguments: 100..<160)
  func damagedStreams(_ seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var stream = (0..<20).flatMap { _ in encoded(Self.message(&random)) }
    for _ in 0..<Int.random(in: 1...20, using: &random) {
      stream[Int.random(in: 0..<stream.count, using: &random)] = .random(in: 0...255, using: &random)
    }
    var whole = BoltDecoder()
    let expected = whole.drain(stream)
    var split = BoltDecoder()
    var outcomes: [Outcome] = []
    for start in stride(from: 0, to: stream.count, by: 17) {
      outcomes += split.drain(Array(stream[start..<min(start + 17, stream.count)]))
      if outcomes.last.map({ [$0].rules.first?.scope == .connection }) == true { break }
    }
    #expect(outcomes == expected)
  }

  /// An observer gets through anything, holds no more than it may wait for, and counts every byte.
  @Test(arguments: 200..<230)
  func garbage(_ seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let small = seed % 2 == 0
    var decoder = BoltDecoder(mode: .observer)
    var appended: UInt64 = 0
    var framed: UInt64 = 0
    for _ in 0..<100 {
      let piece =
        small
        ? (0..<300).map { _ in UInt8.random(in: 0...3, using: &random) } : random.bytes(300)
      appended += UInt64(piece.count)
      for case .frame(_, let bytes, _, _) in decoder.drain(piece) { framed += UInt64(bytes.count) }
    }
    #expect(decoder.offset + UInt64(decoder.buffered) == appended)
    #expect(framed + decoder.skipped + UInt64(decoder.buffered) == appended)
    #expect(framed == 0)

    // Whatever was before, good frames are found again.
    decoder.lose(0)
    let ids = (1...5).flatMap { decoder.drain(Sample.call(id: $0)).ids }
    #expect(ids == [1, 2, 3, 4, 5])
  }

  @Test(arguments: 300..<340)
  func framesAreFoundBehindJunk(_ seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let junk = [0xff] + random.bytes(Int.random(in: 1...3000, using: &random))
    let stream = Sample.call(id: 1) + junk + (2...10).flatMap { Sample.call(id: $0, content: 64) }
    var decoder = BoltDecoder(mode: .observer)
    var outcomes: [Outcome] = []
    var at = 0
    while at < stream.count {
      let end = min(stream.count, at + Int.random(in: 1...1500, using: &random))
      outcomes += decoder.drain(Array(stream[at..<end]))
      at = end
    }
    #expect(outcomes.ids == Array(1...10))
    #expect(decoder.skipped == UInt64(junk.count))
  }
}
