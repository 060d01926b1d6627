import H2Codec
import MosnBytes
import MosnConfig

// Connections are read, written and closed.

extension Proxy {
  /// Bytes were read.
  mutating func read(_ bytes: RawSpan, on connection: Connection) {
    switch connection.wire {
    case .boltV1, .boltV2:
      readBolt(bytes, on: connection)
    case .http2:
      connection.http2?.side.receive(at: now)
      pump(connection, bytes)
    case .unknown:
      if let listener = connection.listener { readOpening(bytes, on: connection, of: listener) }
    }
  }

  static let entriesNamedLikeFields: [H2Rule] = [
    .connectionField, .teField, .contentLengthForm, .authorityHost,
  ]

  mutating func speak(_ wire: ConnectionProtocol, on connection: Connection) {
    var session: HTTP2Session?
    if wire == .http2 {
      var configuration = H2Connection.Configuration(role: connection.isUpstream ? .client : .server)
      configuration.settings.maxConcurrentStreams = limits.concurrentStreams
      configuration.settings.initialWindowSize = limits.streamWindow
      configuration.settings.maxHeaderListSize = limits.listSize
      configuration.connectionWindow = limits.connectionWindow
      configuration.headers = limits.headers
      configuration.floods = limits.floods
      // MOSN 0.2.1 splits a value at its commas and leaves the blanks.
      configuration.tolerated.insert(.fieldValueWhitespace)
      // What it passes on of an answer's header map may be called like fields of HTTP. They cost bolt's clients an entry;
      // to HTTP/2's the answer is malformed.
      if connection.isUpstream {
        for rule in Self.entriesNamedLikeFields { configuration.tolerated.insert(rule) }
      }
      session = HTTP2Session(H2Connection(configuration))
    }
    connection.speak(wire, session)
    events.append(.detected(connection.id, wire))
  }

  /// The peer broke a rule: HTTP/2 says so itself, bolt has no word for it.
  mutating func misbehave(_ connection: Connection, _ rule: String) {
    events.append(.misbehaved(connection.id, rule))
    close(connection, .afterFlush, .misbehaviour)
  }

  // MARK: The end of a turn

  mutating func touch(_ connection: Connection) {
    if connection.touch() { touched.append(connection) }
  }

  /// What this turn means for the connections it touched: output, an end, a pause, the next time to look.
  mutating func settle() {
    var index = 0
    while index < touched.count {
      let connection = touched[index]
      index += 1
      connection.settle()
      if connection.state != .closed { settle(connection) }
    }
    touched.removeAll(keepingCapacity: true)
  }

  private mutating func settle(_ connection: Connection) {
    guard connection.state != .connecting else { return }
    let stuck = connection.isWritable ? 0 : connection.unsent
    held += connection.stick(stuck)
    if stuck > share(limits.unsentPerConnection) {
      return close(connection, .abortive, .tooMuchUnsent)
    }
    if connection.calls.isEmpty, let reason = endsWithoutCalls(connection) {
      return close(connection, .afterFlush, reason)
    }
    if connection.unsent > 0, connection.isWritable, !connection.isWriteAnnounced {
      connection.announceWrite(at: now)
      actions.append(.write(connection.id))
    }
    let pauses = isHeldBack(connection)
    if pauses != connection.isReadingPaused {
      connection.pauseReading(pauses)
      actions.append(pauses ? .pauseReading(connection.id) : .resumeReading(connection.id))
    }
    armTimer(of: connection)
  }

  private func endsWithoutCalls(_ connection: Connection) -> ProxyEvent.CloseReason? {
    if let http2 = connection.http2, http2.side.isFinished {
      return http2.side.failure == nil ? .drained : .misbehaviour
    }
    if connection.didReadClose { return .peer }
    if case .upstream(let host, _) = connection.role, host.isRemoved,
      host.pool(http2: connection.wire == .http2).pending == 0
    {
      return .removed
    }
    guard connection.state == .draining else { return nil }
    // HTTP/2 clients are told first, and finish on their own.
    return connection.isHTTP2 && !connection.isUpstream ? nil : .drained
  }

  /// Whoever does not read his answers, or whose calls pile up here, may send no more. HTTP/2 has windows for that.
  private func isHeldBack(_ connection: Connection) -> Bool {
    if let http2 = connection.http2 { return http2.side.isReadingPaused && !connection.isWritable }
    return connection.isCongested(limits) || connection.parked > limits.highWater
  }

  // MARK: Output

  mutating func takeOutput(of connection: Connection) -> [UInt8] {
    connection.outputTaken()
    var taken: [UInt8] = []
    if connection.http2 != nil {
      taken = buffers.popLast() ?? []
      connection.http2?.side.takeOutput(into: &taken)
    } else {
      swap(&taken, &connection.output)
    }
    return taken
  }

  /// Output was written: its memory serves again, and what waited for room goes on.
  mutating func recycle(_ taken: inout [UInt8], _ connection: Connection) {
    keep(&taken)
    guard connection.isHTTP2, connection.state != .closed else { return }
    touch(connection)
    pump(connection, RawSpan())
    settle()
  }

  /// Empty memory for the next who needs some.
  mutating func keep(_ buffer: inout [UInt8]) {
    guard buffer.capacity > 0, buffer.capacity <= Self.bufferCapacity, buffers.count < Self.spareBuffers
    else {
      return
    }
    buffer.removeAll(keepingCapacity: true)
    buffers.append(buffer)
  }

  /// Before the first byte of a connection's output.
  mutating func giveBuffer(to connection: Connection) {
    if connection.output.capacity == 0, let buffer = buffers.popLast() { connection.output = buffer }
    touch(connection)
  }

  private static var bufferCapacity: Int { 256 << 10 }
  private static var spareBuffers: Int { 16 }

  // MARK: The end

  /// Ends a connection that the engine is done with.
  mutating func close(
    _ connection: Connection, _ closing: ProxyAction.Closing, _ reason: ProxyEvent.CloseReason
  ) {
    guard connection.state != .closed else { return }
    if closing == .afterFlush, connection.unsent > 0, !connection.isWriteAnnounced {
      actions.append(.write(connection.id))
    }
    forget(connection, reason)
    actions.append(.close(connection.id, closing))
  }

  /// Ends what ran over a connection that is over.
  mutating func forget(_ connection: Connection, _ reason: ProxyEvent.CloseReason) {
    connection.end()
    connection.disarm(in: &deadlines)
    closing.append(connection)
    events.append(.closed(connection.id, reason))
    let calls = connection.calls.values
    let cause: ProxyError.Cause = reason == .unanswered ? .upstreamSilent : .upstreamClosed
    switch connection.role {
    case .downstream:
      clients.leave()
      for call in calls {
        if call.caller == connection.id {
          receive(.left(reason == .tooMuchUnsent ? .slowReader : .clientClosed), for: call)
        } else {
          receive(.lost(cause), for: call)
        }
      }
    case .upstream(let host, let cluster):
      let pool = host.pool(http2: connection.wire == .http2)
      pool.remove(connection)
      for call in calls {
        receive(call.caller == connection.id ? .left(cause) : .lost(cause), for: call)
      }
      if connection.isHTTP2, !connection.knowsSettings {
        // No server of HTTP/2: to connect again at once would go on for as long as calls wait.
        refuseWaiting(pool, host, cluster, .connectFailed)
      } else if pool.pending > 0 {
        connect(host, cluster, http2: connection.wire == .http2)
      }
    }
    held += connection.stick(0)
    connection.drop()
  }
}
