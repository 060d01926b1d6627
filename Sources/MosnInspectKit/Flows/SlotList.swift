/// Slots of a table in an order, linked so that any of them is moved or taken out in one step.
///
///     first ⇄ … ⇄ last
struct SlotList {
  /// By slot.
  private var links: [Link] = []
  private var ends = Link(previous: Link.none, next: Link.none)

  /// Slots; `none` behind the last and before the first, `absent` in those that are not in the list.
  private struct Link {
    static let none: Int32 = -1
    static let absent: Int32 = -2

    var previous: Int32
    var next: Int32
  }

  /// Octets a slot takes.
  static let footprint = MemoryLayout<Link>.stride

  var first: Int? { ends.next == Link.none ? nil : Int(ends.next) }
  var last: Int? { ends.previous == Link.none ? nil : Int(ends.previous) }

  @inline(__always)
  func contains(_ slot: Int) -> Bool { slot < links.count && links[slot].next != Link.absent }

  /// Puts a slot at the end, wherever it was.
  mutating func moveToEnd(_ slot: Int) {
    let slot = Int32(slot)
    guard ends.previous != slot else { return }
    remove(Int(slot))
    while slot >= links.count { links.append(Link(previous: Link.absent, next: Link.absent)) }
    links[Int(slot)] = Link(previous: ends.previous, next: Link.none)
    if ends.previous == Link.none { ends.next = slot } else { links[Int(ends.previous)].next = slot }
    ends.previous = slot
  }

  mutating func remove(_ slot: Int) {
    guard contains(slot) else { return }
    let link = links[slot]
    links[slot] = Link(previous: Link.absent, next: Link.absent)
    if link.previous == Link.none {
      ends.next = link.next
    } else {
      links[Int(link.previous)].next = link.next
    }
    if link.next == Link.none {
      ends.previous = link.previous
    } else {
      links[Int(link.next)].previous = link.previous
    }
  }
}
