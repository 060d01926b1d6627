/// Finds the entries of an encoder's dynamic table by what they hold.
///
/// Two chains run through the entries, one of equal hashes of names, one of whole fields, from the newest entry
/// to older ones. Entries are known by insertion number and numbers only fall along a chain, so that a chain ends
/// at the first evicted entry: nothing is ever removed.
struct HPACKEncoderIndex: Sendable {
  private struct Link: Sendable {
    var nameHash: UInt32 = 0
    var fieldHash: UInt32 = 0
    /// The number of the next older entry of the chain plus 1, 0 at the end.
    var olderName = 0
    var olderField = 0
  }

  /// The number of the newest entry of each chain plus 1, 0 when there is none.
  private var newestName: [Int] = []
  private var newestField: [Int] = []
  /// Entry `number` has `links[number & (links.count - 1)]`.
  private var links: [Link] = []
  private let capacity: Int

  /// For a table of at most `maximumSize` octets. Memory is taken at the first insertion.
  init(maximumSize: Int) {
    var capacity = 16
    while capacity < maximumSize / HPACKDynamicTable.overhead { capacity *= 2 }
    self.capacity = capacity
  }

  /// The number of the newest entry with this name and value, or `nil`.
  @inline(__always)
  func field(
    _ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer, hash: UInt64, in table: HPACKDynamicTable
  ) -> Int? {
    guard !links.isEmpty else { return nil }
    let short = UInt32(truncatingIfNeeded: hash >> 32)
    var next = newestField[Int(truncatingIfNeeded: hash) & (newestField.count &- 1)]
    while next > table.oldest {
      let link = links[(next &- 1) & (links.count &- 1)]
      if link.fieldHash == short, table.holds(name, value, number: next &- 1) { return next &- 1 }
      next = link.olderField
    }
    return nil
  }

  /// The number of the newest entry with this name, or `nil`.
  @inline(__always)
  func name(_ name: UnsafeRawBufferPointer, hash: UInt64, in table: HPACKDynamicTable) -> Int? {
    guard !links.isEmpty else { return nil }
    let short = UInt32(truncatingIfNeeded: hash >> 32)
    var next = newestName[Int(truncatingIfNeeded: hash) & (newestName.count &- 1)]
    while next > table.oldest {
      let link = links[(next &- 1) & (links.count &- 1)]
      if link.nameHash == short, table.holds(name, number: next &- 1) { return next &- 1 }
      next = link.olderName
    }
    return nil
  }

  /// Adds the entry `number`, the newest of the table.
  mutating func insert(_ number: Int, nameHash: UInt64, fieldHash: UInt64) {
    if links.isEmpty {
      links = [Link](repeating: Link(), count: capacity)
      newestName = [Int](repeating: 0, count: 2 * capacity)
      newestField = [Int](repeating: 0, count: 2 * capacity)
    }
    let nameChain = Int(truncatingIfNeeded: nameHash) & (newestName.count &- 1)
    let fieldChain = Int(truncatingIfNeeded: fieldHash) & (newestField.count &- 1)
    links[number & (links.count &- 1)] = Link(
      nameHash: UInt32(truncatingIfNeeded: nameHash >> 32),
      fieldHash: UInt32(truncatingIfNeeded: fieldHash >> 32),
      olderName: newestName[nameChain], olderField: newestField[fieldChain])
    newestName[nameChain] = number + 1
    newestField[fieldChain] = number + 1
  }
}

extension HPACKDynamicTable {
  @inline(__always)
  fileprivate func holds(_ name: UnsafeRawBufferPointer, number: Int) -> Bool {
    let entry = entry(number: number)
    guard Int(entry.nameCount) == name.count else { return false }
    return withBytes(of: entry) { UnsafeRawBufferPointer(rebasing: $0[..<name.count]).isEqual(to: name) }
  }

  @inline(__always)
  fileprivate func holds(
    _ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer, number: Int
  ) -> Bool {
    let entry = entry(number: number)
    guard Int(entry.nameCount) == name.count, Int(entry.valueCount) == value.count else { return false }
    return withBytes(of: entry) {
      UnsafeRawBufferPointer(rebasing: $0[name.count...]).isEqual(to: value)
        && UnsafeRawBufferPointer(rebasing: $0[..<name.count]).isEqual(to: name)
    }
  }
}
