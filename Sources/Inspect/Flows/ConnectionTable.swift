import Packets

/// The connections being followed, found by the two endpoints of a packet. They lie in slots that are used again and are
/// changed in place.
struct ConnectionTable {
  /// A connection's slot, and the direction a packet goes in.
  struct Place {
    var slot: Int
    var direction: Int
  }

  private struct Key: Hashable {
    var source: Endpoint
    var destination: Endpoint
  }

  /// In the order of their latest packets in the capture, whatever times these claim: the one that was silent longest
  /// is the first. So nobody ever looks through all of them.
  private var recent = SlotList()
  /// Those that were reset and have not been settled, in the order of their resets.
  private var reset = SlotList()

  /// Every connection stands here twice, once for each direction, so that a packet costs one look-up.
  private var places: [Key: Place] = [:]
  private var slots: [Connection] = []
  private var free: [Int] = []
  /// Packets of one connection come in bursts.
  private var latest: (key: Key, place: Place)?

  private(set) var count = 0

  subscript(slot: Int) -> Connection {
    _read { yield slots[slot] }
    _modify { yield &slots[slot] }
  }

  mutating func find(from source: Endpoint, to destination: Endpoint) -> Place? {
    let key = Key(source: source, destination: destination)
    if let latest, latest.key == key { return latest.place }
    guard let place = places[key] else { return nil }
    latest = (key, place)
    return place
  }

  mutating func insert(_ connection: Connection) -> Place {
    let slot = free.popLast() ?? slots.count
    if slot == slots.count { slots.append(connection) } else { slots[slot] = connection }
    let (initiator, responder) = (connection.initiator, connection.responder)
    // A connection of a port with itself has one key; both directions are then taken for the first.
    places[Key(source: responder, destination: initiator)] = Place(slot: slot, direction: 1)
    places[Key(source: initiator, destination: responder)] = Place(slot: slot, direction: 0)
    recent.moveToEnd(slot)
    count += 1
    latest = nil
    return Place(slot: slot, direction: 0)
  }

  mutating func remove(_ slot: Int) {
    let (initiator, responder) = (slots[slot].initiator, slots[slot].responder)
    places[Key(source: initiator, destination: responder)] = nil
    places[Key(source: responder, destination: initiator)] = nil
    recent.remove(slot)
    reset.remove(slot)
    // What it held is given back now, not when the slot is used again.
    slots[slot] = Connection(from: initiator, to: responder, conversation: .unused)
    free.append(slot)
    count -= 1
    latest = nil
  }
}

// MARK: - Orders

extension ConnectionTable {
  /// The connection that was silent longest.
  var leastRecent: Int? { recent.first }

  /// A packet of this connection has come.
  mutating func touch(_ slot: Int) { recent.moveToEnd(slot) }

  /// The connection whose reset has gone unanswered longest.
  var leastRecentReset: Int? { reset.first }

  mutating func postponeReset(_ slot: Int) { reset.moveToEnd(slot) }

  /// Keeps in mind whether a connection was reset and is still to be settled.
  mutating func note(_ slot: Int, isReset: Bool) {
    guard isReset != reset.contains(slot) else { return }
    if isReset { reset.moveToEnd(slot) } else { reset.remove(slot) }
  }
}
