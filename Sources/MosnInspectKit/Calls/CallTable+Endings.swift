import MosnWire

/// What becomes of a call: answered, or given up and why.
extension CallTable {
  func newCall(
    _ kind: Call.Kind, _ known: WireProtocol, _ id: UInt32, from caller: Direction, _ request: Call.Part?
  ) -> Call {
    var call = Call(
      kind, known, id: id, flow: flow, from: caller, client: endpoint(.client), server: endpoint(.server))
    call.request = request
    return call
  }

  /// A flood of findings says no more than its beginning.
  mutating func add(_ findings: [Finding], to slot: Int) {
    guard !findings.isEmpty else { return }
    for finding in findings { self[slot].findings.note(finding) }
  }

  mutating func endAnswered(_ slot: Int, into ended: inout EndedCalls) {
    guard self[slot].request != nil else { return endUnmatched(slot, into: &ended) }
    (self[slot].outcome, self[slot].reason) = verdict(of: slot)
    end(slot, into: &ended)
  }

  /// What an answer says.
  private func verdict(of slot: Int) -> (Call.Outcome, CallReason) {
    if let timeout = self[slot].timeout, let latency = self[slot].latency,
      latency > Int64(timeout) * 1_000_000
    {
      return (.timeout, .late)
    }
    guard let status = self[slot].status else { return (.answered, .beforeCapture) }
    switch self[slot].wireProtocol {
    case .bolt: if status != 0 { return (.error, .none) }
    case .http2:
      if let status = self[slot].grpcStatus, status != 0 { return (.error, .grpcStatus) }
      if status >= 400 { return (.error, .none) }
    }
    switch self[slot].doubt {
    case .none: return (.ok, .none)
    case .application: return (.error, .applicationError)
    case .respstatus: return (.error, .respstatus)
    }
  }

  mutating func giveUp(
    _ slot: Int, _ outcome: Call.Outcome, _ reason: CallReason, into ended: inout EndedCalls
  ) {
    guard self[slot].decided == nil else { return end(slot, into: &ended) }
    guard self[slot].request != nil else { return endUnmatched(slot, into: &ended) }
    (self[slot].outcome, self[slot].reason) = (outcome, reason)
    end(slot, into: &ended)
  }

  /// An answer that no request belongs to, as far as the capture goes.
  mutating func endUnmatched(_ slot: Int, _ reason: CallReason? = nil, into ended: inout EndedCalls) {
    let caller = self[slot].caller
    let isRequestLost = lost[caller] != nil || isBehind[caller]
    self[slot].outcome = .unmatched
    self[slot].reason =
      reason ?? (isRequestLost ? .requestLost : isFromBeginning ? .unasked : .beforeCapture)
    if let answer = self[slot].response?.first,
      answer.packet > unpaired[caller.other]?.packet ?? 0
    {
      unpaired[caller.other] = answer
    }
    end(slot, into: &ended)
  }

  /// Whether bytes of the answering side are missing since the request.
  func isAnswerLost(of slot: Int) -> Bool {
    guard let request = self[slot].request else { return false }
    let answerer = self[slot].caller.other
    return isBehind[answerer] || lost[answerer].map { $0.packet > request.first.packet } ?? false
  }

  // MARK: time

  /// Tells of those that have waited for too long, so that who watches hears of them and nothing waits for ever.
  mutating func expire(at time: Int64, into ended: inout EndedCalls) {
    while let slot = oldestDecided, let since = self[slot].decided,
      time.subtractingClamped(since) > Self.crossing
    {
      end(slot, into: &ended)
    }
    while let slot = oldestAnswer, let answer = self[slot].response {
      let patience = self[slot].wireProtocol == .bolt ? Self.answerPatience : Self.streamPatience
      guard time.subtractingClamped(answer.first.time) > patience else { break }
      endUnmatched(slot, into: &ended)
    }
    while let slot = oldestRequest, self[slot].wireProtocol == .bolt, let request = self[slot].request {
      let timeout = self[slot].timeout.map { Int64($0) * 1_000_000 }
      let patience = timeout.map { $0 + Self.requestPatience } ?? Self.streamPatience
      guard time.subtractingClamped(request.first.time) > patience else { break }
      if isAnswerLost(of: slot) {
        giveUp(slot, .lost, .answerLost, into: &ended)
      } else {
        giveUp(
          slot, timeout == nil ? .open : .timeout, absence(of: slot, at: time) ?? .unanswered, into: &ended)
      }
    }
  }

