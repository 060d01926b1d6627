/// The ways in which one stream of bytes may arrive: every target that reads a stream must not care.
enum Split: CaseIterable {
  case whole, bytes, few, packets

  /// The pieces of `stream`, in order, none of them empty. Where they are cut depends on the stream alone.
  func pieces(of stream: [UInt8]) -> [ArraySlice<UInt8>] {
    var random = InputRandom(seed: stream)
    var pieces: [ArraySlice<UInt8>] = []
    var start = 0
    while start < stream.count {
      let count =
        switch self {
        case .whole: stream.count
        // Byte by byte costs; of a long stream the first part tells enough.
        case .bytes: start < 1024 ? 1 : 512
        case .few: Int.random(in: 1...24, using: &random)
        case .packets: Int.random(in: 1...1460, using: &random)
        }
      let end = min(stream.count, start + count)
      pieces.append(stream[start..<end])
      start = end
    }
    return pieces
  }
}
