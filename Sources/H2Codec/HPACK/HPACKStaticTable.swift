/// The static table (RFC 7541 §2.3.1, appendix A): read by index, searched without allocating.
enum HPACKStaticTable {
  /// Indices 1 to 61 are static; 62 is the newest entry of the dynamic table.
  static let count = 61

  /// Name and value of entry `index`, one after the other, and how much of it is the name; `nil` unless
  /// `index` is 1 to 61.
  static func entry(_ index: Int) -> (bytes: UnsafeRawBufferPointer, nameCount: Int)? {
    guard index >= 1, index <= count else { return nil }
    let start = Int(HPACKStaticFieldsTable.starts[index])
    let end = Int(HPACKStaticFieldsTable.starts[index + 1])
    // `text` is a constant of the program and never moves.
    let text = HPACKStaticFieldsTable.text.utf8Start + start
    return (
      UnsafeRawBufferPointer(start: text, count: end - start), Int(HPACKStaticFieldsTable.nameCounts[index])
    )
  }

  /// The first index of a name whose hash is `hash`, or 0.
  static func index(of name: UnsafeRawBufferPointer, hash: UInt64) -> Int {
    let slot = Int(truncatingIfNeeded: (hash &* HPACKStaticFieldsTable.multiplier) >> 56)
    let index = Int(HPACKStaticFieldsTable.firstIndexBySlot[slot])
    guard let entry = entry(index), entry.nameCount == name.count else { return 0 }
    return UnsafeRawBufferPointer(rebasing: entry.bytes[..<entry.nameCount]).isEqual(to: name) ? index : 0
  }

  /// The index of the field with this value, looking from `first`, the first index of its name, or 0.
  static func index(ofValue value: UnsafeRawBufferPointer, from first: Int) -> Int {
    var index = first
    while let candidate = entry(index), sameName(index, first) {
      if UnsafeRawBufferPointer(rebasing: candidate.bytes[candidate.nameCount...]).isEqual(to: value) {
        return index
      }
      index += 1
    }
    return 0
  }

  /// Names that stand more than once: `:method` 2-3, `:path` 4-5, `:scheme` 6-7, `:status` 8-14.
  private static func sameName(_ index: Int, _ first: Int) -> Bool {
    switch first {
    case 2, 4, 6: index <= first + 1
    case 8: index <= 14
    default: index == first
    }
  }
}
