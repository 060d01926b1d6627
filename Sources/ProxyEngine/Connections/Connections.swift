/// The connections, each in a slot, which is used again under another generation. A number that was kept finds its connection
/// by `live` or finds none; from then on it is good for the rest of the turn, since none is forgotten within one.
struct Connections: ~Copyable {
  private var slots = Slots<Connection>()
  private var generations: [UInt32] = []

  init() {}

  var count: Int { slots.count }

  /// Puts in what `make` makes of its number.
  mutating func insert(_ make: (ConnectionID) -> Connection) -> ConnectionID {
    let slot = slots.next
    if Int(slot) == generations.count { generations.append(1) }
    let id = ConnectionID(slot: slot, generation: generations[Int(slot)])
    _ = slots.insert(make(id))
    return id
  }

  mutating func remove(_ id: ConnectionID) {
    guard live(id) != nil else { return }
    slots.remove(id.slot)
    generations[Int(id.slot)] &+= 1
  }

  /// The number, unless the slot has another tenant by now, or none.
  @inline(__always)
  func live(_ id: ConnectionID) -> ConnectionID? {
    guard Int(id.slot) < generations.count, generations[Int(id.slot)] == id.generation, slots.holds(id.slot)
    else { return nil }
    return id
  }

  /// Whose slot it is now.
  func live(_ slot: UInt32) -> ConnectionID? {
    slots.holds(slot) ? ConnectionID(slot: slot, generation: generations[Int(slot)]) : nil
  }

  subscript(id: ConnectionID) -> Connection {
    @inline(__always) unsafeAddress { UnsafePointer(place(id)) }
    @inline(__always) unsafeMutableAddress { place(id) }
  }

  @inline(__always)
  private func place(_ id: ConnectionID) -> UnsafeMutablePointer<Connection> {
    assert(live(id) != nil)
    return slots.place(id.slot)
  }

  /// In the order of their slots.
  var all: [ConnectionID] { slots.used.map { ConnectionID(slot: $0, generation: generations[Int($0)]) } }
}
