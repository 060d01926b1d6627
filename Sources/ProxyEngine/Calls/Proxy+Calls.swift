// The life of a call: it begins, is routed, sent, and ends. What each input means is `ExchangeState.outcome`'s to say.

extension Proxy {
  /// A call from a connection. `key` is its number there; nil: the call's own number, as in bolt.
  mutating func beginCall(
    on caller: ConnectionID, _ wire: ConnectionProtocol, key: UInt32? = nil, in state: ExchangeState
  ) -> ExchangeID {
    let call = exchanges.begin(by: caller, wire, key: key, in: state, at: now)
    connections[caller].enter(call, exchanges[call].callerKey)
    return call
  }

  /// Whether another call may begin.
  @inline(__always)
  func refusal(of caller: ConnectionID) -> ProxyError.Cause? {
    if connections[caller].calls.count > limits.callsPerConnection { return .tooManyRequests }
    if weight(caller) > budget.level { return .tooMuchBuffered }
    return nil
  }

  /// Follows the route as far as a set of hosts; false: the call was answered.
  mutating func follow(_ route: CompiledRoute?, _ call: ExchangeID, _ listener: Listener) -> Bool {
    exchanges[call].follow(route)
    switch route?.action {
    case .forward(let shares):
      guard let hosts = CompiledRoute.choose(shares, &random) else {
        receive(.stopped(.unknownCluster), for: call)
        return false
      }
      exchanges[call].go(to: hosts)
      let upstream = listener.upstream(on: route)
      guard let kind = upstream.kind(for: exchanges[call].callerKind) else {
        receive(.stopped(.protocolNotSpoken), for: call)
        return false
      }
      exchanges[call].speak(kind, upstream.boltVersion)
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
  mutating func arm(_ call: ExchangeID, milliseconds: Int64) {
    var time = exchanges[call].route?.timeout ?? 0
    if milliseconds > 0, milliseconds < Int64.max / 1_000_000 {
      let own = UInt64(milliseconds) &* 1_000_000
      time = time == 0 ? own : min(time, own)
    }
    if time == 0, isHalfClosed(exchanges[call].caller) { time = limits.halfClosedTime }
    if limits.callTime > 0 {
      time =
        time == 0 ? limits.callTime : min(time, max(limits.callTime, exchanges[call].route?.timeout ?? 0))
    }
    exchanges[call].limit(
      to: time > 0 ? now &+ time : .max, onlyCapped: milliseconds <= 0 && exchanges[call].route?.timeout == 0)
    startTimer(of: call)
  }

  /// For what is left of its time, or until its body has to be whole.
  private mutating func startTimer(of call: ExchangeID) {
    var due = exchanges[call].due
    if awaitsBody(call) { due = min(due, exchanges[call].times.start &+ limits.bodyTime) }
    guard due != .max else { return }
    arm(call, at: due, onlyCapped: exchanges[call].isOnlyCapped)
  }

  private func awaitsBody(_ call: ExchangeID) -> Bool {
    exchanges[call].state == .gathering && !exchanges[call].requestEnded && !exchanges[call].passesFields
      && limits.bodyTime > 0
  }

  /// Its body is whole, and limits its time no longer.
  mutating func bodyEnded(of call: ExchangeID) {
    guard exchanges[call].timer.isArmed, limits.bodyTime > 0,
      exchanges[call].due > exchanges[call].times.start &+ limits.bodyTime
    else { return }
    exchanges[call].disarm(in: &deadlines)
    startTimer(of: call)
  }

  private mutating func arm(_ call: ExchangeID, at time: UInt64, onlyCapped: Bool) {
    exchanges[call].arm(deadlines.arm(time, .exchange(call.slot)), onlyCapped: onlyCapped)
  }

  private func isHalfClosed(_ caller: ConnectionID) -> Bool {
    guard let caller = connections.live(caller) else { return false }
    return connections[caller].didReadClose
  }

  /// A caller that sends no more may be gone: what nothing else ends ends some time later.
  mutating func limitCalls(of caller: ConnectionID) {
    guard !connections[caller].isUpstream, limits.halfClosedTime > 0 else { return }
    for call in connections[caller].calls.values where exchanges[call].caller == caller {
      guard !exchanges[call].timer.isArmed else { continue }
      arm(call, at: now &+ limits.halfClosedTime, onlyCapped: exchanges[call].isOnlyCapped)
    }
  }

  mutating func timeOut(_ call: ExchangeID) {
    exchanges[call].timerCame()
    // A body nobody set a limit to may take its time as long as it moves.
    if exchanges[call].isOnlyCapped, exchanges[call].state == .relaying, exchanges[call].hasMoved() {
      return arm(call, at: now &+ limits.callTime, onlyCapped: true)
    }
    if let callee = connections.live(exchanges[call].callee) {
      doubt(callee, since: exchanges[call].times.start)
    }
    receive(.stopped(.timeout), for: call)
  }

  // MARK: Inputs

  /// Something happened to a call.
  mutating func receive(_ input: ExchangeInput, for call: ExchangeID) {
    let error = input.cause.map { ProxyError($0) }
    let wasHeard = exchanges[call].state == .relaying
    let mayRetry = mayRetry(call, after: input)
    switch exchanges[call].take(input, mayRetry: mayRetry) {
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
      if let caller = connections.live(exchanges[call].caller) {
        peers.cancel(
          exchanges[call].callerKey, error?.isAboutMemory == true ? .enhanceYourCalm : .internalError,
          of: connections[caller].peer)
      }
      end(call, error)
    case .abandon:
      recall(call)
      // Whatever came from a server, its caller heard nothing of it.
      if !wasHeard { (exchanges[call].times.boltStatus, exchanges[call].times.httpStatus) = (nil, 0) }
      end(call, error)
    case .ignored:
      break
    }
  }

  /// Once more, elsewhere if there is such a place.
  private mutating func retry(_ call: ExchangeID, _ error: ProxyError?) {
    guard exchanges[call].countRetry(most: exchanges[call].hosts?.cluster.breaker.maxRetries) else {
      return receive(.stopped(error?.cause ?? .internalError), for: call)
    }
    exchanges[call].tryAgain()
    if reportsCalls, let error { events.append(.retried(streamID: exchanges[call].number, error)) }
    let wasSent = exchanges[call].callee != .none
    recall(call)
    if wasSent { rewind(call) }
    dispatch(call)
  }

  /// What is kept of a call goes out, or waits. A call that comes here is on no connection, so that its end gives nobody room and
  /// sets nothing else in motion: nothing goes deeper than tries are allowed.
  mutating func dispatch(_ call: ExchangeID) {
    switch lease(call) {
    case .connection(let connection): sendKept(call, on: connection)
    case .waits: park(call)
    case .nowhere(let cause): receive(.stopped(cause), for: call)
    }
  }

  /// Whether a call could go out once more: one that was certainly not worked on, or one of which the route's policy
  /// says so, though the server may have worked on it.
  @inline(__always)
  private func mayRetry(_ call: ExchangeID, after input: ExchangeInput) -> Bool {
    switch input {
    case .refused:
      (exchanges[call].callee == .none || exchanges[call].isReplayable)
        && exchanges[call].retries < mostRetries(call)
    case .lost(.upstreamReset), .lost(.upstreamClosed), .lost(.upstreamSilent):
      exchanges[call].isReplayable && exchanges[call].route?.retry?.retryOn == true
        && exchanges[call].retries < mostRetries(call)
    default: false
    }
  }

  /// What was certainly not worked on is tried once more, and what the route's policy says as often as that says.
  @inline(__always)
  private func mostRetries(_ call: ExchangeID) -> UInt32 {
    guard let policy = exchanges[call].route?.retry, policy.retryOn else { return 1 }
    return max(1, policy.retries)
  }

  /// Whether the call would be tried again after this; otherwise nothing has happened yet.
  func isRetried(_ call: ExchangeID, after input: ExchangeInput) -> Bool {
    exchanges[call].state.outcome(input, mayRetry: mayRetry(call, after: input)) == .retry
  }

  /// Takes the call back from its connection or queue.
  private mutating func recall(_ call: ExchangeID) {
    exchanges[call].place.pool?.leave(call, &exchanges)
    release(call)
  }

  /// The callee has no more to do with the call, and is told so where it may still be at work. Its connection may be
  /// free for another call, or over.
  mutating func release(_ call: ExchangeID) {
    let key = exchanges[call].calleeKey
    guard let callee = connections.live(exchanges[call].callee), connections[callee].calls[key] == call
    else { return }
    leave(callee, key)
    guard connections[callee].state != .closed else { return }
    cancel(key, on: callee)
    touch(callee)
    if connections[callee].state == .open { serve(callee) }
  }

  /// Servers take many resets for an attack (CVE-2023-44487) and end the connection, with the calls of everybody on
  /// it. Before it comes to that others get a new connection, and the stream ends with this one.
  private mutating func cancel(_ key: UInt32, on callee: ConnectionID) {
    let rate = connections[callee].isUpstream ? limits.cancellations : nil
    if !peers.recall(key, of: connections[callee].peer, within: rate, at: now) { retire(callee) }
  }

  /// Nothing of the call is left on the connection.
  private mutating func leave(_ connection: ConnectionID, _ key: UInt32) {
    connections[connection].leave(key)
    peers.leave(key, of: connections[connection].peer)
  }

  /// The call is over, however it went.
  private mutating func end(_ call: ExchangeID, _ error: ProxyError?) {
    exchanges[call].disarm(in: &deadlines)
    recall(call)
    payCredit(call, all: true)
    if let caller = connections.live(exchanges[call].caller) {
      if reportsCalls || error?.isOurs == true { report(call, caller, error) }
      leave(caller, exchanges[call].callerKey)
      // A stream that could not be told anything else ends at least.
      if connections[caller].state != .closed {
        peers.cancel(exchanges[call].callerKey, .internalError, of: connections[caller].peer)
      }
      unpark(call, caller)
      dischargeLists(call, caller)
      touch(caller)
    }
    exchanges[call].uncount()
    exchanges.end(call)
  }

  // MARK: What is kept

  /// Scratch for translated parts, to be put back.
  mutating func takeParts() -> [UInt8] {
    var taken: [UInt8] = []
    swap(&taken, &parts)
    taken.removeAll(keepingCapacity: true)
    return taken
  }
}
