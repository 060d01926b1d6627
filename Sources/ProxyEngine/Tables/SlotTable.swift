/// Things with a slot each, which is used again under another generation, so that a number kept too long finds nothing.
struct SlotTable<Element> {
  private var slots: [Slot] = []
  private var free: [UInt32] = []
  private(set) var count = 0

  private struct Slot {
    var element: Element?
    var generation: UInt32
  }

  /// Puts in what `make` makes of its slot and generation.
  mutating func insert(_ make: (_ slot: UInt32, _ generation: UInt32) -> Element) -> Element {
    count += 1
    if let slot = free.popLast() {
      let element = make(slot, slots[Int(slot)].generation)
      slots[Int(slot)].element = element
      return element
    }
    let element = make(UInt32(truncatingIfNeeded: slots.count), 1)
    slots.append(Slot(element: element, generation: 1))
    return element
  }

  mutating func remove(_ slot: UInt32, _ generation: UInt32) {
    guard self[slot, generation] != nil else { return }
    count -= 1
    slots[Int(slot)].element = nil
    slots[Int(slot)].generation &+= 1
    free.append(slot)
  }

  /// Nil when the slot has another tenant by now, or none.
  @inline(__always)
  subscript(slot: UInt32, generation: UInt32) -> Element? {
    guard Int(slot) < slots.count, slots[Int(slot)].generation == generation else { return nil }
    return slots[Int(slot)].element
  }

  subscript(slot: UInt32) -> Element? { Int(slot) < slots.count ? slots[Int(slot)].element : nil }

  /// In the order of their slots.
  var all: [Element] { slots.compactMap(\.element) }
}

extension SlotTable where Element == Connection {
  @inline(__always)
  subscript(id: ConnectionID) -> Connection? { self[id.slot, id.generation] }
}
