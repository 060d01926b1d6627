/// Connections to one host in one protocol, and the calls that wait for them, in their order.
///
/// Calls that wait are linked to each other: each leaves when it goes on or ends, and nothing of it is left behind.
final class Pool {
  private(set) var connections: [Connection] = []
  /// Calls that wait.
  private(set) var pending = 0
  private var first: Exchange?
  private unowned var last: Exchange?
  private let load: Load

  init(_ load: Load) { self.load = load }

  // MARK: Connections

  func add(_ connection: Connection) {
    connections.append(connection)
    load.connectionBegan()
  }

  func remove(_ connection: Connection) {
    connections.removeAll { $0 === connection }
    load.connectionEnded()
  }

  /// One will take calls soon.
  var isConnecting: Bool { connections.contains { $0.isComing } }

  /// Those that are not about to end.
  var lasting: Int { connections.count { $0.state != .draining } }

  /// The connection with the fewest calls of those that take one more.
  func available(_ limits: borrowing ProxyLimits) -> Connection? {
    var best: Connection?
    for connection in connections where connection.takesCall(limits) {
      if connection.calls.count < best?.calls.count ?? .max { best = connection }
    }
    return best
  }

  // MARK: Calls that wait

  /// A call's place among those that wait.
  struct Place {
    fileprivate(set) var pool: Pool?
    fileprivate unowned var earlier: Exchange?
    fileprivate var later: Exchange?

    init() {}

    fileprivate init(_ pool: Pool, behind earlier: Exchange?) { (self.pool, self.earlier) = (pool, earlier) }
  }

  /// The call waits behind the others.
  func enter(_ call: Exchange) {
    call.place = Place(self, behind: last)
    if let last { last.place.later = call } else { first = call }
    last = call
    pending += 1
    load.waitBegan()
  }

  /// The call goes on or ends.
  func leave(_ call: Exchange) {
    let place = call.place
    guard place.pool === self else { return }
    if let earlier = place.earlier { earlier.place.later = place.later } else { first = place.later }
    if let later = place.later { later.place.earlier = place.earlier } else { last = place.earlier }
    call.place = Place()
    pending -= 1
    load.waitEnded()
  }

  /// The first call of those that wait, which goes on.
  func takeFirst() -> Exchange? {
    guard let call = first else { return nil }
    leave(call)
    return call
  }
}
