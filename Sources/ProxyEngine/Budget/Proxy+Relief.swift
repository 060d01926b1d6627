import H2Codec

// When little is left of what the process may hold, those who hold most give something back.

extension Proxy {
  /// Little is left.
  mutating func relieve() {
    beginRound()
    answerRounds()
  }

  private mutating func beginRound() {
    if budget.process.beginRound(), budget.process.isShared { actions.append(.relieve) }
  }

  /// Cuts the heaviest as often as a round asks for it.
  mutating func answerRounds() {
    while budget.takeRound() {
      cutHeaviest()
      settleTouched()
      let isShort = budget.tell(calls: exchanges.count)
      if budget.process.endRound(), isShort { beginRound() }
    }
  }

  /// Nobody holds more than the level allows.
  private mutating func cutHeaviest() {
    for connection in connections.all where connections[connection].state != .closed {
      let (weight, allowance) = (weight(connection), allowance(connection))
      if weight > allowance { cut(connection, weight, to: allowance) }
    }
  }

  /// Servers' connections are few, and their bytes those of many.
  @inline(__always)
  func allowance(_ connection: ConnectionID) -> Int {
    connections[connection].isUpstream ? max(budget.level, limits.bufferedInAll / 16) : budget.level
  }

  private mutating func cut(_ connection: ConnectionID, _ weight: Int, to level: Int) {
    note(.bufferedBytes, level, weight, of: connection)
    if connections[connection].account.own > level { return giveUp(connection) }
    var calls = connections[connection].calls.values.filter { exchanges[$0].caller == connection }
    calls.sort { exchanges[$0].weight > exchanges[$1].weight }
    for call in calls where self.weight(connection) > level {
      receive(.stopped(.tooMuchBuffered), for: call)
    }
  }

  /// A connection that holds too much by itself ends, unless it is a server's with a long answer, which costs the call alone.
  mutating func giveUp(_ connection: ConnectionID) {
    if connections[connection].isUpstream, let head = peers.passOver(connections[connection].peer) {
      touch(connection)
      guard let call = connections[connection].calls[head.id] else { return }
      return receive(.stopped(.tooMuchBuffered), for: call)
    }
    peers.goAway(connections[connection].peer, .enhanceYourCalm)
    let isUnread = connections[connection].unflushed > 0 || !connections[connection].isWritable
    close(connection, isUnread ? .abortive : .afterFlush, isUnread ? .tooMuchUnsent : .tooMuchHeld)
  }
}
