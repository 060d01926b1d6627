/// A hash whose values nobody outside can foresee, of keys that are a few words: each step multiplies two words to 128
/// bits and folds them.
@frozen
package struct HashSecret: Sendable {
  @usableFromInline let first: UInt64
  @usableFromInline let second: UInt64

  /// A new secret.
  package init() {
    (first, second) = (.random(in: 1...UInt64.max), .random(in: 1...UInt64.max))
  }

  @inlinable @inline(__always)
  package func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let (high, low) = (left ^ first).multipliedFullWidth(by: right ^ second)
    return high ^ low
  }
}
