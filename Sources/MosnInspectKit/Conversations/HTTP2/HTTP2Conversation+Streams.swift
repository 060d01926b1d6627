import H2Codec

/// Stream states (RFC 9113 §5.1), as far as the capture shows them.
extension HTTP2Conversation {
  /// A frame's effect on its stream (RFC 9113 §5.1).
  mutating func advance(
    _ stream: H2StreamID, _ input: H2StreamInput, _ frame: H2Frame, in direction: Direction
  ) {
    guard !stream.isConnection else { return }
    let isClient = isClient(direction, nil)
    let state = streams.place(of: stream).map { streams[$0].state } ?? unseenState(of: stream, in: direction)
    switch isClient ? state.sent(input) : state.received(input) {
    case .becomes(let next): enter(next, stream, opens: input, in: direction)
    case .ignored: break
    case .forbidden(let rule):
      if !mayAccuse(direction) || stream.rawValue <= givenUp {
        // The frame that would explain it was not captured, or waits.
        enter(presumed(input, isClient: isClient), stream, opens: input, in: direction)
      } else {
        note(rule, frame, in: direction)
      }
    }
  }

  /// HEADERS, whose list is known, begin a stream or go on with it. A client that comes back to a number it has passed
  /// breaks a rule (RFC 9113 §5.1.1), and its request is followed like any other.
  mutating func open(_ frame: H2Frame, in direction: Direction) {
    let input: H2StreamInput = frame.endsStream ? .headersEnd : .headers
    if streams.place(of: frame.streamID) == nil,
      unseenState(of: frame.streamID, in: direction) == .closed,
      isClient(direction, sides[direction].list), sides[direction].list.value(of: ":method") != nil,
      case .becomes(let next) = H2StreamState.idle.sent(input)
    {
      note(.streamOrder, frame, in: direction)
      return enter(next, frame.streamID, opens: input, in: direction)
    }
    let parity = Int(frame.streamID.rawValue & 1)
    let before = active[parity]
    advance(frame.streamID, input, frame, in: direction)
    if active[parity] > before { opened(frame, in: direction) }
  }

  /// The state of a stream that is not followed, or not any more, for a frame of this direction.
  func unseenState(of stream: H2StreamID, in direction: Direction) -> H2StreamState {
    if stream.rawValue > highest[Int(stream.rawValue & 1)] { return .idle }
    if let state = resets.state(of: stream) { return state }
    guard mayAccuse(direction), stream.rawValue > givenUp else { return .open }
    // It may be one of the resets that were forgotten, by the other side.
    guard stream.rawValue <= resets.forgotten else { return .closed }
    return isClient(direction, nil) ? .resetRemote : .resetLocal
  }

  /// Whether all is known that a side's frames have to agree with.
  func mayAccuse(_ direction: Direction) -> Bool { !isPartial && !isBehind[direction.other] }

  /// Where a frame leads that came before the ones which open its stream.
  private func presumed(_ input: H2StreamInput, isClient: Bool) -> H2StreamState {
    let outcome = isClient ? H2StreamState.open.sent(input) : H2StreamState.open.received(input)
    return if case .becomes(let next) = outcome { next } else { .open }
  }

  /// The exchange that HEADERS belong to. A head on a stream that is over was on its way when that was reset, or breaks a
  /// rule: it is followed to its end either way.
  mutating func exchange(of frame: H2Frame, in direction: Direction) -> Int? {
    let stream = frame.streamID
    if let exchange = streams.place(of: stream) { return exchange }
    let state = unseenState(of: stream, in: direction)
    guard state.isOver, Self.isHead(sides[direction].list) else { return nil }
    enter(state, stream, opens: .headers, in: direction)
    let exchange = streams.place(of: stream)
    if let exchange { streams[exchange].isLate = true }
    return exchange
  }

  func mayJudge(_ exchange: Int) -> Bool {
    !isPartial && !streams[exchange].isLate && streams[exchange].stream.rawValue > givenUp
  }

  mutating func forget(_ exchange: Int) {
    resets.note(streams[exchange].state, of: streams[exchange].stream)
    streams.remove(exchange)
  }

