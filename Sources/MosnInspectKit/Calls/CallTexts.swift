/// The names in the calls of a connection that are open, one behind the other, in memory that is used again.
struct CallTexts {
  private(set) var bytes: [UInt8] = []
  /// Bytes of calls that are open.
  private var live = 0

  /// Below this nobody tidies up.
  private static let roomy = 4_096

  var heldBytes: Int { bytes.capacity }

  /// Keeps the first `limit` bytes of a text.
  mutating func keep(_ text: ArraySlice<UInt8>, limit: Int) -> Range<Int> {
    // An empty range must not lie where bytes are dropped.
    guard !text.isEmpty else { return 0..<0 }
    let start = bytes.count
    bytes.append(contentsOf: text.prefix(limit))
    live += bytes.count - start
    return start..<bytes.count
  }

  /// Keeps two texts with a blank in between, where there are two.
  mutating func keep(_ one: ArraySlice<UInt8>, _ other: ArraySlice<UInt8>, limit: Int) -> Range<Int> {
    guard !one.isEmpty, !other.isEmpty else { return keep(one.isEmpty ? other : one, limit: limit) }
    let start = keep(one, limit: limit).lowerBound
    _ = keep([UInt8(ascii: " ")], limit: 1)
    return start..<keep(other, limit: limit).upperBound
  }

  mutating func drop(_ range: Range<Int>) {
    live -= range.count
    if live == 0 { bytes.removeAll(keepingCapacity: bytes.capacity <= Self.roomy) }
  }

  /// Whether more than three quarters belong to nobody any more: then those who hold ranges keep them elsewhere.
  var isSparse: Bool { bytes.count > Self.roomy && bytes.count > 4 * live }
}
