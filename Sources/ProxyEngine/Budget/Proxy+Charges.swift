// Everything that is held is charged to the connection that caused it.

extension Proxy {
  /// What a connection holds, its calls included.
  @inline(__always)
  func weight(_ connection: ConnectionID) -> Int {
    let sum = connections[connection].account.sum
    return connections[connection].isUpstream
      ? sum : sum + connections[connection].calls.count * Exchange.cost
  }

  /// Why no more can be kept for a call; nil if it can.
  @inline(__always)
  func shortage(_ call: ExchangeID) -> ProxyError.Cause? {
    guard let caller = connections.live(exchanges[call].caller) else { return nil }
    return weight(caller) > budget.level ? .tooMuchBuffered : nil
  }

  /// Bytes are kept for a call that waits; its caller is held back if it has many such.
  mutating func park(_ call: ExchangeID) {
    guard let caller = connections.live(exchanges[call].caller) else { return }
    let more = exchanges[call].park()
    hold(bodies: more, for: caller)
    touch(caller)
  }

  mutating func unpark(_ call: ExchangeID, _ caller: ConnectionID) {
    let less = exchanges[call].unpark()
    hold(bodies: -less, for: caller)
  }

  /// The lists of a call are kept until it is over.
  @inline(__always)
  mutating func chargeLists(_ call: ExchangeID) {
    guard let caller = connections.live(exchanges[call].caller) else { return }
    let more = exchanges[call].chargeLists()
    connections[caller].hold(lists: more)
    budget.charge(more)
  }

  mutating func dischargeLists(_ call: ExchangeID, _ caller: ConnectionID) {
    let less = exchanges[call].dischargeLists()
    connections[caller].hold(lists: -less)
    budget.charge(-less)
  }

  private mutating func hold(bodies bytes: Int, for caller: ConnectionID) {
    connections[caller].hold(bodies: bytes)
    budget.charge(bytes)
  }

  /// What a connection holds itself: input that is not whole, and output that nobody takes.
  @inline(__always)
  mutating func charge(_ connection: ConnectionID, unsent: Int) {
    let stuck = connections[connection].isWritable ? 0 : unsent
    let own = peers.heldBytes(of: connections[connection].peer) + stuck + connections[connection].unflushed
    budget.charge(connections[connection].own(own))
  }
}
