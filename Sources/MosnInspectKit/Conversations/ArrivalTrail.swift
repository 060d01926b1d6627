/// When the bytes of a direction came that no frame has used yet, so that each frame can be told by its own packets:
/// pieces that waited behind a hole are read long after they were captured, and a protocol is often recognised by later
/// bytes.
///
///     bytes:  │ used │ earlier … │ latest │
///                    start                end
struct ArrivalTrail {
  private var latest = Arrival()
  /// Position in the stream behind the latest piece.
  private var end: UInt64 = 0
  /// The pieces before the latest one of which bytes wait, behind `dropped` others. Nearly always none.
  private var earlier: [Piece] = []
  private var dropped = 0
  /// When the first byte came of a frame that came in several pieces.
  private var begun: Arrival?

  private struct Piece {
    var end: UInt64
    var arrival: Arrival
  }

  /// Pieces told apart. Of more, which only tiny segments make, the last ones count as one that came with its latest.
  private static let limit = 4_096

  var heldBytes: Int { earlier.count * MemoryLayout<Piece>.stride }

  /// The next `count` bytes of the stream came; those before `used` wait no longer.
  mutating func append(_ count: Int, _ arrival: Arrival, used: UInt64) {
    guard count > 0 else { return }
    drop(to: used)
    if used < end, latest != arrival, earlier.count < Self.limit {
      earlier.append(Piece(end: end, arrival: latest))
    }
    latest = arrival
    end &+= UInt64(count)
  }

  /// A frame has used the bytes up to `position`, of which the last `length` are its own: gives back when the last of
  /// these came.
  mutating func take(to position: UInt64, length: Int) -> Arrival {
    guard !earlier.isEmpty else { return latest }
    let start = position &- min(position, UInt64(max(1, length)))
    var last: Arrival?
    var first: Arrival?
    var pieceStart: UInt64 = 0
    for piece in earlier[dropped...] {
      guard pieceStart < position else { break }
      if piece.end > start {
        first = first ?? piece.arrival
        if piece.arrival.packet >= last?.packet ?? 0 { last = piece.arrival }
      }
      pieceStart = piece.end
    }
    if pieceStart < position, latest.packet >= last?.packet ?? 0 { last = latest }
    drop(to: position)
    begun = first == last ? nil : first
    return last ?? latest
  }

  /// When the first byte came of the frame that was taken just now, if another packet brought it than the last; asked once.
  mutating func takeBegun() -> Arrival? {
    guard let begun else { return nil }
    self.begun = nil
    return begun
  }

  private mutating func drop(to position: UInt64) {
    guard !earlier.isEmpty else { return }
    while dropped < earlier.count, earlier[dropped].end <= position { dropped += 1 }
    if dropped == earlier.count {
      earlier.removeAll(keepingCapacity: true)
      dropped = 0
    } else if dropped > earlier.count / 2 {
      earlier.removeFirst(dropped)
      dropped = 0
    }
  }
}
