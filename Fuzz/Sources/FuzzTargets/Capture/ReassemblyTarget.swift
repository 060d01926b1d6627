import BoltCodec
import MosnInspectKit
import MosnPackets

extension FuzzTarget {
  static let reassembly = FuzzTarget(
    "reassembly",
    "script: a bolt call whose segments come late, twice and overlapping reads as if they had not"
  ) { input in
    let budget = TimeBudget(bytes: input.count)
    var script = FuzzScript(input)
    let stream = script.calls()
    let expected = read([Segment(stream, 0..<stream.count)], of: stream)
    try expect(!expected.messages.isEmpty, "nothing is read of a stream in order")
    let shuffled = script.segments(of: stream)
    let seen = read(shuffled, of: stream)
    try expectEqual(seen.messages, expected.messages, "messages of \(shuffled.map(\.range))")
    try expectEqual(seen.summary.gapBytes, 0, "bytes missing")
    try budget.check()
  }

  private static func read(_ segments: [Segment], of stream: [UInt8]) -> (
    messages: [[UInt8]], summary: Summary
  ) {
    var inspector = Inspector()
    var messages: [[UInt8]] = []
    var number = 0
    func note(_ message: Message) {
      guard case .bolt(let frame, let bytes) = message.content else { return }
      messages.append(Array(bytes[frame.range]) + message.findings.flatMap { Array($0.rule.utf8) })
    }
    func receive(_ packet: [UInt8]) {
      number += 1
      inspector.receive(
        packet.span.bytes, number: number, time: Int64(number), linkType: .raw, originalLength: packet.count,
        emit: note)
    }
    receive(RawPacket.tcp(flags: 2, sequence: Segment.initial &- 1, number: 0, []))
    for segment in segments { receive(segment.packet(number: UInt16(truncatingIfNeeded: number))) }
    inspector.finish(emit: note)
    return (messages, inspector.summary)
  }
}

/// Part of a stream on its way.
private struct Segment {
  let range: Range<Int>
  private let bytes: [UInt8]

  init(_ stream: [UInt8], _ range: Range<Int>) {
    self.range = range
    bytes = Array(stream[range])
  }

  /// Near the wrap of the sequence numbers.
  static let initial: UInt32 = 0xFFFF_FF00

  func packet(number: UInt16) -> [UInt8] {
    RawPacket.tcp(flags: 0x18, sequence: Self.initial &+ UInt32(range.lowerBound), number: number, bytes)
  }
}

extension FuzzScript {
  /// A few bolt frames, one behind the other.
  fileprivate mutating func calls() -> [UInt8] {
    var stream: [UInt8] = []
    for id in 0..<UInt32(1 + choice(0..<6)) {
      let content = [UInt8](repeating: byte(), count: choice(0..<900))
      let message = BoltMessage(
        .request(id: id + 1, timeout: 3000), className: "com.example.Request",
        headers: [.init("service", "com.example.Echo:1.0")], content: content)
      try? BoltEncoder.encode(message, into: &stream)
    }
    return stream
  }

  /// Segments that cover the stream, in an order, with repeats and overlaps.
  fileprivate mutating func segments(of stream: [UInt8]) -> [Segment] {
    var segments: [Segment] = []
    var start = 0
    while start < stream.count {
      let end = min(stream.count, start + 1 + choice(0..<500))
      // Some begin before the end of the one before.
      segments.append(Segment(stream, max(0, start - (byte() & 3 == 0 ? choice(0..<300) : 0))..<end))
      start = end
    }
    for _ in 0..<choice(0..<20) {
      let (one, other) = (choice(0..<segments.count), choice(0..<segments.count))
      switch byte() & 3 {
      case 0: segments.insert(segments[one], at: other)
      default: segments.swapAt(one, other)
      }
    }
    return segments
  }
}
