/// Connections to one host in one protocol, and the calls that wait for them. Callers take turns, and each one's calls go on in
/// their order: who has many waiting holds up nobody else.
///
/// Calls that wait are linked to each other in the order in which they go on: each leaves when it goes on or ends, and nothing of
/// it is left behind.
final class Pool {
  private(set) var connections: [ConnectionID] = []
  /// Calls that wait.
  private(set) var pending = 0
  private var first: ExchangeID?
  private var last: ExchangeID?
  /// Whose calls wait.
  private var callers: [ConnectionID: Caller] = [:]
  /// That of the call that went on last.
  private var turn: UInt64 = 0
  private let load: Load

  private struct Caller {
    var waiting = 0
    /// When its next call has its turn.
    var turn: UInt64
  }

  init(_ load: Load) { self.load = load }

  // MARK: Connections

  /// It is counted in the load.
  func add(_ connection: ConnectionID) { connections.append(connection) }

  func remove(_ connection: ConnectionID) {
    connections.removeAll { $0 == connection }
    load.connections.end()
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
    fileprivate var turn: UInt64 = 0
    fileprivate var earlier: ExchangeID?
    fileprivate var later: ExchangeID?
  }

  /// The call waits for its caller's next turn. It is counted in the load.
  func enter(_ call: ExchangeID, _ calls: inout Calls) {
    let mine = takeTurn(of: calls[call].caller)
    var earlier = last
    while let other = earlier, calls[other].place.turn > mine { earlier = calls[other].place.earlier }
    let later = if let earlier { calls[earlier].place.later } else { first }
    calls[call].place = Place(pool: self, turn: mine, earlier: earlier, later: later)
    if let earlier { calls[earlier].place.later = call } else { first = call }
    if let later { calls[later].place.earlier = call } else { last = call }
    pending += 1
  }

  private func takeTurn(of caller: ConnectionID) -> UInt64 {
    var entry = callers[caller] ?? Caller(turn: turn)
    let mine = max(entry.turn, turn)
    entry.waiting += 1
    entry.turn = mine + 1
    callers[caller] = entry
    return mine
  }

  /// The call goes on or ends.
  func leave(_ call: ExchangeID, _ calls: inout Calls) {
    let place = calls[call].place
    guard place.pool === self else { return }
    if let earlier = place.earlier { calls[earlier].place.later = place.later } else { first = place.later }
    if let later = place.later { calls[later].place.earlier = place.earlier } else { last = place.earlier }
    calls[call].place = Place()
    pending -= 1
    load.pending.end()
    let caller = calls[call].caller
    callers[caller]?.waiting -= 1
    if callers[caller]?.waiting == 0 { callers[caller] = nil }
  }

  /// The first call of those that wait, which goes on.
  func takeFirst(_ calls: inout Calls) -> ExchangeID? {
    guard let call = first else { return nil }
    turn = calls[call].place.turn
    leave(call, &calls)
    return call
  }

  /// The last call of whoever has most waiting, if those are at least two more than of `caller`: it makes room.
  func lastOfMost(besides caller: ConnectionID, _ calls: borrowing Calls) -> ExchangeID? {
    guard let most = callers.max(by: { $0.value.waiting < $1.value.waiting }),
      most.value.waiting > (callers[caller]?.waiting ?? 0) + 1
    else { return nil }
    var call = last
    while let other = call, calls[other].caller != most.key { call = calls[other].place.earlier }
    return call
  }
}
