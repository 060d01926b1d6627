/// Large values with a slot each, changed where they lie. Reaching one costs no reference count, no copy and no check of
/// exclusive access at run time: the compiler sees to it that nobody else reaches into the table meanwhile.
struct Slots<Element: ~Copyable>: ~Copyable {
  /// Nil: the slot is free.
  private var places: [UnsafeMutablePointer<Element>?] = []
  private var free: [UInt32] = []

  init() {}

  deinit {
    for case let place? in places {
      place.deinitialize(count: 1)
      place.deallocate()
    }
  }

  var count: Int { places.count - free.count }

  /// The slot that the next element gets.
  var next: UInt32 { free.last ?? UInt32(truncatingIfNeeded: places.count) }

  /// The slot that the element got.
  mutating func insert(_ element: consuming Element) -> UInt32 {
    let place = UnsafeMutablePointer<Element>.allocate(capacity: 1)
    place.initialize(to: element)
    if let slot = free.popLast() {
      places[Int(slot)] = place
      return slot
    }
    places.append(place)
    return UInt32(truncatingIfNeeded: places.count - 1)
  }

  mutating func remove(_ slot: UInt32) {
    guard let place = places[Int(slot)] else { return }
    place.deinitialize(count: 1)
    place.deallocate()
    places[Int(slot)] = nil
    free.append(slot)
  }

  func holds(_ slot: UInt32) -> Bool { Int(slot) < places.count && places[Int(slot)] != nil }

  /// Behind the last slot.
  var end: UInt32 { UInt32(truncatingIfNeeded: places.count) }

  /// Slots in use, in their order.
  var used: [UInt32] {
    var used: [UInt32] = []
    var slot: UInt32 = 0
    while slot < end {
      if holds(slot) { used.append(slot) }
      slot += 1
    }
    return used
  }

  /// The slot must be in use.
  subscript(slot: UInt32) -> Element {
    @inline(__always) unsafeAddress { UnsafePointer(place(slot)) }
    @inline(__always) unsafeMutableAddress { place(slot) }
  }

  /// Where the slot's element lies until it is removed.
  @inline(__always)
  func place(_ slot: UInt32) -> UnsafeMutablePointer<Element> {
    guard let place = places[Int(slot)] else { preconditionFailure("slot \(slot) is free") }
    return place
  }
}
