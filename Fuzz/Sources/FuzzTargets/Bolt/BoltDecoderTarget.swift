import BoltCodec

extension FuzzTarget {
  static let boltDecoder = FuzzTarget(
    "bolt-decoder",
    "a bolt stream, endpoint and observer: same frames in any split, every byte accounted for",
    longestInput: 8192
  ) { stream in
    let budget = TimeBudget(bytes: stream.count)
    for mode in [BoltDecoder.Mode.endpoint, .observer] {
      let whole = try BoltReading(stream, mode, .whole)
      for split in [Split.bytes, .few] {
        let other = try BoltReading(stream, mode, split)
        try expectEqual(other.inStep, whole.inStep, "\(mode), \(split) against whole")
      }
    }
    try budget.check()
  }
}

/// What a decoder makes of a stream, by value.
private struct BoltReading {
  enum Outcome: Equatable {
    case frame(BoltHead, bytes: [UInt8], offset: UInt64, BoltChecksum)
    case error(BoltError)
  }

  private(set) var outcomes: [Outcome] = []
  private var decoder: BoltDecoder
  private var handedOut: UInt64 = 0

  init(_ stream: [UInt8], _ mode: BoltDecoder.Mode, _ split: Split) throws {
    var limits = BoltLimits()
    limits.content = 1 << 20
    limits.headerEntries = 64
    decoder = BoltDecoder(limits: limits, mode: mode)
    for piece in split.pieces(of: stream) {
      decoder.append(piece)
      guard try drain() else { return }
      // One frame within the limits is the most that is ever waited for.
      try expect(decoder.buffered <= limits.content + 2 * 65_535 + 28, "\(decoder.buffered) bytes are held")
    }
    guard mode == .observer else { return }
    if let torn = decoder.end() { try note(torn) }
    try expectEqual(handedOut + decoder.skipped, UInt64(stream.count), "bytes handed out and skipped, of all")
  }

  /// What no split may change: all that an endpoint says, and what an observer says until it doubts. From there on
  /// it goes by evidence, of which there is more the more bytes have come.
  var inStep: ArraySlice<Outcome> {
    guard decoder.mode == .observer else { return outcomes[...] }
    let end = outcomes.firstIndex { outcome in
      switch outcome {
      case .error, .frame(_, _, _, .bad), .frame(_, _, _, .missing): true
      case .frame(_, _, _, .absent), .frame(_, _, _, .good): false
      }
    }
    return outcomes[..<(end ?? outcomes.endIndex)]
  }

  /// False after a final error.
  private mutating func drain() throws -> Bool {
    while let outcome = next() {
      switch outcome {
      case .success(let frame): try note(frame)
      case .failure(let error):
        outcomes.append(.error(error))
        guard decoder.mode == .endpoint, error.scope == .connection else { continue }
        guard case .failure(error) = next() else { throw FuzzFailure(description: "\(error) is not final") }
        return false
      }
    }
    return true
  }

  private mutating func next() -> Result<BoltFrame, BoltError>? {
    do throws(BoltError) { return try decoder.next().map { .success($0) } } catch { return .failure(error) }
  }

  private mutating func note(_ frame: BoltFrame) throws {
    try expect(
      frame.range.lowerBound >= 0 && frame.range.upperBound <= decoder.bytes.count,
      "\(frame.range) of \(decoder.bytes.count) bytes")
    let bytes = Array(decoder.bytes[frame.range])
    handedOut += UInt64(bytes.count)
    outcomes.append(.frame(frame.head, bytes: bytes, offset: frame.streamOffset, frame.crc))
    if decoder.mode == .endpoint { try checkEncoding(of: frame, bytes) }
  }

  /// What an endpoint takes, the encoder writes the same way, and another id changes nothing but the id.
  private func checkEncoding(of frame: BoltFrame, _ bytes: [UInt8]) throws {
    guard frame.classLength <= BoltEncoder.longestShortPart,
      frame.headerLength <= BoltEncoder.longestShortPart
    else { return }
    var encoded: [UInt8] = []
    try BoltEncoder.encode(BoltMessage(frame, in: decoder.bytes), into: &encoded)
    try expectEqual(encoded, bytes, "encoded against received")
    let id = ~frame.id
    try expect(frame.renumber(to: id, in: &encoded), "a whole frame is not renumbered")
    let renumbered = try BoltFrame.parse(encoded.span.bytes, at: 0)
    try expect(renumbered?.id == id && renumbered?.crc == frame.crc, "renumbered: \(frame.crc)")
    try renumbered?.verify(in: encoded.span.bytes)
  }
}
