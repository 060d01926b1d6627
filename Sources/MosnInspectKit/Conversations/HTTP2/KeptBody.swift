/// The first bytes of a body, kept for an output that shows them.
public struct KeptBody: Sendable, Equatable {
  public private(set) var bytes: [UInt8] = []
  /// Whether bytes of the body are missing behind those kept: nothing that came later stands here.
  public private(set) var isBroken = false
  private let limit: Int

  /// - Parameter limit: bytes kept at most.
  init(limit: Int) { self.limit = limit }

  mutating func append(_ more: RawSpan) {
    guard !isBroken, bytes.count < limit else { return }
    more.extracting(first: min(more.byteCount, limit - bytes.count)).withUnsafeBytes {
      bytes.append(contentsOf: $0)
    }
  }

  /// Bytes of the body were not captured.
  mutating func lose() { isBroken = true }
}
