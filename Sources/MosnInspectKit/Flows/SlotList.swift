/// Slots of a table in an order, linked so that any of them is moved or taken out in one step.
///
///     first ⇄ … ⇄ last
struct SlotList {
  private(set) var first: Int?
  private(set) var last: Int?
  /// By slot; nil for those that are not in the list.
  private var links: [Link?] = []

  private struct Link {
    var previous: Int?
    var next: Int?
  }

  func contains(_ slot: Int) -> Bool { slot < links.count && links[slot] != nil }

  /// Puts a slot at the end, wherever it was.
  mutating func moveToEnd(_ slot: Int) {
    guard last != slot else { return }
    remove(slot)
    if slot >= links.count { links += repeatElement(nil, count: slot + 1 - links.count) }
    links[slot] = Link(previous: last, next: nil)
    if let last { links[last]?.next = slot } else { first = slot }
    last = slot
  }

  mutating func remove(_ slot: Int) {
    guard contains(slot), let link = links[slot] else { return }
    links[slot] = nil
    if let previous = link.previous { links[previous]?.next = link.next } else { first = link.next }
    if let next = link.next { links[next]?.previous = link.previous } else { last = link.previous }
  }
}
