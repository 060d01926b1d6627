import BoltCodec
import H2Codec
import MosnConfig
import Translate

// The life of a call: it begins, is routed, sent, and ends. What each input means is `ExchangeState.outcome`'s to say.

extension Proxy {
  /// A call from a connection. `key` is its number there; nil: the call's own number, as in bolt.
  mutating func beginCall(
    on caller: Connection, _ wire: ConnectionProtocol, key: UInt32? = nil, in state: ExchangeState
  ) -> Exchange {
    let call = exchanges.begin(by: caller.id, wire, key: key, in: state, at: now)
    caller.enter(call, call.callerKey)
    return call
  }

  /// Whether another call may begin.
  func refusal(of caller: Connection) -> ProxyError.Cause? {
    if caller.calls.count > limits.callsPerConnection { return .tooManyRequests }
    if held > limits.bufferedInAll { return .tooMuchBuffered }
    return nil
  }

  /// Follows the route as far as a set of hosts; false: the call was answered.
  mutating func follow(_ route: CompiledRoute?, _ call: Exchange, _ listener: Listener) -> Bool {
    call.follow(route)
    switch route?.action {
    case .forward(let shares):
      guard let hosts = CompiledRoute.choose(shares, &random) else {
        receive(.stopped(.unknownCluster), for: call)
        return false
      }
      call.go(to: hosts)
      hosts.cluster.load.callBegan()
      guard hosts.cluster.load.calls <= hosts.cluster.breaker.maxRequests else {
        receive(.stopped(.tooManyRequests), for: call)
        return false
      }
      let upstream = listener.upstream(on: route)
      if case .notSpoken = upstream {
        receive(.stopped(.protocolNotSpoken), for: call)
        return false
      }
      call.speak(upstream)
      return true
    case .redirect(let redirect):
      answer(call, with: redirect)
      return false
    case .respond(let response):
      answer(call, with: response)
      return false
    case nil, .some(.none):
      receive(.stopped(.noRoute), for: call)
      return false
    }
  }

  /// The clock runs: the caller's own limit or the route's, whichever is shorter. Without either a call ends when it is
  /// answered or its caller leaves. Above both is the cap, if there is one, which a longer limit of the route lifts.
  ///
  /// - Parameter milliseconds: what the caller said; 0 and less is nothing.
  mutating func arm(_ call: Exchange, milliseconds: Int64) {
    var time = call.route?.timeout ?? 0
    if milliseconds > 0, milliseconds < Int64.max / 1_000_000 {
      let own = UInt64(milliseconds) &* 1_000_000
      time = time == 0 ? own : min(time, own)
    }
    if time == 0, connections[call.caller]?.didReadClose == true { time = limits.halfClosedTime }
    if limits.callTime > 0 {
      time = time == 0 ? limits.callTime : min(time, max(limits.callTime, call.route?.timeout ?? 0))
    }
    guard time > 0 else { return }
    call.arm(
      now &+ time, onlyCapped: milliseconds <= 0 && call.route?.timeout == 0, in: &deadlines)
  }

  /// A caller that sends no more may be gone: what nothing else ends ends some time later.
  mutating func limitCalls(of caller: Connection) {
    guard !caller.isUpstream, limits.halfClosedTime > 0 else { return }
    for call in caller.calls.values where call.caller == caller.id && !call.timer.isArmed {
      call.arm(now &+ limits.halfClosedTime, onlyCapped: call.isOnlyCapped, in: &deadlines)
    }
  }

  mutating func timeOut(_ call: Exchange) {
    call.timerCame()
    // A body nobody set a limit to may take its time as long as it moves.
    if call.isOnlyCapped, call.state == .relaying, call.hasMoved() {
      return call.arm(now &+ limits.callTime, onlyCapped: true, in: &deadlines)
    }
    if let callee = connections[call.callee] { doubt(callee, since: call.times.start) }
    receive(.stopped(.timeout), for: call)
  }

  // MARK: Inputs

  /// Something happened to a call.
  mutating func receive(_ input: ExchangeInput, for call: Exchange) {
    let error = input.cause.map { ProxyError($0) }
    let wasHeard = call.state == .relaying
    switch call.take(input, mayRetry: mayRetry(call, after: input)) {
    case .becomes(let state):
      if state == .over { end(call, nil) }
    case .retry:
      retry(call, error)
    case .fail:
      recall(call)
      if let error { tell(call, error) }
      end(call, error)
    case .cut:
      recall(call)
      connections[call.caller]?.http2?.side.reset(H2StreamID(rawValue: call.callerKey), .internalError)
      end(call, error)
    case .abandon:
      recall(call)
      // Whatever came from a server, its caller heard nothing of it.
      if !wasHeard { (call.times.boltStatus, call.times.httpStatus) = (nil, 0) }
      end(call, error)
    case .ignored:
      break
    }
  }

