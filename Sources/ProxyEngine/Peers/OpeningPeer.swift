import BoltCodec
import MosnBytes

/// A client whose protocol is not known yet.
struct OpeningPeer: Peer, ~Copyable {
  private var bytes: [UInt8] = []
  private var output: [UInt8] = []
  private var began: UInt64?

  init() {}

  /// All that came.
  mutating func takeOpening() -> [UInt8] {
    var taken: [UInt8] = []
    swap(&taken, &bytes)
    return taken
  }

  mutating func write(_ answer: [UInt8]) { output += answer }

  mutating func next(
    in lent: borrowing RawSpan, from taken: inout Int, at now: UInt64
  ) -> PeerEvent? {
    guard taken < lent.byteCount else { return nil }
    bytes.append(lent.extracting(taken..<lent.byteCount))
    taken = lent.byteCount
    let opening = Opening(bytes.span.bytes)
    if opening == .unclear {
      began = began ?? now
      return nil
    }
    return .opened(opening)
  }

  var heldBytes: Int { bytes.count }
  var fault: String { "" }
  var beginning: PeerBeginning? {
    began.map { PeerBeginning(part: .head, time: $0) } ?? PeerBeginning(part: .silence, time: 0)
  }
  mutating func drop() { bytes = [] }
  mutating func giveBack(_ buffers: inout SpareBuffers) {}
  var unsent: Int { output.count }
  mutating func takeOutput(into taken: inout [UInt8]) { swap(&taken, &output) }
  func takesCall(beside calls: Int) -> Bool { false }
}