  /// Nanoseconds in which an answer may cross with a reset: no way is longer.
  private static var crossing: Int64 { 1_000_000_000 }
  /// Nanoseconds that an answer waits for a request that lies behind a hole (`InspectLimits.holePatience`).
  private static var answerPatience: Int64 { 10_000_000_000 }
  /// Nanoseconds behind its client's timeout in which an answer is still taken for late.
  private static var requestPatience: Int64 { 60_000_000_000 }
  /// Nanoseconds that a call waits which names no timeout, and the answer to a request that goes on.
  private static var streamPatience: Int64 { 300_000_000_000 }

  /// That the client's time is over, if it is.
  private func absence(of slot: Int, at time: Int64) -> CallReason? {
    guard let timeout = self[slot].timeout, let request = self[slot].request else { return nil }
    let deadline = Int64(timeout) * 1_000_000
    guard time.subtractingClamped(request.first.time) > deadline else { return nil }
    let alive = heard[self[slot].caller.other].flatMap {
      $0.time.subtractingClamped(request.first.time) > deadline ? $0.packet : nil
    }
    return .timedOut(alive: alive)
  }

  // MARK: the end of the connection

  /// Nothing more is expected: tells of what is open, and why it stays so.
  mutating func finish(_ ending: ConnectionEnding, at time: Int64, into ended: inout EndedCalls) {
    isBehind = ending.isBehind
    while let slot = oldestDecided ?? oldestRequest ?? oldestAnswer {
      if self[slot].decided == nil, self[slot].response?.last != nil {
        endAnswered(slot, into: &ended)
      } else {
        let (outcome, reason) = absence(of: slot, ending, at: time)
        giveUp(slot, outcome, reason, into: &ended)
      }
    }
  }

  private func absence(of slot: Int, _ ending: ConnectionEnding, at time: Int64) -> (Call.Outcome, CallReason)
  {
    let answerer = self[slot].caller.other
    if self[slot].wireProtocol == .http2, let goAway = goAway[answerer], self[slot].id > goAway.last.rawValue
    {
      return (.goAway, .goAway(by: side(answerer), goAway.code, last: goAway.last, goAway.packet))
    }
    if isAnswerLost(of: slot) { return (.lost, .answerLost) }
    let closer = closing(ending, behind: self[slot].request?.first.packet ?? 0)
    if let reason = absence(of: slot, at: min(time, closer?.at.time ?? time)) { return (.timeout, reason) }
    if let closer { return (.closed, closer.reason) }
    switch ending.ending {
    case .closed, .reset, .captureEnds: return (.open, .captureEnds)
    case .silent: return (.open, .silent)
    case .replaced: return (.open, .replaced)
    case .evicted: return (.evicted, .evicted)
    }
  }

  /// Who ended the connection first behind a request, or else at all, and how.
  private func closing(_ ending: ConnectionEnding, behind request: PacketNumber)
    -> (reason: CallReason, at: Arrival)?
  {
    var first: (reason: CallReason, at: Arrival)?
    func note(_ reason: CallReason, at arrival: Arrival) {
      let (old, new) = (first.map { $0.at.packet > request }, arrival.packet > request)
      if let before = first, old == new ? before.at.packet <= arrival.packet : old == true { return }
      first = (reason, arrival)
    }
    for direction in Direction.allCases {
      if let fin = ending.fins[direction] { note(.finished(by: side(direction), fin.packet), at: fin) }
    }
    if let (direction, arrival) = ending.reset {
      note(.connectionReset(by: side(direction), arrival.packet), at: arrival)
    }
    return first
  }
}

/// How a connection ended, for the calls that were open.
struct ConnectionEnding {
  var ending: Ending
  /// By direction, where a FIN came.
  var fins: Pair<Arrival?>
  /// Who reset it, and where.
  var reset: (by: Direction, at: Arrival)?
  /// By direction, whether bytes are missing at its end.
  var isBehind: Pair<Bool>
}
