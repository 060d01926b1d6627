import H2Codec

/// Stream states (RFC 9113 §5.1), as far as the capture shows them.
extension HTTP2Conversation {
  /// A frame's effect on its stream (RFC 9113 §5.1).
  mutating func advance(
    _ stream: H2StreamID, _ input: H2StreamInput, _ frame: H2Frame, in direction: Int
  ) {
    guard !stream.isConnection else { return }
    let isClient = isClient(direction, nil)
    let state = streams.place(of: stream).map { streams[$0].state } ?? unseenState(of: stream, in: direction)
    switch isClient ? state.sent(input) : state.received(input) {
    case .becomes(let next): enter(next, stream, opens: input, in: direction)
    case .ignored: break
    case .forbidden(let rule):
      if !mayAccuse(direction) {
        // The frame that would explain it was not captured, or waits.
        enter(presumed(input, isClient: isClient), stream, opens: input, in: direction)
      } else {
        note(rule, frame, in: direction)
      }
    }
  }

  /// HEADERS, whose list is known, begin a stream or go on with it. A client that comes back to a number it has passed
  /// breaks a rule (RFC 9113 §5.1.1), and its request is followed like any other.
  mutating func open(_ frame: H2Frame, in direction: Int) {
    let input: H2StreamInput = frame.endsStream ? .headersEnd : .headers
    if streams.place(of: frame.streamID) == nil,
      unseenState(of: frame.streamID, in: direction) == .closed,
      isClient(direction, sides[direction].list), sides[direction].list.value(of: ":method") != nil,
      case .becomes(let next) = H2StreamState.idle.sent(input)
    {
      note(.streamOrder, frame, in: direction)
      return enter(next, frame.streamID, opens: input, in: direction)
    }
    advance(frame.streamID, input, frame, in: direction)
  }

  func unseenState(of stream: H2StreamID, in direction: Int) -> H2StreamState {
    if stream.rawValue > highest[Int(stream.rawValue & 1)] { return .idle }
    return mayAccuse(direction) ? resets.state(of: stream) ?? .closed : .open
  }

  /// Whether all is known that a side's frames have to agree with.
  func mayAccuse(_ direction: Int) -> Bool { !isPartial && !sides[1 - direction].isBehind }

  /// Where a frame leads that came before the ones which open its stream.
  private func presumed(_ input: H2StreamInput, isClient: Bool) -> H2StreamState {
    let outcome = isClient ? H2StreamState.open.sent(input) : H2StreamState.open.received(input)
    return if case .becomes(let next) = outcome { next } else { .open }
  }

  /// The exchange that HEADERS belong to. A head on a stream that is over was on its way when that was reset, or breaks a
  /// rule: it is followed to its end either way.
  mutating func exchange(of frame: H2Frame, in direction: Int) -> Int? {
    let (stream, state) = (frame.streamID, unseenState(of: frame.streamID, in: direction))
    if let exchange = streams.place(of: stream) { return exchange }
    guard state.isOver, Self.isHead(sides[direction].list) else { return nil }
    enter(state, stream, opens: .headers, in: direction)
    let exchange = streams.place(of: stream)
    if let exchange { streams[exchange].isLate = true }
    return exchange
  }

  func mayJudge(_ exchange: Int) -> Bool { !isPartial && !streams[exchange].isLate }

  mutating func forget(_ exchange: Int) {
    resets.note(streams[exchange].state, of: streams[exchange].stream)
    streams.remove(exchange)
  }

  mutating func enter(
    _ state: H2StreamState, _ stream: H2StreamID, opens input: H2StreamInput, in direction: Int
  ) {
    if let exchange = streams.place(of: stream) {
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
    if streams.count >= Self.streamLimit { dropOldest() }
    let exchange = streams.insert(HTTP2Exchange(stream: stream, state: state))
    // Nobody knows what it has to be like while what it answers waits.
    streams[exchange].isLate = isAhead(stream, direction)
  }

  /// Whether a side speaks on a stream that its peer opens and may not have opened yet, as far as was read.
  private func isAhead(_ stream: H2StreamID, _ direction: Int) -> Bool {
    let isOpener = isClient(direction, nil) == (stream.rawValue & 1 == 1)
    return sides[1 - direction].isBehind && !isOpener
  }

  /// What runs ahead of its request opens no stream: requests on lower ones may still be read.
  private mutating func raise(_ stream: H2StreamID, by direction: Int) {
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
      for direction in 0...1 {
        complete(exchange, direction, at: nil, because: "too many streams open at once")
      }
      if streams.place(of: stream) != nil { streams.remove(exchange) }
    }
  }

  mutating func forget(_ direction: Int, skipped: UInt64) {
    isPartial = true
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
  func lossReason(_ exchange: Int, _ direction: Int) -> String? {
    guard let begin = streams[exchange].halves[direction].place, let lost = sides[direction].lostFrames,
      begin.packet <= lost.packet
    else { return nil }
    return "frames behind its beginning were \(lost.losses)"
  }

  /// A finding for the next message of a direction.
  mutating func note(_ finding: Finding, in direction: Int) {
    if let place { sides[direction].findings.note(finding, at: place) }
  }

  mutating func note(_ rule: H2Rule, _ frame: H2Frame, in direction: Int) {
    var finding = Finding(rule)
    finding.text += " (\(frame.type), stream \(frame.streamID))"
    note(finding, in: direction)
  }
}