  /// Once more, elsewhere if there is such a place.
  private mutating func retry(_ call: Exchange, _ error: ProxyError?) {
    call.tryAgain()
    if reportsCalls, let error { events.append(.retried(streamID: call.number, error)) }
    let wasSent = call.callee != .none
    recall(call)
    if wasSent, !call.holdsFrame, call.callerIsHTTP2 { rewind(call) }
    if let connection = lease(call) {
      sendKept(call, on: connection)
    } else if call.state == .waiting {
      park(call)
    }
  }

  /// Whether a call could go out once more: one that was certainly not worked on, or one of which the route's policy
  /// says so, though the server may have worked on it.
  private func mayRetry(_ call: Exchange, after input: ExchangeInput) -> Bool {
    switch input {
    case .refused:
      (call.callee == .none || call.isReplayable) && call.retries < mostRetries(call)
    case .lost(.upstreamReset), .lost(.upstreamClosed), .lost(.upstreamSilent):
      call.isReplayable && call.route?.retry?.retryOn == true && call.retries < mostRetries(call)
    default: false
    }
  }

  /// What was certainly not worked on is tried once more, and what the route's policy says as often as that says.
  private func mostRetries(_ call: Exchange) -> UInt32 {
    guard let policy = call.route?.retry, policy.retryOn else { return 1 }
    return max(1, policy.retries)
  }

  /// Whether the call would be tried again after this; otherwise nothing has happened yet.
  func isRetried(_ call: Exchange, after input: ExchangeInput) -> Bool {
    call.state.outcome(input, mayRetry: mayRetry(call, after: input)) == .retry
  }

  /// Takes the call back from its connection or queue.
  private mutating func recall(_ call: Exchange) {
    call.place.pool?.leave(call)
    release(call)
  }

  /// The callee has no more to do with the call, and is told so where it may still be at work. Its connection may be
  /// free for another call, or over.
  mutating func release(_ call: Exchange) {
    guard let callee = connections[call.callee], callee.calls[call.calleeKey] === call else { return }
    callee.leave(call.calleeKey)
    guard callee.state != .closed else { return }
    cancel(H2StreamID(rawValue: call.calleeKey), on: callee)
    touch(callee)
    if callee.state == .open { serve(callee) }
  }

  /// Servers take many resets for an attack (CVE-2023-44487) and end the connection, with the calls of everybody on
  /// it. Before it comes to that others get a new connection, and the stream ends with this one.
  private mutating func cancel(_ stream: H2StreamID, on callee: Connection) {
    guard let http2 = callee.http2, http2.side.stream(stream) != nil else { return }
    guard !callee.isUpstream || callee.mayCancel(limits, at: now) else {
      return retire(callee)
    }
    http2.side.reset(stream, .cancel)
  }

  /// The call is over, however it went.
  private mutating func end(_ call: Exchange, _ error: ProxyError?) {
    call.disarm(in: &deadlines)
    recall(call)
    payCredit(call, all: true)
    if let caller = connections[call.caller] {
      if reportsCalls || error?.isOurs == true { report(call, caller, error) }
      caller.leave(call.callerKey)
      // A stream that could not be told anything else ends at least.
      if caller.state != .closed {
        caller.http2?.side.reset(H2StreamID(rawValue: call.callerKey), .internalError)
      }
      unpark(call, caller)
      touch(caller)
    }
    call.hosts?.cluster.load.callEnded()
    exchanges.end(call)
  }

  // MARK: What is kept

  /// Why no more can be kept for a call; nil if it can.
  func shortage(_ call: Exchange) -> ProxyError.Cause? {
    let own = connections[call.caller]?.parked ?? 0
    return own > share(limits.heldPerConnection) ? .tooMuchBuffered : nil
  }

  /// How much may be held for one connection: its limit, and no more than is left for all. So a few that take all
  /// they can get leave as much as each of them has.
  func share(_ most: Int) -> Int { max(limits.highWater, min(most, limits.bufferedInAll - held)) }

  /// Scratch for translated parts, to be put back.
  mutating func takeParts() -> [UInt8] {
    var taken: [UInt8] = []
    swap(&taken, &parts)
    taken.removeAll(keepingCapacity: true)
    return taken
  }

  /// Bytes are kept for a call that waits; its caller is held back if it has many such.
  mutating func park(_ call: Exchange) {
    guard let caller = connections[call.caller] else { return }
    count(call.park(call.heldBytes), for: caller)
    touch(caller)
  }

  mutating func unpark(_ call: Exchange, _ caller: Connection) {
    count(call.park(0), for: caller)
  }

  private mutating func count(_ bytes: Int, for caller: Connection) {
    caller.park(bytes)
    held += bytes
  }
}
