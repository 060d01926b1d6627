import H2Codec

extension FuzzTarget {
  static let h2Frames = FuzzTarget(
    "h2-frames",
    "HTTP/2 frames, endpoint and observer: same frames in any split, encoded again the same bytes",
    longestInput: 8192
  ) { stream in
    let budget = TimeBudget(bytes: stream.count)
    let starts: [(H2FrameDecoder.Temperament, H2FrameDecoder.Start)] = [
      (.endpoint, .boundary), (.endpoint, .preface), (.observer, .boundary), (.observer, .preface),
      (.observer, .unknown),
    ]
    for (temperament, start) in starts {
      let whole = try H2Reading(stream, temperament, start, .whole)
      // Where a search ends depends on how much is there; what a boundary begins does not.
      let splits: [Split] = temperament == .endpoint ? [.bytes, .few] : start == .unknown ? [] : [.bytes]
      for split in splits {
        let other = try H2Reading(stream, temperament, start, split)
        guard !whole.hasSearched, !other.hasSearched else { continue }
        try expectEqual(other.frames, whole.frames, "\(temperament), \(start), \(split) against whole")
        try expectEqual(other.error, whole.error, "the error of \(temperament), \(start), \(split)")
      }
    }
    try checkGaps(stream)
    try budget.check()
  }

  /// An observer whose capture lost some bytes: offsets still count in the stream, and nothing is read twice.
  private static func checkGaps(_ stream: [UInt8]) throws {
    var decoder = H2FrameDecoder(.observer, start: .boundary)
    var end: UInt64 = 0
    var random = InputRandom(seed: stream)
    for piece in Split.few.pieces(of: stream) {
      if Int.random(in: 0..<4, using: &random) == 0 {
        decoder.lose(piece.count)
      } else {
        decoder.append(Array(piece))
      }
      while let frame = try decoder.next() {
        try expect(frame.offset >= end, "\(frame) begins before \(end)")
        end = frame.offset + 9
        try expect(
          frame.payload.upperBound <= decoder.bytes.count, "\(frame) of \(decoder.bytes.count) bytes")
        try expect(
          frame.isSkipped || frame.payload.count + frame.missing <= frame.length,
          "\(frame) has more than it declared")
      }
    }
    try expect(decoder.offset <= UInt64(stream.count), "at \(decoder.offset) of \(stream.count)")
  }
}

/// What a decoder makes of a stream, by value.
private struct H2Reading {
  struct Frame: Equatable {
    var offset: UInt64
    var bytes: [UInt8]
    var content: [UInt8]
    var violation: H2Rule?
    var skipped: UInt64
  }

  private(set) var frames: [Frame] = []
  private(set) var error: H2Error?
  private(set) var hasSearched = false
  private var decoder: H2FrameDecoder

  init(
    _ stream: [UInt8], _ temperament: H2FrameDecoder.Temperament, _ start: H2FrameDecoder.Start,
    _ split: Split
  ) throws {
    decoder = H2FrameDecoder(temperament, start: start)
    for piece in split.pieces(of: stream) {
      decoder.append(Array(piece))
      try drain(stream)
      if error != nil { return }
      try expect(
        decoder.isSearching || decoder.buffered <= decoder.maxFrameSize + 9,
        "\(decoder.buffered) bytes are held")
    }
    decoder.finish()
    try drain(stream)
  }

  private mutating func drain(_ stream: [UInt8]) throws {
    let before = frames.count
    do throws(H2Error) {
      while let frame = try decoder.next() {
        frames.append(
          Frame(
            offset: frame.offset, bytes: encoded(frame), content: Array(decoder.bytes[frame.content]),
            violation: frame.violation, skipped: frame.skipped))
        hasSearched = hasSearched || decoder.isSearching
      }
      hasSearched = hasSearched || decoder.isSearching
    } catch {
      self.error = error
    }
    for frame in frames[before...] {
      let start = Int(frame.offset)
      try expect(
        frame.bytes.isEmpty || matches(frame.bytes, stream, start),
        "\(frame) does not encode to what was received")
    }
  }

  /// The frame as our encoder writes it; nothing of one that was passed over.
  private func encoded(_ frame: H2Frame) -> [UInt8] {
    guard !frame.isSkipped else { return [] }
    var bytes: [UInt8] = []
    H2FrameEncoder.frame(
      type: frame.type, flags: frame.flags, stream: frame.streamID,
      payload: Array(decoder.bytes[frame.payload]),
      into: &bytes)
    return bytes
  }

  /// All but the reserved bit, which is not kept.
  private func matches(_ bytes: [UInt8], _ stream: [UInt8], _ start: Int) -> Bool {
    guard start + bytes.count <= stream.count else { return false }
    return bytes.indices.allSatisfy { bytes[$0] == (stream[start + $0] & ($0 == 5 ? 0x7F : 0xFF)) }
  }
}
