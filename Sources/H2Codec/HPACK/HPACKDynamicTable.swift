/// The dynamic table (RFC 7541 §2.3.2, §4), first in, first out, without an allocation per entry.
///
///     arena    ··· | nameVALUE | nameVALUE | nameVALUE | free ···
///                    oldest                  newest
///
/// Entries are known by an ever-growing number, so that an eviction renumbers nothing. Entry `number` lies in
/// slot `number & (slots.count - 1)`; `inserted - count <= number < inserted`. The live bytes are in one piece and
/// move to the front of the arena when they reach its end, which costs no more than writing them did.
struct HPACKDynamicTable: Sendable {
  struct Entry: Sendable {
    /// Where the name begins, counted in octets ever inserted; `start - origin` in the arena.
    var start = 0
    var nameCount: Int32 = 0
    var valueCount: Int32 = 0
    /// The entry whose name this one took, if that was never seen; `none` for a known name.
    var unseenName = HPACKUnseenEntry.none

    var byteCount: Int { Int(nameCount) + Int(valueCount) }
    var size: Int { byteCount + HPACKDynamicTable.overhead }
  }

  /// What an entry counts beside its bytes (RFC 7541 §4.1).
  static var overhead: Int { 32 }

  /// The sum of the sizes of all entries (RFC 7541 §4.1).
  private(set) var size = 0
  private(set) var maximumSize: Int
  private(set) var count = 0
  /// The number the next entry will have.
  private(set) var inserted = 0

  private var slots: [Entry] = []
  private var arena: [UInt8] = []
  /// `Entry.start` of the first octet of the arena.
  private var origin = 0
  /// The end of the live bytes in the arena.
  private var end = 0

  init(maximumSize: Int) { self.maximumSize = max(0, maximumSize) }

  /// The octets held for names and values, live or not; at most four times `maximumSize`.
  var memory: Int { arena.count }

  /// All memory the table holds.
  var footprint: Int { arena.capacity + slots.capacity * MemoryLayout<Entry>.stride }

  /// The number of the oldest entry still there.
  var oldest: Int { inserted - count }

  /// The entry at `position`, 1 for the newest; `nil` when there is none.
  func entry(at position: Int) -> Entry? {
    guard position >= 1, position <= count else { return nil }
    return slots[(inserted &- position) & (slots.count &- 1)]
  }

  /// The entry `number`, which must be one of those still there.
  func entry(number: Int) -> Entry { slots[number & (slots.count &- 1)] }

  /// Lends name and value of an entry of this table, one after the other.
  func withBytes<Result>(of entry: Entry, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    let start = entry.start - origin
    return arena.withUnsafeBytes {
      body(UnsafeRawBufferPointer(rebasing: $0[start..<start + entry.byteCount]))
    }
  }

  /// Evicts what does not fit any more (RFC 7541 §4.3).
  mutating func resize(to maximumSize: Int) {
    self.maximumSize = max(0, maximumSize)
    evict(downTo: self.maximumSize)
  }

  mutating func removeAll() { evict(downTo: 0) }

  /// Inserts a field after making room (RFC 7541 §4.4); one larger than the table empties it and is not
  /// inserted, which gives `false`. Name and value must not lie in this table.
  @discardableResult
  mutating func insert(
    _ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer,
    unseenName: HPACKUnseenEntry = .none
  ) -> Bool {
    let byteCount = name.count + value.count
    let entrySize = byteCount + HPACKDynamicTable.overhead
    guard entrySize <= maximumSize else {
      evict(downTo: 0)
      return false
    }
    evict(downTo: maximumSize - entrySize)
    makeRoom(for: byteCount)
    if count == slots.count { growSlots() }
    let at = end
    arena.withUnsafeMutableBytes {
      UnsafeMutableRawBufferPointer(rebasing: $0[at...]).copyMemory(from: name)
      UnsafeMutableRawBufferPointer(rebasing: $0[(at + name.count)...]).copyMemory(from: value)
    }
    slots[inserted & (slots.count &- 1)] = Entry(
      start: origin + end, nameCount: Int32(truncatingIfNeeded: name.count),
      valueCount: Int32(truncatingIfNeeded: value.count), unseenName: unseenName)
    end += byteCount
    size += entrySize
    inserted += 1
    count += 1
    return true
  }

  private mutating func evict(downTo target: Int) {
    while size > target, count > 0 {
      size -= entry(number: oldest).size
      count -= 1
    }
  }

  /// Leaves at least `byteCount` octets after `end`: moves the live bytes to the front when that at least
  /// halves them, so that moving stays cheaper than inserting, and doubles the arena otherwise.
  private mutating func makeRoom(for byteCount: Int) {
    guard end + byteCount > arena.count else { return }
    let start = count == 0 ? end : entry(number: oldest).start - origin
    let live = end - start
    if 2 * (live + byteCount) > arena.count {
      let room = max(512, 4 * (live + byteCount))
      arena.append(contentsOf: repeatElement(0, count: room - arena.count))
    }
    arena.withUnsafeMutableBytes {
      $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[start..<start + live]))
    }
    origin += start
    end = live
  }

  private mutating func growSlots() {
    let old = slots
    slots = [Entry](repeating: Entry(), count: max(16, 2 * old.count))
    for number in oldest..<inserted {
      slots[number & (slots.count - 1)] = old[number & (old.count - 1)]
    }
  }
}

/// Names a table entry that an observer never saw inserted.
struct HPACKUnseenEntry: Sendable, Equatable {
  /// Which loss of position made it unknown: counted from 1, 0 for none. Wraps after 65,535.
  var epoch: UInt16
  /// Its insertion number counted from that loss: negative if it was there already.
  var position: Int32

  static let none = HPACKUnseenEntry(epoch: 0, position: 0)
}
