import H2Codec
import Support
import Testing

/// Bytes that are lent give the frames, errors and events that bytes which are appended give.
@Suite struct LentTests {
  /// Whole frames of every type, now and then one that breaks a rule or an unknown one.
  private static func wire(_ random: inout SeededRandom, isHonest: Bool) -> [UInt8] {
    var wire: [UInt8] = []
    for _ in 0..<40 {
      let body = [UInt8](
        repeating: UInt8.random(in: 0...255, using: &random),
        count: [0, 1, 9, 300, 17_000][
          Int.random(in: 0..<(isHonest ? 4 : 5), using: &random)])
      switch Int.random(in: 0..<(isHonest ? 8 : 10), using: &random) {
      case 0...2: H2FrameEncoder.data(body.span.bytes, stream: 1, into: &wire)
      case 3: H2FrameEncoder.ping(UInt64.random(in: 0 ... .max, using: &random), into: &wire)
      case 4: H2FrameEncoder.windowUpdate(stream: 1, increment: 5, into: &wire)
      case 5: H2FrameEncoder.settings([H2Setting(.maxFrameSize, 16_384)], into: &wire)
      case 6: H2FrameEncoder.goAway(last: 1, .noError, debugData: Array(body.prefix(20)), into: &wire)
      case 7: H2FrameEncoder.headers(body.prefix(300).map { $0 }, stream: 3, endStream: true, into: &wire)
      case 8: wire += [0, 0, 5, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5]
      default: wire += [0, 0, 3, 0xEE, 0xFF, 0, 0, 0, 9, 7, 7, 7]
      }
    }
    return wire
  }

  struct Seen: Equatable {
    let frame: String
    let content: [UInt8]
  }

  private static func seen(_ frame: H2Frame, in bytes: RawSpan) -> Seen {
    let content = bytes.extracting(frame.content).withUnsafeBytes { Array($0) }
    return Seen(
      frame: "\(frame.offset) \(frame.type) \(frame.flags) \(frame.streamID) \(frame.length) "
        + "\(frame.violation.map { "\($0)" } ?? "") \(frame.skipped) \(frame.missing) \(frame.isSkipped)",
      content: content)
  }

  private static func read(_ wire: [UInt8], _ decoder: H2FrameDecoder, pieces: [Int], lends: Bool) -> (
    [Seen], H2Error?
  ) {
    var decoder = decoder
    var seen: [Seen] = []
    var start = 0
    do {
      for end in pieces {
        let piece = wire.span.bytes.extracting(start..<end)
        start = end
        var taken = 0
        if !lends { decoder.append(piece) }
        while let frame = lends ? try decoder.next(in: piece, from: &taken) : try decoder.next() {
          if lends, decoder.isLent {
            seen.append(self.seen(frame, in: piece))
          } else {
            let held = decoder.bytes
            seen.append(self.seen(frame, in: held.span.bytes))
          }
        }
        if lends { #expect(taken == piece.byteCount) }
      }
    } catch {
      return (seen, error)
    }
    return (seen, nil)
  }

  static let decoders: [(name: String, decoder: H2FrameDecoder, hasPreface: Bool)] = [
    ("endpoint", H2FrameDecoder(.endpoint), false),
    ("server", H2FrameDecoder(.endpoint, start: .preface), true),
    ("observer", H2FrameDecoder(.observer), false),
    ("observer with preface", H2FrameDecoder(.observer, start: .preface), true),
    ("observer in the middle", H2FrameDecoder(.observer, start: .unknown), false),
  ]

  @Test(arguments: 1...60 as ClosedRange<UInt64>)
  func theSameFramesWhateverTheSplit(_ seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for (name, decoder, hasPreface) in Self.decoders {
      var wire = Self.wire(&random, isHonest: seed % 2 == 0)
      if hasPreface { wire = H2FrameDecoder.preface + wire }
      var pieces: [Int] = []
      var end = 0
      let largest = [1, 7, 40, 2_000, 100_000][Int(seed % 5)]
      while end < wire.count {
        end = min(wire.count, end + Int.random(in: 1...largest, using: &random))
        pieces.append(end)
      }
      let appended = Self.read(wire, decoder, pieces: pieces, lends: false)
      let lent = Self.read(wire, decoder, pieces: pieces, lends: true)
      let isSame = appended.0 == lent.0 && appended.1 == lent.1
      #expect(isSame, "\(name), seed \(seed): \(appended.0.count) and \(lent.0.count) frames")
    }
  }

  /// What `parse` says of bytes it is lent is what an endpoint's decoder says.
  @Test(arguments: 1...40 as ClosedRange<UInt64>)
  func parseIsTheDecoderWithoutAState(_ seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let wire = Self.wire(&random, isHonest: false)
    let decoded = Self.read(wire, H2FrameDecoder(.endpoint), pieces: [wire.count], lends: false)
    var seen: [Seen] = []
    var failure: H2Error?
    var at = 0
    do {
      while let frame = try H2Frame.parse(wire.span.bytes, at: at, streamOffset: UInt64(at)) {
        seen.append(Self.seen(frame, in: wire.span.bytes))
        at = frame.payload.upperBound
      }
    } catch {
      failure = error
    }
    let isSame = seen == decoded.0 && failure == decoded.1
    #expect(isSame)
  }

  @Test func aHeaderIsEnoughToRefuse() throws {
    let tooLong: [UInt8] = [0, 0x40, 1, 0, 0, 0, 0, 0, 1]
    #expect(throws: H2Error.self) { _ = try H2Frame.parse(tooLong.span.bytes, at: 0) }
    #expect(try H2Frame.parse(tooLong.span.bytes, at: 0, maxFrameSize: 16_385) == nil)
    #expect(try H2Frame.parse(tooLong.span.bytes, at: 1) == nil && H2Frame.parse(RawSpan(), at: 0) == nil)
  }
}
