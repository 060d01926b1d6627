import H2Codec
import MosnBytes

/// The part of a body that a full window did not take yet, in order, and how the body ends.
struct Backlog {
  private(set) var bytes: [UInt8] = []
  private var first = 0
  /// The body ends behind the bytes.
  var ends = false
  /// It ends with these.
  var trailers: H2HeaderList?
  /// Bytes received on HTTP/2 for which the sender has not got its window back; never more than came.
  var owed = 0

  var count: Int { bytes.count - first }
  var heldBytes: Int { count > 0 ? Account.memory(of: bytes) : 0 }
  /// Something is left to send.
  var waits: Bool { count > 0 || ends || trailers != nil }

  mutating func append(_ more: RawSpan) {
    if first > 0, first >= count {
      bytes.removeFirst(first)
      first = 0
    }
    bytes.append(more)
  }

  /// Lends what waits; what `take` says it took is dropped.
  mutating func offer(_ take: (RawSpan) -> Int) -> Int {
    let taken = take(bytes.span.bytes.extracting(first..<bytes.count))
    first += taken
    if first == bytes.count { clear() }
    return taken
  }

  /// How much window the sender gets back now: for all that does not wait here any more.
  mutating func takeCredit() -> Int {
    let due = owed - min(owed, count)
    owed -= due
    return due
  }

  /// Nothing waits; `owed` stays until it is paid.
  mutating func clear() {
    guard bytes.capacity > 0 else { return }
    bytes.removeAll(keepingCapacity: bytes.capacity <= Exchange.keptCapacity)
    first = 0
  }

  mutating func reset() {
    clear()
    (ends, trailers, owed) = (false, nil, 0)
  }
}
