/// The ways in which one stream of bytes may arrive: every target that reads a stream must not care.
enum Split: CaseIterable {
  case whole, bytes, few, packets

  /// The pieces of `stream`, in order, none of them empty. Where they are cut depends on the stream alone.
  func pieces(of stream: [UInt8]) -> [ArraySlice<UInt8>] {
    var random = SplitRandom(seed: stream)
    var pieces: [ArraySlice<UInt8>] = []
    var start = 0
    while start < stream.count {
      let count =
        switch self {
        case .whole: stream.count
        // Byte by byte costs; of a long stream the first part tells enough.
        case .bytes: start < 1024 ? 1 : 512
        case .few: 1 + random.next() % 24
        case .packets: 1 + random.next() % 1460
        }
      let end = min(stream.count, start + count)
      pieces.append(stream[start..<end])
      start = end
    }
    return pieces
  }
}

/// Numbers that depend on nothing but the input.
struct SplitRandom {
  private var state: UInt64

  init(seed: [UInt8]) {
    state = seed.prefix(64).reduce(0xCBF2_9CE4_8422_2325 ^ UInt64(seed.count)) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01B3
    }
  }

  mutating func next() -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33)
  }
}
