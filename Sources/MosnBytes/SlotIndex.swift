/// Finds slots of a table by a hash of what lies in them: open addressing with linear probing, eight octets an entry, no
/// allocation but to grow. The keys stay in the slots; who asks compares them.
///
///     var probe = index.probe(hash)
///     while let slot = index.next(&probe) { … }
///
/// Keys from a wire need a hash with a secret (`HashSecret`), or their sender chooses how long the runs are.
@frozen
package struct SlotIndex: Sendable {
  @usableFromInline var entries: [Entry] = []
  package private(set) var count = 0

  @frozen @usableFromInline
  struct Entry: Sendable {
    @usableFromInline let hash: UInt32
    /// -1: none.
    @usableFromInline let slot: Int32

    @inlinable @inline(__always)
    init(hash: UInt32, slot: Int32) { (self.hash, self.slot) = (hash, slot) }
  }

  @frozen
  package struct Probe {
    @usableFromInline let hash: UInt32
    @usableFromInline var position: Int

    @inlinable @inline(__always)
    init(hash: UInt32, position: Int) { (self.hash, self.position) = (hash, position) }
  }

  package init() {}

  package var isEmpty: Bool { count == 0 }

  @inlinable @inline(__always)
  package func probe(_ hash: UInt32) -> Probe {
    Probe(hash: hash, position: Int(hash) & (entries.count &- 1))
  }

  /// The next slot that was put under the hash; nil when there is none.
  @inlinable @inline(__always)
  package func next(_ probe: inout Probe) -> Int? {
    guard !entries.isEmpty else { return nil }
    while true {
      let entry = entries[probe.position]
      guard entry.slot >= 0 else { return nil }
      probe.position = (probe.position &+ 1) & (entries.count &- 1)
      if entry.hash == probe.hash { return Int(entry.slot) }
    }
  }

  package mutating func insert(_ slot: Int, _ hash: UInt32) {
    if (count + 1) * 2 > entries.count { resize(to: max(16, entries.count * 2)) }
    place(Entry(hash: hash, slot: Int32(slot)))
    count += 1
  }

  /// False when the slot does not stand under the hash. Closes the gap, so that no probe ends early.
  @discardableResult
  package mutating func remove(_ slot: Int, _ hash: UInt32) -> Bool {
    guard !entries.isEmpty else { return false }
    let mask = entries.count - 1
    var gap = Int(hash) & mask
    while entries[gap].slot >= 0, Int(entries[gap].slot) != slot { gap = (gap + 1) & mask }
    guard entries[gap].slot >= 0 else { return false }
    var next = (gap + 1) & mask
    while entries[next].slot >= 0 {
      if (next - Int(entries[next].hash)) & mask >= (next - gap) & mask {
        entries[gap] = entries[next]
        gap = next
      }
      next = (next + 1) & mask
    }
    entries[gap] = Entry(hash: 0, slot: -1)
    count -= 1
    return true
  }

  private mutating func place(_ entry: Entry) {
    let mask = entries.count - 1
    var position = Int(entry.hash) & mask
    while entries[position].slot >= 0 { position = (position + 1) & mask }
    entries[position] = entry
  }

  private mutating func resize(to size: Int) {
    let old = entries
    entries = Array(repeating: Entry(hash: 0, slot: -1), count: size)
    for entry in old where entry.slot >= 0 { place(entry) }
  }
}
