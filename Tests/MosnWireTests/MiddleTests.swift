import BoltCodec
import H2Codec
import Support
import Testing

@testable import MosnWire

/// Captures that begin in the middle of a stream, or lack parts of it.
@Suite struct MiddleTests {
  static let streams: [[[UInt8]]] = [
    Spoken.bolt(1..<8), Spoken.boltV2(1..<8), Array(Spoken.http2(5).dropFirst()),
  ]

  /// The frames that begin at `offset` or behind it.
  private static func frames(_ stream: [[UInt8]], from offset: Int) -> [[UInt8]] {
    var position = 0
    return stream.filter { frame in
      defer { position += frame.count }
      return position >= offset
    }
  }

  @Test(arguments: streams)
  func everyFrameBehindTheFirstBoundary(_ stream: [[UInt8]]) {
    let bytes = stream.bytes
    // Three frames tell for certain.
    for offset in 0..<bytes.count - stream.suffix(3).bytes.count {
      for size in [Int.max, 11] {
        let heard = Heard(bytes[offset...], size: size, isFromBeginning: false)
        #expect(heard.frames == Self.frames(stream, from: offset), "from \(offset), pieces of \(size)")
        #expect(heard.accounted == bytes.count - offset, "from \(offset), pieces of \(size)")
      }
    }
  }

  @Test(arguments: streams)
  func aGapCostsTheFramesItTouches(_ stream: [[UInt8]]) {
    let bytes = stream.bytes
    let beginning = stream[0].count + stream[1].count
    for start in stride(from: beginning, to: bytes.count - 250, by: 3) {
      for count in [1, 40] {
        let heard = Heard()
        if stream[0].count < 30 { heard.assign(.http2) }
        heard.append(bytes[..<start])
        heard.lose(count)
        heard.append(bytes[(start + count)...])
        heard.end()
        for frame in Self.frames(stream, from: start + count) {
          #expect(heard.frames.contains(frame), "lost \(count) at \(start)")
        }
        #expect(heard.accounted == bytes.count - count, "lost \(count) at \(start)")
      }
    }
  }

  /// Every byte captured is a frame's or is counted, and none that was not.
  @Test(arguments: streams)
  func whereverTheEndIsNoByteVanishes(_ stream: [[UInt8]]) {
    let bytes = stream.bytes
    for end in stream[0].count + stream[1].count..<bytes.count {
      let heard = Heard(bytes[..<end])
      #expect(heard.accounted == end, "cut at \(end)")
    }
  }

  @Test func theFrameThatTheEndCutOffIsTold() {
    let stream = Spoken.http2(1)
    let whole = stream[0].count + stream[1].count
    let heard = Heard(stream.bytes[..<(whole + 20)])
    #expect(heard.cutShort?.there == 20)
    #expect(heard.cutShort?.header?.type == .data)
    #expect(heard.cutShort?.header?.length == stream[2].count - 9)
    #expect(Heard(stream.bytes[..<(whole + 4)]).cutShort?.header == nil)
    #expect(Heard(stream.bytes[..<whole]).cutShort == nil)
  }

  @Test func aGapBeforeAnythingIsKnown() {
    let heard = Heard()
    heard.append([0x0a, 0x0b, 0x0c])
    heard.lose(100)
    heard.append(Spoken.bolt(1..<4).bytes)
    heard.end()
    #expect(heard.frames == Spoken.bolt(1..<4))
    #expect(heard.undecodedBytes == 3)
  }

  /// A recorder that cuts packets leaves no more than heads.
  @Test func headsAloneAreBolt() {
    let heard = Heard()
    for frame in Spoken.bolt(1..<4, content: 500) {
      heard.append(frame[..<60])
      heard.lose(frame.count - 60)
    }
    heard.end()
    #expect(heard.wireProtocol == .bolt)
    #expect(heard.frames.count == 3)
  }

  @Test func aStreamGivenUpIsStillLookedAt() {
    let heard = Heard(isFromBeginning: false)
    var random = SeededRandom(seed: 5)
    heard.append(random.bytes(StreamDetector.searchLimit + 1), size: 1_400)
    #expect(heard.heldBytes == 0)
    heard.append(Spoken.bolt(1..<4).bytes)
    #expect(heard.frames == Spoken.bolt(1..<4))
  }

  // MARK: little, and yet certain

