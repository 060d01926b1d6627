import MosnPackets
import Support
import Testing

@testable import MosnInspectKit

/// A stream cut into segments that meet every fate a network has for them.
@Suite struct ReassemblerPropertyTests {
  private struct Segment {
    var offset: Int
    var bytes: [UInt8]
    var flags: TCPFlags = []
  }

  /// Cuts `stream`; each piece may reach into the next one when `overlapping`.
  private static func cut(_ stream: [UInt8], overlapping: Bool, _ random: inout SeededRandom) -> [Segment] {
    var segments: [Segment] = []
    var offset = 0
    while offset < stream.count {
      let end = min(stream.count, offset + Int.random(in: 1...60, using: &random))
      let reach = overlapping && Bool.random(using: &random) ? Int.random(in: 0...90, using: &random) : 0
      segments.append(Segment(offset: offset, bytes: Array(stream[offset..<min(stream.count, end + reach)])))
      offset = end
    }
    return segments
  }

  /// Every element moves by less than `window` places.
  private static func shuffle<T>(_ elements: [T], within window: Int, _ random: inout SeededRandom) -> [T] {
    elements.enumerated()
      .map { (place: $0.offset + Int.random(in: 0..<window, using: &random), element: $0.element) }
      .enumerated().sorted { ($0.element.place, $0.offset) < ($1.element.place, $1.offset) }
      .map(\.element.element)
  }

  @Test(arguments: 0..<200 as Range<UInt64>)
  func sameBytesComeOut(_ seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let stream = random.bytes(Int.random(in: 1...3_000, using: &random))
    // Many of them wrap.
    let first = UInt32.max &- UInt32.random(in: 0...4_000, using: &random)
    let hasSYN = Bool.random(using: &random)
    var segments = Self.cut(stream, overlapping: true, &random)
    segments += segments.filter { _ in Int.random(in: 0..<5, using: &random) == 0 }
    segments.sort { $0.offset < $1.offset }
    // Without a SYN the stream begins with whatever comes first.
    let head = hasSYN ? [] : [segments.removeFirst()]
    let delivery = Delivery()
    if hasSYN { delivery.receive(first &- 1, flags: .syn) }
    let closing = Segment(offset: stream.count, bytes: [], flags: .fin)
    for segment in head + Self.shuffle(segments + [closing], within: 8, &random) {
      delivery.receive(first &+ UInt32(segment.offset), segment.bytes, flags: segment.flags)
    }
    #expect(delivery.bytes == stream, "seed \(seed)")
    #expect(delivery.gaps.isEmpty, "seed \(seed)")
    #expect(delivery.ends == 1, "seed \(seed)")
    #expect(delivery.pendingBytes == 0, "seed \(seed)")
  }

  @Test(arguments: 0..<200 as Range<UInt64>)
  func lostSegmentsAreGapsOfTheirSize(_ seed: UInt64) {
    var random = SeededRandom(seed: 1_000 + seed)
    let stream = (0..<2_000).map { _ in UInt8.random(in: 1...255, using: &random) }
    let first = UInt32.random(in: 0 ... .max, using: &random)
    var expected = stream
    var kept: [Segment] = []
    for segment in Self.cut(stream, overlapping: false, &random) {
      if Int.random(in: 0..<10, using: &random) == 0 {
        for index in segment.bytes.indices { expected[segment.offset + index] = 0 }
      } else {
        kept.append(segment)
      }
    }
    let delivery = Delivery()
    delivery.receive(first &- 1, flags: .syn)
    kept.append(Segment(offset: stream.count, bytes: [], flags: .fin))
    for segment in Self.shuffle(kept, within: 4, &random) {
      delivery.receive(first &+ UInt32(segment.offset), segment.bytes, flags: segment.flags)
    }
    delivery.finish()
    #expect(delivery.bytes == expected, "seed \(seed)")
    #expect(delivery.gapSizes.reduce(0, +) == expected.count { $0 == 0 }, "seed \(seed)")
    #expect(delivery.ends == 1, "seed \(seed)")
  }

  /// Segments with any number, length and flag: nothing traps, what is held stays within its bound, and what came
  /// out never says more than what came in.
  @Test(arguments: 0..<100 as Range<UInt64>)
  func anythingIsSurvived(_ seed: UInt64) {
    var random = SeededRandom(seed: 2_000 + seed)
    let delivery = Delivery()
    delivery.limits.pendingBytes = 500
    delivery.limits.pendingSegments = 20
    var received = 0
    let near = UInt32.random(in: 0 ... .max, using: &random)
    for _ in 0..<300 {
      let sequence =
        Int.random(in: 0..<8, using: &random) == 0
        ? UInt32.random(in: 0 ... .max, using: &random)
        : near &+ UInt32(truncatingIfNeeded: Int.random(in: -200...2_000, using: &random))
      let payload = random.bytes(Int.random(in: 0...80, using: &random))
      let flags = TCPFlags(rawValue: Int.random(in: 0..<40, using: &random) == 0 ? 1 : 0x10)
      delivery.time = Int64.random(in: .min ... .max, using: &random)
      let captured = Int.random(in: 0...payload.count, using: &random)
      delivery.receive(sequence, payload, flags: flags, captured: captured)
      received += captured
      delivery.acknowledge(UInt32.random(in: 0 ... .max, using: &random))
      #expect(delivery.pendingBytes <= 500, "seed \(seed)")
    }
    delivery.finish()
    #expect(delivery.delivered <= received, "seed \(seed)")
    #expect(delivery.ends == 1, "seed \(seed)")
  }
}