  mutating func enter(
    _ state: H2StreamState, _ stream: H2StreamID, opens input: H2StreamInput, in direction: Direction
  ) {
    if let exchange = streams.place(of: stream) {
      if streams[exchange].state.isActive != state.isActive {
        active[Int(stream.rawValue & 1)] += state.isActive ? 1 : -1
      }
      streams[exchange].state = state
      if streams[exchange].isLate { raise(stream, by: direction) }
      return
    }
    switch input {
    case .headers, .headersEnd, .data, .dataEnd, .promised: break
    // Nothing is followed for frames that carry no message.
    case .reset, .windowUpdate, .priority, .pushPromise: return
    }
    raise(stream, by: direction)
    if state.isActive { active[Int(stream.rawValue & 1)] += 1 }
    if streams.count >= Self.streamLimit { dropOldest() }
    let exchange = streams.insert(stream, state)
    // Nobody knows what it has to be like while what it answers waits.
    streams[exchange].isLate = isAhead(stream, direction)
  }

  /// Whether a side speaks on a stream that its peer opens and may not have opened yet, as far as was read.
  private func isAhead(_ stream: H2StreamID, _ direction: Direction) -> Bool {
    let isOpener = isClient(direction, nil) == (stream.rawValue & 1 == 1)
    return isBehind[direction.other] && !isOpener
  }

  /// What runs ahead of its request opens no stream: requests on lower ones may still be read.
  private mutating func raise(_ stream: H2StreamID, by direction: Direction) {
    if !isAhead(stream, direction) { raise(stream) }
  }

  mutating func raise(_ stream: H2StreamID) {
    let parity = Int(stream.rawValue & 1)
    highest[parity] = max(highest[parity], stream.rawValue)
  }

  /// Shows the sixteenth part of the streams that was opened first as far as it came.
  mutating func dropOldest() {
    for exchange in streams.oldest(Self.streamLimit / 16) {
      let stream = streams[exchange].stream
      for direction in Direction.allCases {
        complete(exchange, direction, at: nil, because: Self.streamLimitReason)
      }
      giveUpStreams(upTo: stream.rawValue)
      guard streams.place(of: stream) != nil else { continue }
      if streams[exchange].state.isActive { active[Int(stream.rawValue & 1)] -= 1 }
      streams.remove(exchange)
    }
  }

  static let streamLimitReason =
    "given up before its end: mosn-inspect follows \(streamLimit) streams of a connection at once, and more were open"

  mutating func giveUpStreams(upTo stream: UInt32) { givenUp = max(givenUp, stream) }

  mutating func forget(_ direction: Direction, skipped: UInt64) {
    isPartial = true
    seesAll = false
    sides[direction].isPartial = true
    sides[direction].noteLostFrames(at: place)
    sides[direction].block = nil
    sides[direction].hpack.forget()
    note(
      Finding(
        rule: "capture-gap",
        text: "\(skipped) bytes before this were \(sides[direction].losses) or passed over"),
      in: direction)
  }

  /// Why a message has no end, where frames behind its beginning were cut off by the recorder.
  func lossReason(_ exchange: Int, _ direction: Direction) -> String? {
    guard let begin = streams[exchange, direction].place, let lost = sides[direction].lostFrames,
      begin.packet <= lost.packet
    else { return nil }
    return "frames behind its beginning were \(lost.losses)"
  }

  /// A finding for the next message of a direction.
  mutating func note(_ finding: Finding, in direction: Direction) {
    if let place { sides[direction].findings.note(finding, at: place) }
  }

  mutating func note(_ rule: H2Rule, _ frame: H2Frame, in direction: Direction) {
    var finding = Finding(rule)
    finding.text += " (\(frame.type), stream \(frame.streamID))"
    note(finding, of: streams.place(of: frame.streamID), in: direction)
  }

  /// A finding about a stream: beside its message if one has begun, else beside the next of its direction.
  mutating func note(_ finding: Finding, of exchange: Int?, in direction: Direction) {
    guard let exchange, !showsFrames, streams[exchange, direction].message != nil else {
      return note(finding, in: direction)
    }
    streams[exchange, direction].findings.note(finding)
  }
}
