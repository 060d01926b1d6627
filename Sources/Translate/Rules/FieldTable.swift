/// Finds the rule of a field by the hash of its name: open addressing over a table four times as large as the rules.
struct FieldTable: Sendable {
  /// Index into `FieldRule.all`, or `none`.
  private var slots: [UInt8]
  private var hashes: [UInt32]
  private let rules: [FieldRule]

  static let none: UInt8 = 255
  static let standard = FieldTable(FieldRule.all)

  init(_ rules: [FieldRule]) {
    self.rules = rules
    slots = [UInt8](repeating: FieldTable.none, count: FieldTable.size)
    hashes = [UInt32](repeating: 0, count: FieldTable.size)
    for (index, rule) in rules.enumerated() {
      let hash = rule.name.withUTF8Buffer {
        FieldName.hash(UnsafeRawBufferPointer($0).bytes, 0..<$0.count)
      }
      var slot = Int(hash >> 16) & FieldTable.mask
      while slots[slot] != FieldTable.none { slot = (slot + 1) & FieldTable.mask }
      slots[slot] = UInt8(truncatingIfNeeded: index)
      hashes[slot] = hash
    }
  }

  /// The index of the rule of this name; `none` for an entry of the header map.
  @inline(__always)
  func index(of hash: UInt32, _ bytes: RawSpan, _ name: Range<Int>) -> UInt8 {
    var slot = Int(hash >> 16) & FieldTable.mask
    while slots[slot] != FieldTable.none {
      if hashes[slot] == hash, bytes.isEqual(name, to: rules[Int(slots[slot])].name) { return slots[slot] }
      slot = (slot + 1) & FieldTable.mask
    }
    return FieldTable.none
  }

  private static let size = 256
  private static let mask = 255
}
