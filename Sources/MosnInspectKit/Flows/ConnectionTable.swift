import MosnPackets

/// The connections being followed, found by the two endpoints of a packet and the network it was seen in. They lie in
/// slots that are used again and are changed in place.
///
/// Several networks (VLANs, VNIs) may use the same addresses, and one packet may be captured in several networks, or its
/// answer in another. So the first connection of two endpoints is found by these alone and knows in which networks it was
/// seen. Others of the same endpoints, which are rare, stand beside.
struct ConnectionTable: ~Copyable {
  /// A connection's slot, and the direction a packet goes in.
  struct Place {
    var slot: Int
    var direction: Direction
  }

  private struct Key: Hashable {
    var source: Endpoint
    var destination: Endpoint
    var reversed: Key { Key(source: destination, destination: source) }
  }

  private struct NetworkKey: Hashable {
    var key: Key
    var network: NetworkTag
  }

  /// In the order of their latest packets in the capture, whatever times these claim: the one that was silent longest
  /// is the first. So nobody ever looks through all of them.
  private var recent = SlotList()
  /// Those that were silent for long and are kept as long as there is room; longer than any in `recent`.
  private var resting = SlotList()
  /// Those that were reset and have not been settled, in the order of their resets.
  private var reset = SlotList()
  /// Those that are over and wait for what was still under way, in the order of their latest packets.
  private var over = SlotList()

  /// Every connection stands here twice, once for each direction, so that a packet costs one look-up.
  private var places: [Key: Place] = [:]
  /// Those whose endpoints have a connection in `places` that is another.
  private var others: [NetworkKey: Place] = [:]
  private var slots = Pages<Connection>(shift: 4)
  private var free: [Int] = []
  /// Packets of one connection come in bursts.
  private var latest: (key: Key, network: NetworkTag, place: Place)?

  private(set) var count = 0

  /// All slots, also those that hold no connection.
  var allSlots: Range<Int> { 0..<slots.count }

  subscript(slot: Int) -> Connection {
    @inline(__always) unsafeAddress { UnsafePointer(slots.pointer(to: slot)) }
    @inline(__always) unsafeMutableAddress { slots.pointer(to: slot) }
  }

  /// What is known of a packet's connection.
  enum Match {
    case known(Place)
    /// A connection of the same endpoints, which was not seen in this network.
    case elsewhere(Place)
    case none
  }

  mutating func find(from source: Endpoint, to destination: Endpoint, in network: NetworkTag) -> Match {
    let key = Key(source: source, destination: destination)
    if let latest, latest.key == key, latest.network == network { return .known(latest.place) }
    let first = places[key]
    if let first, slots[first.slot].wasSeen(in: network) {
      latest = (key, network, first)
      return .known(first)
    }
    if !others.isEmpty, let other = others[NetworkKey(key: key, network: network)] {
      latest = (key, network, other)
      return .known(other)
    }
    return first.map { .elsewhere($0) } ?? .none
  }

  mutating func insert(_ connection: consuming Connection) -> Place {
    let key = Key(source: connection.initiator, destination: connection.responder)
    let network = connection.network
    let slot = free.popLast() ?? slots.count
    if slot == slots.count { slots.append(connection) } else { slots[slot] = connection }
    // A connection of a port with itself has one key; both directions are then taken for the first.
    if places[key] == nil {
      places[key.reversed] = Place(slot: slot, direction: .backward)
      places[key] = Place(slot: slot, direction: .forward)
    } else {
      others[NetworkKey(key: key.reversed, network: network)] = Place(slot: slot, direction: .backward)
      others[NetworkKey(key: key, network: network)] = Place(slot: slot, direction: .forward)
    }
    recent.moveToEnd(slot)
    count += 1
    latest = nil
    return Place(slot: slot, direction: .forward)
  }

  mutating func remove(_ slot: Int) {
    let (initiator, responder) = (slots[slot].initiator, slots[slot].responder)
    let key = Key(source: initiator, destination: responder)
    if places[key]?.slot == slot {
      places[key] = nil
      places[key.reversed] = nil
    } else {
      others[NetworkKey(key: key, network: slots[slot].network)] = nil
      others[NetworkKey(key: key.reversed, network: slots[slot].network)] = nil
    }
    recent.remove(slot)
    resting.remove(slot)
    reset.remove(slot)
    over.remove(slot)
    // What it held is given back now, not when the slot is used again.
    slots[slot] = Connection(formerlyFrom: initiator, to: responder)
    free.append(slot)
    count -= 1
    latest = nil
  }
}

// MARK: - Orders

extension ConnectionTable {
  /// The connection that was silent longest.
  var leastRecent: Int? { resting.first ?? recent.first }

  /// The one of those that do not rest.
  var leastRecentAwake: Int? { recent.first }

  /// A packet of this connection has come.
  mutating func touch(_ slot: Int) {
    recent.moveToEnd(slot)
    resting.remove(slot)
    if over.contains(slot) { over.moveToEnd(slot) }
  }

  /// It has been silent for long, and is kept as long as there is room.
  mutating func rest(_ slot: Int) {
    recent.remove(slot)
    resting.moveToEnd(slot)
  }

  /// About the bytes of memory a connection takes that holds nothing.
  static let footprint =
    MemoryLayout<Connection>.stride
    + 2 * (MemoryLayout<HalfConnection>.stride + MemoryLayout<ConversationSide>.stride)
    + 4 * (MemoryLayout<Key>.stride + MemoryLayout<Place>.stride)

  /// The connection whose reset has gone unanswered longest.
  var leastRecentReset: Int? { reset.first }

  /// The one of those that are over of which nothing has come for longest.
  var leastRecentOver: Int? { over.first }

  mutating func noteOver(_ slot: Int) { over.moveToEnd(slot) }
  mutating func forgetOver(_ slot: Int) { over.remove(slot) }

  mutating func postponeReset(_ slot: Int) { reset.moveToEnd(slot) }

  /// Keeps in mind whether a connection was reset and is still to be settled.
  mutating func note(_ slot: Int, isReset: Bool) {
    guard isReset != reset.contains(slot) else { return }
    if isReset { reset.moveToEnd(slot) } else { reset.remove(slot) }
  }
}
