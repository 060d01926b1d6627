/// The calls of a connection by the number they have on it: open addressing with linear probing, no allocation per
/// call.
struct KeyTable<Value> {
  private(set) var count = 0
  private var entries: [Slot?] = []
  private var mask = -1

  private struct Slot {
    let key: UInt32
    let value: Value
  }

  var isEmpty: Bool { count == 0 }

  @inline(__always)
  subscript(key: UInt32) -> Value? {
    guard count > 0 else { return nil }
    var index = home(of: key)
    while let slot = entries[index] {
      if slot.key == key { return slot.value }
      index = (index + 1) & mask
    }
    return nil
  }

  /// The key must not be there yet.
  mutating func insert(_ value: Value, for key: UInt32) {
    if (count + 1) * 2 > entries.count { resize(to: max(8, entries.count * 2)) }
    place(Slot(key: key, value: value))
    count += 1
  }

  /// Empties the key's slot and closes the gap, so that no probe ends early.
  mutating func remove(_ key: UInt32) {
    guard count > 0 else { return }
    var gap = home(of: key)
    while let slot = entries[gap], slot.key != key { gap = (gap + 1) & mask }
    guard entries[gap] != nil else { return }
    var next = (gap + 1) & mask
    while let slot = entries[next] {
      if (next - home(of: slot.key)) & mask >= (next - gap) & mask {
        entries[gap] = slot
        gap = next
      }
      next = (next + 1) & mask
    }
    entries[gap] = nil
    count -= 1
    // What a crowd of calls needed is not kept for the few that are left.
    if entries.count > 128, count * 8 < entries.count { resize(to: entries.count / 2) }
  }

  var values: [Value] { entries.compactMap { $0?.value } }

  /// Streams are odd and numbers of calls come in order, so neighbours must not share a home.
  @inline(__always)
  private func home(of key: UInt32) -> Int { Int((key &* 0x9E37_79B1) >> 12) & mask }

  private mutating func place(_ slot: Slot) {
    var index = home(of: slot.key)
    while entries[index] != nil { index = (index + 1) & mask }
    entries[index] = slot
  }

  private mutating func resize(to size: Int) {
    let old = entries
    entries = Array(repeating: nil, count: size)
    mask = size - 1
    for case let slot? in old { place(slot) }
  }
}
