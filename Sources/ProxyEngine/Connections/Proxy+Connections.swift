// Connections are written and closed, and settled at the end of a turn.

extension Proxy {
  // MARK: The end of a turn

  mutating func touch(_ connection: ConnectionID) {
    if connections[connection].touch() { touched.append(connection) }
  }

  /// What this turn means for the connections it touched, and for what is held.
  mutating func settle() {
    settleTouched()
    if budget.settle(calls: exchanges.count) { relieve() }
  }

  /// Output, an end, a pause, the next time to look.
  mutating func settleTouched() {
    var index = 0
    while index < touched.count {
      let connection = touched[index]
      index += 1
      connections[connection].settle()
      if connections[connection].state != .closed { settle(connection) }
    }
    touched.removeAll(keepingCapacity: true)
  }

  private mutating func settle(_ connection: ConnectionID) {
    guard connections[connection].state != .connecting else { return }
    let unsent = peers.unsent(of: connections[connection].peer)
    charge(connection, unsent: unsent)
    if connections[connection].account.own > allowance(connection) { return giveUp(connection) }
    if connections[connection].calls.isEmpty, let reason = endsWithoutCalls(connection) {
      return close(connection, .afterFlush, reason)
    }
    if unsent > 0, connections[connection].isWritable, !connections[connection].isWriteAnnounced {
      connections[connection].announceWrite(at: now)
      actions.append(.write(connection))
    }
    let pauses = isHeldBack(connection, unsent)
    if pauses != connections[connection].isReadingPaused {
      connections[connection].pauseReading(pauses)
      actions.append(pauses ? .pauseReading(connection) : .resumeReading(connection))
    }
    peers.giveBack(connections[connection].peer)
    armTimer(of: connection)
  }

  @inline(__always)
  private func endsWithoutCalls(_ connection: ConnectionID) -> ProxyEvent.CloseReason? {
    switch peers.end(of: connections[connection].peer) {
    case .orderly: return .drained
    case .failed: return .misbehaviour
    case nil: break
    }
    if connections[connection].didReadClose { return connections[connection].isBehind ? nil : .peer }
    if case .upstream(let host, _) = connections[connection].role, host.isRemoved,
      host.pool(connections[connection].kind).pending == 0
    {
      return .removed
    }
    guard connections[connection].state == .draining else { return nil }
    // Clients that were told finish on their own.
    return connections[connection].kind.saysFarewell && !connections[connection].isUpstream ? nil : .drained
  }

  /// Whoever does not read his answers, or whose calls pile up here, may send no more, unless windows see to that.
  @inline(__always)
  private func isHeldBack(_ connection: ConnectionID, _ unsent: Int) -> Bool {
    if connections[connection].isBehind { return true }
    if connections[connection].kind.hasWindows {
      return peers.isReadingPaused(by: connections[connection].peer) && !connections[connection].isWritable
    }
    return connections[connection].isCongested(unsent, above: limits.highWater)
      || connections[connection].account.bodies > limits.highWater
  }

  // MARK: Output

  mutating func takeOutput(of connection: ConnectionID) -> [UInt8] {
    connections[connection].outputTaken()
    return peers.takeOutput(of: connections[connection].peer)
  }

  /// Output was written: its memory serves again, and what waited for room goes on.
  mutating func recycle(_ taken: inout [UInt8], _ connection: ConnectionID) {
    peers.buffers.keep(&taken)
    guard connections[connection].kind.hasWindows, connections[connection].state != .closed else { return }
    touch(connection)
    pump(connection, RawSpan())
    settle()
  }

  // MARK: The end

  /// Ends a connection that the engine is done with.
  mutating func close(
    _ connection: ConnectionID, _ closing: ProxyAction.Closing, _ reason: ProxyEvent.CloseReason
  ) {
    guard connections[connection].state != .closed else { return }
    if closing == .afterFlush, peers.unsent(of: connections[connection].peer) > 0,
      !connections[connection].isWriteAnnounced
    {
      actions.append(.write(connection))
    }
    forget(connection, reason)
    actions.append(.close(connection, closing))
  }

  /// Ends what ran over a connection that is over.
  mutating func forget(_ connection: ConnectionID, _ reason: ProxyEvent.CloseReason) {
    connections[connection].end()
    connections[connection].disarm(in: &deadlines)
    closing.append(connection)
    events.append(.closed(connection, reason))
    let calls = connections[connection].calls.values
    let cause: ProxyError.Cause = reason == .unanswered ? .upstreamSilent : .upstreamClosed
    switch connections[connection].role {
    case .downstream:
      clients.leave()
      for call in calls {
        if exchanges[call].caller == connection {
          receive(.left(reason == .tooMuchUnsent ? .slowReader : .clientClosed), for: call)
        } else {
          receive(.lost(cause), for: call)
        }
      }
    case .upstream(let host, let cluster):
      let pool = host.pool(connections[connection].kind)
      pool.remove(connection)
      for call in calls {
        receive(exchanges[call].caller == connection ? .left(cause) : .lost(cause), for: call)
      }
      if !peers.isReady(connections[connection].peer) {
        // No server of its protocol: to connect again at once would go on for as long as calls wait.
        refuseWaiting(pool, host, cluster, .connectFailed)
      } else if pool.pending > 0 {
        connect(host, cluster, connections[connection].kind)
      }
    }
    budget.charge(connections[connection].disown())
    peers.drop(connections[connection].peer)
  }
}
