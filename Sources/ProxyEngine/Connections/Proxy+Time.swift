import BoltCodec
import H2Codec

// What is due on a connection: heads that take too long, heartbeats, and the end of idle ones.

extension Proxy {
  /// Has the connection's timer go off at the earliest time at which something may be due. A later one is found out
  /// when the timer goes off, so that most turns arm nothing.
  mutating func armTimer(of connection: Connection) {
    let due = nextDue(connection)
    guard due != .max, !connection.timer.isArmed || due < connection.timerTime else { return }
    connection.arm(due, in: &deadlines)
  }

  mutating func timeOut(_ connection: Connection) {
    connection.timerCame()
    guard connection.state != .closed else { return }
    touch(connection)
    if let event = connection.http2?.side.timeOut(at: now) { take(event, RawSpan(), on: connection) }
    guard connection.state != .closed else { return }
    if let began = connection.headBegan, hasShortHead(connection), now >= began &+ limits.headTime {
      return close(connection, .afterFlush, .slowHead)
    }
    if now >= settingsDue(connection) { return close(connection, .abortive, .noSettings) }
    if now >= idleDue(connection) { return endIdle(connection) }
    guard connection.isUpstream, now >= heartbeatDue(connection) else { return }
    guard connection.unanswered < (connection.doubtedSince == nil ? limits.unansweredHeartbeats : 1) else {
      return close(connection, .abortive, .unanswered)
    }
    connection.asked()
    if connection.isHTTP2 {
      connection.http2?.side.ping(UInt64(connection.unanswered))
    } else {
      write(.heartbeat(id: exchanges.number()), to: connection)
    }
  }

  private func nextDue(_ connection: Connection) -> UInt64 {
    var due = min(connection.http2?.side.deadline ?? .max, idleDue(connection))
    if let began = connection.headBegan, hasShortHead(connection) { due = min(due, began &+ limits.headTime) }
    return connection.isUpstream ? min(due, settingsDue(connection), heartbeatDue(connection)) : due
  }

  /// A server of HTTP/2 is connected when it has said what it takes.
  private func settingsDue(_ connection: Connection) -> UInt64 {
    guard connection.isHTTP2, !connection.knowsSettings, case .upstream(_, let cluster) = connection.role
    else {
      return .max
    }
    return connection.began &+ (cluster.connectTimeout > 0 ? cluster.connectTimeout : limits.headTime)
  }

  private func hasShortHead(_ connection: Connection) -> Bool {
    connection.held.count < BoltHead.request(id: 0).length + 2
  }

  private func heartbeatDue(_ connection: Connection) -> UInt64 {
    if let since = connection.doubtedSince {
      return connection.unanswered == 0 ? since : since &+ limits.pingAnswerTime
    }
    let time = connection.isHTTP2 ? limits.pingTime : limits.heartbeatTime
    return time == 0 ? .max : connection.lastRead &+ time &* UInt64(connection.unanswered + 1)
  }

  /// A call that began then waited there in vain. Where the server has said nothing to anybody meanwhile, or for as
  /// long as an answer to a PING may take, it is asked whether it is there. Bolt's heartbeats ask in any case.
  mutating func doubt(_ connection: Connection, since began: UInt64) {
    let isSilent =
      connection.lastRead <= began || connection.lastRead &+ limits.pingAnswerTime <= now
    guard connection.isHTTP2, connection.isUpstream, isSilent, connection.doubtedSince == nil else { return }
    connection.doubt(at: now)
    touch(connection)
  }

  /// A connection with calls under way is never idle.
  private func idleDue(_ connection: Connection) -> UInt64 {
    guard connection.calls.isEmpty else { return .max }
    let time =
      switch connection.role {
      case .downstream(let listener): listener.idleTime ?? limits.idleTime
      case .upstream(_, let cluster): cluster.idleTime
      }
    return time == 0 ? .max : max(connection.lastRead, connection.lastWrite) &+ time
  }

  private mutating func endIdle(_ connection: Connection) {
    connection.http2?.side.goAway(.noError)
    close(connection, .afterFlush, .idle)
  }
}
