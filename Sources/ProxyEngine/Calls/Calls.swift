/// A call, until it is over: its place, which stays where it is as long as `Calls`, and a generation that tells it from the
/// place's earlier and later calls.
struct ExchangeID: Hashable {
  fileprivate let place: UnsafeMutablePointer<Exchange>
  fileprivate let generation: UInt32
  let slot: UInt32
}

/// The calls under way, and the places that wait for the next one.
struct Calls: ~Copyable {
  private var numbers: CallNumbers
  private var slots = Slots<Exchange>()
  /// Taken first: their memory serves again.
  private var warm: [UInt32] = []
  /// Those that only a crowd of calls needs, without memory.
  private var cold: [UInt32] = []
  /// What a number finds whose call is over.
  private let nobody = Nobody()

  /// As many calls as are often under way at a time.
  static let mostWarm = 128

  var count: Int { slots.count - warm.count - cold.count }

  init(_ numbers: CallNumbers) { self.numbers = numbers }

  /// A call from a connection. `key` is its number there; nil: the call's own number, as in bolt.
  mutating func begin(
    by caller: ConnectionID, _ wire: ConnectionProtocol, key: UInt32? = nil, in state: ExchangeState,
    at now: UInt64
  ) -> ExchangeID {
    let slot = warm.popLast() ?? cold.popLast() ?? slots.insert(Exchange())
    slots[slot].begin(numbers.next(), by: caller, wire, key: key, in: state, at: now)
    return call(in: slot)
  }

  /// A number that no call has.
  mutating func number() -> UInt32 { numbers.next() }

  mutating func end(_ call: ExchangeID) {
    guard isUnderWay(call) else { return }
    slots[call.slot].clear()
    if warm.count < Self.mostWarm {
      warm.append(call.slot)
    } else {
      slots[call.slot].giveMemoryBack()
      cold.append(call.slot)
    }
  }

  /// Whether the number is still that of its call.
  @inline(__always)
  func isUnderWay(_ call: ExchangeID) -> Bool { call.place.pointee.generation == call.generation }

  /// Whose slot it is now.
  func call(in slot: UInt32) -> ExchangeID {
    let place = slots.place(slot)
    return ExchangeID(place: place, generation: place.pointee.generation, slot: slot)
  }

  /// The call; if it is over something that is, so that whoever kept the number changes nothing of the next call.
  subscript(call: ExchangeID) -> Exchange {
    @inline(__always) unsafeAddress { UnsafePointer(place(call)) }
    @inline(__always) unsafeMutableAddress { place(call) }
  }

  @inline(__always)
  private func place(_ call: ExchangeID) -> UnsafeMutablePointer<Exchange> {
    isUnderWay(call) ? call.place : nobody.vacant()
  }

  var heldBytes: Int {
    var sum = 0
    var slot: UInt32 = 0
    while slot < slots.end {
      sum += slots[slot].heldBytes
      slot += 1
    }
    return sum
  }
}

/// A call that is over, whatever was noted of it.
private struct Nobody: ~Copyable {
  private let place = UnsafeMutablePointer<Exchange>.allocate(capacity: 1)

  init() { place.initialize(to: Exchange()) }

  deinit {
    place.deinitialize(count: 1)
    place.deallocate()
  }

  func vacant() -> UnsafeMutablePointer<Exchange> {
    place.pointee = Exchange()
    return place
  }
}
