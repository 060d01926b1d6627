// What is due on a connection: heads that take too long, heartbeats, and the end of idle ones.

extension Proxy {
  /// Has the connection's timer go off at the earliest time at which something may be due. A later one is found out
  /// when the timer goes off, so that most turns arm nothing.
  mutating func armTimer(of connection: ConnectionID) {
    let due = nextDue(connection)
    guard due != .max, !connections[connection].timer.isArmed || due < connections[connection].timerTime
    else { return }
    connections[connection].arm(due, in: &deadlines)
  }

  mutating func timeOut(_ connection: ConnectionID) {
    connections[connection].timerCame()
    guard connections[connection].state != .closed else { return }
    touch(connection)
    if let event = peers.timeOut(connections[connection].peer, at: now) {
      take(event, RawSpan(), on: connection)
    }
    guard connections[connection].state != .closed else { return }
    if let (due, reason) = beginningDue(connection), now >= due {
      return close(connection, .afterFlush, reason)
    }
    if now >= unreadDue(connection) { measure(connection) }
    if now >= settingsDue(connection) { return close(connection, .abortive, .noSettings) }
    if now >= idleDue(connection) { return endIdle(connection) }
    guard connections[connection].isUpstream, now >= heartbeatDue(connection) else { return }
    guard
      connections[connection].unanswered
        < (connections[connection].doubtedSince == nil ? limits.unansweredHeartbeats : 1)
    else {
      return close(connection, .abortive, .unanswered)
    }
    ask(connection)
  }

  @inline(__always)
  private func nextDue(_ connection: ConnectionID) -> UInt64 {
    var due = min(peers.deadline(of: connections[connection].peer) ?? .max, idleDue(connection))
    if let beginning = beginningDue(connection) { due = min(due, beginning.time) }
    due = min(due, unreadDue(connection))
    return connections[connection].isUpstream
      ? min(due, settingsDue(connection), heartbeatDue(connection)) : due
  }

  /// When what was begun has to be whole. Of servers that is asked of heads only: an answer has its call's time.
  @inline(__always)
  private func beginningDue(_ connection: ConnectionID) -> (time: UInt64, ProxyEvent.CloseReason)? {
    guard let beginning = peers.beginning(of: connections[connection].peer) else { return nil }
    switch beginning.part {
    case .head: return (beginning.time &+ limits.headTime, .slowHead)
    case .body where !connections[connection].isUpstream && limits.bodyTime > 0:
      return (beginning.time &+ limits.bodyTime, .slowBody)
    case .silence where !connections[connection].isUpstream && limits.silentTime > 0:
      return (connections[connection].began &+ limits.silentTime, .silent)
    case .body, .silence: return nil
    }
  }

  /// When a socket that takes nothing has to have taken something.
  @inline(__always)
  private func unreadDue(_ connection: ConnectionID) -> UInt64 {
    guard !connections[connection].isWritable, limits.unreadTime > 0 else { return .max }
    return connections[connection].stuckSince &+ limits.unreadTime
  }

  /// Whether the socket has taken anything meanwhile the edge knows.
  private mutating func measure(_ connection: ConnectionID) {
    connections[connection].measure(at: now)
    actions.append(.measure(connection))
  }

  /// A server is connected when it has said what it takes.
  @inline(__always)
  private func settingsDue(_ connection: ConnectionID) -> UInt64 {
    guard !peers.isReady(connections[connection].peer),
      case .upstream(_, let cluster) = connections[connection].role
    else {
      return .max
    }
    return connections[connection].began
      &+ (cluster.connectTimeout > 0 ? cluster.connectTimeout : limits.headTime)
  }

  @inline(__always)
  private func heartbeatDue(_ connection: ConnectionID) -> UInt64 {
    if let since = connections[connection].doubtedSince {
      return connections[connection].unanswered == 0 ? since : since &+ limits.pingAnswerTime
    }
    let time = connections[connection].kind.silence(bolt: limits.heartbeatTime, http2: limits.pingTime)
    return time == 0
      ? .max : connections[connection].lastRead &+ time &* UInt64(connections[connection].unanswered + 1)
  }

  /// A call that began then waited there in vain. Where the server has said nothing to anybody meanwhile, or for as
  /// long as an answer to that may take, it is asked whether it is there, unless it is asked in any case.
  mutating func doubt(_ connection: ConnectionID, since began: UInt64) {
    let isSilent =
      connections[connection].lastRead <= began
      || connections[connection].lastRead &+ limits.pingAnswerTime <= now
    guard !connections[connection].kind.isAskedRegularly, connections[connection].isUpstream, isSilent,
      connections[connection].doubtedSince == nil
    else { return }
    connections[connection].doubt(at: now)
    touch(connection)
  }

  /// A connection with calls under way is never idle.
  @inline(__always)
  private func idleDue(_ connection: ConnectionID) -> UInt64 {
    guard connections[connection].calls.isEmpty else { return .max }
    let time =
      switch connections[connection].role {
      case .downstream(let listener): listener.idleTime ?? limits.idleTime
      case .upstream(_, let cluster): cluster.idleTime
      }
    return time == 0 ? .max : max(connections[connection].lastRead, connections[connection].lastWrite) &+ time
  }

  private mutating func endIdle(_ connection: ConnectionID) {
    peers.goAway(connections[connection].peer, .noError)
    close(connection, .afterFlush, .idle)
  }
}
