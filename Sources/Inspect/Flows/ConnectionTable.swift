import Packets

/// The connections being followed, found by the two endpoints of a packet.
struct ConnectionTable {
  private struct Key: Hashable {
    var source: Endpoint
    var destination: Endpoint
  }

  private struct Entry {
    var connection: Connection
    var direction: Int
  }

  /// Every connection stands here twice, once for each direction, so that a packet costs one look-up.
  private var entries: [Key: Entry] = [:]
  /// Packets of one connection come in bursts.
  private var latest: (key: Key, entry: Entry)?

  var count: Int { entries.count / 2 }

  mutating func find(from source: Endpoint, to destination: Endpoint) -> (Connection, direction: Int)? {
    let key = Key(source: source, destination: destination)
    if let latest, latest.key == key { return (latest.entry.connection, latest.entry.direction) }
    guard let entry = entries[key] else { return nil }
    latest = (key, entry)
    return (entry.connection, entry.direction)
  }

  mutating func insert(_ connection: Connection) {
    let (initiator, responder) = (connection.initiator, connection.responder)
    entries[Key(source: initiator, destination: responder)] = Entry(connection: connection, direction: 0)
    entries[Key(source: responder, destination: initiator)] = Entry(connection: connection, direction: 1)
    latest = nil
  }

  mutating func remove(_ connection: Connection) {
    let (initiator, responder) = (connection.initiator, connection.responder)
    entries[Key(source: initiator, destination: responder)] = nil
    entries[Key(source: responder, destination: initiator)] = nil
    latest = nil
  }

  /// Takes out the connections without a packet since `time`; oldest first.
  mutating func removeSilent(since time: Int64) -> [Connection] {
    let silent = all.filter { $0.lastSeen < time }
    for connection in silent { remove(connection) }
    return silent
  }

  /// Takes out the `count` connections that were silent longest; oldest first.
  mutating func removeOldest(_ count: Int) -> [Connection] {
    let oldest = Array(all.prefix(count))
    for connection in oldest { remove(connection) }
    return oldest
  }

  /// Every connection, the one that was silent longest first.
  var all: [Connection] {
    entries.values.lazy.filter { $0.direction == 0 }.map(\.connection)
      .sorted { ($0.lastSeen, $0.initiator.port) < ($1.lastSeen, $1.initiator.port) }
  }
}
