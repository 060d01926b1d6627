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

  /// Every connection stands here twice, once for each direction, so that a packet costs one look-up.
  private var places: [Key: Place] = [:]
  private var slots: [Connection] = []
  private var free: [Int] = []
  /// Packets of one connection come in bursts.
  private var latest: (key: Key, place: Place)?

  var count: Int { places.count / 2 }

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
    latest = nil
    return Place(slot: slot, direction: 0)
  }

  mutating func remove(_ slot: Int) {
    let (initiator, responder) = (slots[slot].initiator, slots[slot].responder)
    places[Key(source: initiator, destination: responder)] = nil
    places[Key(source: responder, destination: initiator)] = nil
    // What it held is given back now, not when the slot is used again.
    slots[slot] = Connection(from: initiator, to: responder, at: 0, conversation: .unused)
    free.append(slot)
    latest = nil
  }

  /// The connections without a packet since `time`, the one that was silent longest first.
  func silent(since time: Int64) -> [Int] { oldest(.max).filter { slots[$0].lastSeen < time } }

  /// The `count` connections that were silent longest, in that order.
  func oldest(_ count: Int) -> [Int] {
    let all = Set(places.values.lazy.map(\.slot))
    return Array(
      all.sorted { (slots[$0].lastSeen, $0) < (slots[$1].lastSeen, $1) }.prefix(count))
  }
}
