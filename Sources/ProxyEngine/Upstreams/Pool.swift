/// Connections to one host in one protocol, and the calls that wait for them, in their order.
///
/// Calls that wait are linked to each other: each leaves when it goes on or ends, and nothing of it is left behind.
final class Pool {
  private(set) var connections: [ConnectionID] = []
  /// Calls that wait.
  private(set) var pending = 0
  private var first: ExchangeID?
  private var last: ExchangeID?
  private let load: Load

  init(_ load: Load) { self.load = load }

  // MARK: Connections

  func add(_ connection: ConnectionID) {
    connections.append(connection)
    load.connectionBegan()
  }

  func remove(_ connection: ConnectionID) {
    connections.removeAll { $0 == connection }
    load.connectionEnded()
  }

  /// One will take calls soon.
  func isConnecting(_ all: borrowing Connections, _ peers: borrowing Peers) -> Bool {
    for connection in connections where all[connection].isComing(peers) { return true }
    return false
  }

  /// Those that are not about to end.
  func lasting(_ all: borrowing Connections) -> Int {
    var count = 0
    for connection in connections where all[connection].state != .draining { count += 1 }
    return count
  }

  /// The connection with the fewest calls of those that take one more.
  func available(
    _ all: borrowing Connections, _ peers: borrowing Peers, above most: Int
  ) -> ConnectionID? {
    var best: ConnectionID?
    var fewest = Int.max
    for connection in connections where all[connection].takesCall(peers, above: most) {
      let calls = all[connection].calls.count
      if calls < fewest { (best, fewest) = (connection, calls) }
    }
    return best
  }

  // MARK: Calls that wait

  /// A call's place among those that wait.
  struct Place {
    fileprivate(set) var pool: Pool?
    fileprivate var earlier: ExchangeID?
    fileprivate var later: ExchangeID?
  }

  /// The call waits behind the others.
  func enter(_ call: ExchangeID, _ calls: inout Calls) {
    calls[call].place = Place(pool: self, earlier: last, later: nil)
    if let last { calls[last].place.later = call } else { first = call }
    last = call
    pending += 1
    load.waitBegan()
  }

  /// The call goes on or ends.
  func leave(_ call: ExchangeID, _ calls: inout Calls) {
    let place = calls[call].place
    guard place.pool === self else { return }
    if let earlier = place.earlier { calls[earlier].place.later = place.later } else { first = place.later }
    if let later = place.later { calls[later].place.earlier = place.earlier } else { last = place.earlier }
    calls[call].place = Place()
    pending -= 1
    load.waitEnded()
  }

  /// The first call of those that wait, which goes on.
  func takeFirst(_ calls: inout Calls) -> ExchangeID? {
    guard let call = first else { return nil }
    leave(call, &calls)
    return call
  }
}
