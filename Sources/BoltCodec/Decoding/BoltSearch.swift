import MosnBytes

/// The search for the next frame once step is lost: every position is looked at once, and again only when bytes came
/// that it asked for.
struct BoltSearch: Sendable {
  /// A position that may begin a frame, by its offset in the stream, and up to where bytes are needed to tell.
  private struct Candidate: Sendable {
    let offset: UInt64
    let needed: UInt64
  }

  enum Outcome {
    /// A frame begins at this index.
    case found(Int)
    /// No frame yet; bytes before this index are of no more use.
    case none(keep: Int)
  }

  private var candidates: [Candidate] = []
  /// Offset in the stream of the first byte not looked at.
  private var reached: UInt64 = 0

  /// Forgets everything and begins at `offset` of the stream.
  mutating func restart(at offset: UInt64) {
    candidates.removeAll(keepingCapacity: true)
    reached = offset
  }

  /// - Parameters:
  ///   - bytes: what is held of the stream.
  ///   - base: the offset in the stream of the first of them.
  mutating func advance(in bytes: RawSpan, base: UInt64, limits: BoltLimits) -> Outcome {
    if let found = review(bytes, base, limits) { return .found(found) }
    let end = base &+ UInt64(bytes.byteCount)
    while reached < end, candidates.count < BoltSearch.mostCandidates {
      let at = Int(reached &- base)
      if BoltFrame.mayBegin(bytes.byte(unchecked: at)), judge(at, in: bytes, base, limits) {
        return .found(at)
      }
      reached &+= 1
    }
    return .none(keep: Int((candidates.first?.offset ?? reached) &- base))
  }

  /// Looks again at the candidates whose bytes have come.
  private mutating func review(_ bytes: RawSpan, _ base: UInt64, _ limits: BoltLimits) -> Int? {
    guard !candidates.isEmpty else { return nil }
    let end = base &+ UInt64(bytes.byteCount)
    let before = candidates
    candidates.removeAll(keepingCapacity: true)
    for candidate in before {
      if candidate.needed > end {
        candidates.append(candidate)
      } else {
        let at = Int(candidate.offset &- base)
        if judge(at, in: bytes, base, limits) { return at }
      }
    }
    return nil
  }

  /// Whether a frame surely begins at `at`; remembers it when that cannot be told yet.
  private mutating func judge(_ at: Int, in bytes: RawSpan, _ base: UInt64, _ limits: BoltLimits) -> Bool {
    switch BoltFrame.plausibility(of: bytes, at: at, limits: limits) {
    case .no: return false
    case .yes: return true
    case .maybe(let needs):
      let offset = base &+ UInt64(at)
      candidates.append(Candidate(offset: offset, needed: offset &+ UInt64(needs)))
      return false
    }
  }

  /// Candidates remembered at a time; above it the search waits for one of them to be told. Only bytes made up for the
  /// purpose reach it.
  private static let mostCandidates = 256
}
