import MosnBytes

/// Finds the rule of a field by the hash of its name: open addressing over a table four times as large as the rules.
struct FieldTable: Sendable {
  private let slots: [Slot]
  /// The names, one after the other.
  private let names: [UInt8]

  /// A rule as far as a walk over fields needs it.
  struct Match: Sendable {
    /// Index into `FieldRule.all`.
    let row: UInt8
    let role: FieldRule.Role
    let property: FieldRule.Property?
  }

  private struct Slot: Sendable {
    var hash: UInt32 = 0
    var name: UInt16 = 0
    var count: UInt16 = 0
    var match: Match?
  }

  static let standard = FieldTable(FieldRule.all)

  init(_ rules: [FieldRule]) {
    var slots = [Slot](repeating: Slot(), count: FieldTable.size)
    var names: [UInt8] = []
    for (index, rule) in rules.enumerated() {
      let start = names.count
      names.append(rule.name)
      let hash = FieldName.hash(names.span.bytes, start..<names.count)
      var slot = FieldTable.first(hash)
      while slots[slot].match != nil { slot = FieldTable.next(slot) }
      slots[slot] = Slot(
        hash: hash, name: UInt16(truncatingIfNeeded: start),
        count: UInt16(truncatingIfNeeded: names.count - start),
        match: Match(row: UInt8(truncatingIfNeeded: index), role: rule.role, property: rule.property))
    }
    self.slots = slots
    self.names = names
  }

  /// The rule of this name; nil for an entry of the header map.
  @inline(__always)
  func match(_ hash: UInt32, _ bytes: RawSpan, _ name: Range<Int>) -> Match? {
    var slot = FieldTable.first(hash)
    while true {
      let entry = slots[slot]
      guard let match = entry.match else { return nil }
      if entry.hash == hash {
        let own = Int(entry.name)..<Int(entry.name) &+ Int(entry.count)
        if bytes.isEqual(name, to: names.span.bytes, own) { return match }
      }
      slot = FieldTable.next(slot)
    }
  }

  private static let size = 256

  @inline(__always)
  private static func first(_ hash: UInt32) -> Int { Int(hash >> 16) & (size &- 1) }

  @inline(__always)
  private static func next(_ slot: Int) -> Int { (slot &+ 1) & (size &- 1) }
}