  /// A call on a connection that was quiet when the capture began.
  @Test(arguments: [
    // POST, http, the rest from the table.
    "000006 01 05 00000003 8386c2c1c0bf",
    // 200 and trailers by reference, gRPC between them.
    "000002 01 04 00000007 88c0 000007 00 00 00000007 0000000002 0a00 000002 01 05 00000007 c1c2",
    // A long download: full frames, and the reader's window.
    "000004 08 00 00000000 0000ffff 000004 08 00 00000005 0000ffff",
    "000008 06 00 00000000 0000000000000001 000000 04 01 00000000",
  ])
  func oneSegmentOfFramesIsEnough(_ hex: String) {
    let bytes = [UInt8](hex: hex)
    #expect(Heard(bytes, isFromBeginning: false).frames.bytes == bytes)
  }

  @Test func aStreamOfGRPCMessagesAlone() {
    let frames = (0..<6).map { count in
      let length = UInt8(20 + 3 * count)
      return [0, 0, length + 5, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, length]
        + [UInt8](repeating: 0x61, count: Int(length))
    }
    let bytes = frames.bytes
    for offset in 0..<frames[0].count {
      let heard = Heard(bytes[offset...], size: 17, isFromBeginning: false)
      #expect(heard.frames == Array(frames[(offset == 0 ? 0 : 1)...]), "from \(offset)")
    }
  }

  @Test func aDownloadAlone() {
    let frame = [UInt8](hex: "004000 00 00 00000001") + [UInt8](repeating: 0x5a, count: 16_384)
    let heard = Heard(
      [[UInt8](repeating: 0x5a, count: 900), frame, frame, frame, frame].bytes, size: 1_448,
      isFromBeginning: false)
    #expect(heard.frames.count == 4)
    #expect(heard.undecodedBytes == 900)
  }

  @Test func aPrefaceWhoseSYNWasMissed() {
    let heard = Heard(H2FrameDecoder.preface + Spoken.http2(2).bytes, size: 24, isFromBeginning: false)
    #expect(heard.hasPreface)
    #expect(heard.frames == Spoken.http2(2))
  }

  // MARK: bounds

  @Test(arguments: ["zeros", "letters", "text", "open frames", "random"])
  func whatIsHeldIsBounded(_ kind: String) {
    var random = SeededRandom(seed: 9)
    let unit: [UInt8] =
      switch kind {
      case "zeros": [UInt8](repeating: 0, count: 1_000)
      case "letters": [UInt8](repeating: 0x41, count: 1_000)
      case "text": Array("GET /".utf8) + [UInt8](repeating: 0x61, count: 1_000)
      case "open frames":
        [1, 1, 0, 1, 1] + [UInt8](repeating: 0, count: 4) + [1, 0, 0, 0, 1, 0, 30, 0, 9, 0, 0, 9, 9]
      default: random.bytes(1_000)
      }
    let heard = Heard()
    var held = 0
    for _ in 0..<400 {
      heard.append(unit)
      held = max(held, heard.heldBytes)
    }
    #expect(held <= 2 * StreamDetector.searchLimit + 200 << 10)
  }

  /// One byte a segment: the search may not begin anew with every one.
  @Test(
    .timeLimit(.minutes(1)),
    arguments: ["letters", "text", "open HTTP/2", "nested blocks", "open bolt", "ones"])
  func tinySegmentsStayCheap(_ kind: String) {
    let unit: [UInt8] =
      switch kind {
      case "letters": [UInt8](repeating: 0x41, count: 20_000)
      case "text": Array("GET /".utf8) + [UInt8](repeating: 0x0d, count: 20_000)
      case "nested blocks":
        (0..<2_000).flatMap { _ in [UInt8](hex: "000800 01 04 00000001") } + [0]
      case "open bolt":
        // A long header map before content that does not come.
        [UInt8](hex: "01 01 0001 01 00000001 01 00000bb8 0000 4e00 00f00000")
          + (0..<2_000).flatMap { _ in [UInt8](hex: "0000000101 0000000101") }
      case "open HTTP/2": [UInt8](hex: "003fff 00 00 00000001") + [UInt8](repeating: 0, count: 20_000)
      default: [UInt8](repeating: 1, count: 20_000)
      }
    let clock = ContinuousClock()
    for isFromBeginning in [true, false] {
      let time = clock.measure { _ = Heard(unit, size: 1, isFromBeginning: isFromBeginning) }
      #expect(time < .seconds(20))
    }
  }
}
