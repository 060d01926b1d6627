import BoltCodec
import H2Codec

/// bolt: an answer has the id of its request, in the other direction.
extension CallTable {
  mutating func receive(
    _ frame: BoltFrame, _ bytes: [UInt8], _ message: Message, in direction: Direction,
    into ended: inout EndedCalls
  ) {
    let part = Call.Part(
      first: message.begun ?? message.place.arrival, last: frame.isWhole ? message.place.arrival : nil,
      bytes: frame.contentLength)
    switch frame.kind {
    case .request, .oneway, .heartbeat:
      noteCaller(direction)
      counting[direction].note(frame.id)
      receiveRequest(frame, bytes, part, message.findings, in: direction, into: &ended)
    case .response, .heartbeatAck:
      noteCaller(direction.other)
      receiveAnswer(frame, bytes, part, message.findings, in: direction, into: &ended)
    case .goaway: break
    }
  }

  private mutating func receiveRequest(
    _ frame: BoltFrame, _ bytes: [UInt8], _ part: Call.Part, _ findings: [Finding],
    in direction: Direction, into ended: inout EndedCalls
  ) {
    let key = Self.key(bolt: frame.id, from: direction)
    if let slot = slot(of: key), self[slot].request == nil, let answer = self[slot].response,
      frame.kind != .oneway, !isAmbiguous(part, answer, from: direction)
    {
      noteRequest(slot)
      describe(slot, frame, bytes, part, findings)
      return endAnswered(slot, into: &ended)
    }
    if let slot = slot(of: key), frame.kind != .oneway { giveUp(slot, usedAgainAt: part.first, into: &ended) }
    let call = newCall(kind(of: frame, from: direction), .bolt, frame.id, from: direction, part)
    // Nothing is found by the number of a call that gets no answer.
    let slot = open(call, as: frame.kind == .oneway ? nil : key, into: &ended)
    describe(slot, frame, bytes, part, findings)
    guard frame.kind == .oneway else { return }
    self[slot].outcome = .oneway
    end(slot, into: &ended)
  }

  private func kind(of frame: BoltFrame, from direction: Direction) -> Call.Kind {
    switch frame.kind {
    case .heartbeat, .heartbeatAck: .heartbeat
    case .oneway: side(direction) == .server ? .push : .oneway
    case .request, .response, .goaway: side(direction) == .server ? .push : .request
    }
  }

  /// Whose id comes again has no answer, or was none's.
  private mutating func giveUp(_ slot: Int, usedAgainAt arrival: Arrival, into ended: inout EndedCalls) {
    guard self[slot].request != nil else { return endUnmatched(slot, into: &ended) }
    if isAnswerLost(of: slot) {
      giveUp(slot, .lost, .answerLost, into: &ended)
    } else {
      giveUp(slot, .closed, .idUsedAgain(arrival.packet), into: &ended)
    }
  }

  private mutating func describe(
    _ slot: Int, _ frame: BoltFrame, _ bytes: [UInt8], _ part: Call.Part, _ findings: [Finding]
  ) {
    self[slot].request = part
    self[slot].kind = kind(of: frame, from: self[slot].caller)
    if let timeout = frame.timeout, timeout > 0 { self[slot].timeout = timeout }
    add(findings, to: slot)
    let headers = BoltHeaderMap(bytes, in: frame.headerMap)
    let service = headers.value(forKey: "sofa_head_target_service") ?? headers.value(forKey: "service")
    self[slot].service = texts.keep(bytes[service ?? frame.className], limit: Self.longestService)
    guard let method = headers.value(forKey: "sofa_head_method_name") else { return }
    self[slot].method = texts.keep(bytes[method], limit: Self.longestMethod)
  }

  static var longestService: Int { 512 }
  static var longestMethod: Int { 1_024 }
  static var longestMessage: Int { 256 }

  private mutating func receiveAnswer(
    _ frame: BoltFrame, _ bytes: [UInt8], _ part: Call.Part, _ findings: [Finding],
    in direction: Direction, into ended: inout EndedCalls
  ) {
    let caller = direction.other
    let key = Self.key(bolt: frame.id, from: caller)
    let waiting = slot(of: key)
    var reason: CallReason?
    if let slot = waiting, let request = self[slot].request,
      (self[slot].kind == .heartbeat) == (frame.kind == .heartbeatAck)
    {
      guard isAmbiguous(request, part, from: caller) else {
        answer(slot, frame, bytes, part, findings)
        return endAnswered(slot, into: &ended)
      }
      reason = .ambiguous
    }
    let call = newCall(kind(of: frame, from: caller), .bolt, frame.id, from: caller, nil)
    let slot = open(call, as: waiting == nil ? key : nil, into: &ended)
    answer(slot, frame, bytes, part, findings)
    // Where its number is taken, it cannot wait for its request.
    if waiting != nil { endUnmatched(slot, reason, into: &ended) }
  }

  private mutating func answer(
    _ slot: Int, _ frame: BoltFrame, _ bytes: [UInt8], _ part: Call.Part, _ findings: [Finding]
  ) {
    self[slot].response = part
    self[slot].status = frame.status.map { Int($0.rawValue) }
    add(findings, to: slot)
    let headers = BoltHeaderMap(bytes, in: frame.headerMap)
    if let error = headers.value(forKey: "sofa_head_response_error"), bytes[error].elementsEqual("true".utf8)
    {
      self[slot].doubt = .application
    }
  }

  /// Whether an answer may be that of an earlier call with the same id, or of a later one: the call's own answer and the
  /// later request were lost then. Where ids count up, none is used twice.
  private func isAmbiguous(_ request: Call.Part, _ answer: Call.Part, from caller: Direction) -> Bool {
    guard !counting[caller].isCertain else { return false }
    if answer.first.packet < request.first.packet { return true }
    let since = request.last?.packet ?? request.first.packet
    func isLost(_ direction: Direction) -> Bool {
      [lost[direction], unpaired[direction]].contains { $0.map { $0.packet > since } ?? false }
    }
    return isLost(caller.other) && (isLost(caller) || isBehind[caller])
  }
}
