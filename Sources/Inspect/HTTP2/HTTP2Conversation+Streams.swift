import H2Codec

/// Stream states (RFC 9113 §5.1), as far as the capture shows them.
extension HTTP2Conversation {
  /// A frame's effect on its stream (RFC 9113 §5.1).
  mutating func advance(
    _ stream: H2StreamID, _ input: H2StreamInput, _ frame: H2Frame, in direction: Int
  ) {
    guard !stream.isConnection else { return }
    let isClient = isClient(direction, nil)
    let state = streams.place(of: stream).map { streams[$0].state } ?? unseenState(of: stream)
    switch isClient ? state.sent(input) : state.received(input) {
    case .becomes(let next): enter(next, stream, opens: input)
    case .ignored: break
    case .forbidden(let rule):
      if isPartial {
        // The frame that would explain it may not have been captured.
        enter(.open, stream, opens: input)
      } else {
        note(rule, frame, in: direction)
      }
    }
  }

  /// HEADERS, whose list is known, begin a stream or go on with it. A client that comes back to a number it has passed
  /// breaks a rule (RFC 9113 §5.1.1), and its request is followed like any other.
  mutating func open(_ frame: H2Frame, in direction: Int) {
    let input: H2StreamInput = frame.endsStream ? .headersEnd : .headers
    if streams.place(of: frame.streamID) == nil, unseenState(of: frame.streamID) == .closed,
      isClient(direction, sides[direction].list), sides[direction].list.value(of: ":method") != nil,
      case .becomes(let next) = H2StreamState.idle.sent(input)
    {
      note(.streamOrder, frame, in: direction)
      return enter(next, frame.streamID, opens: input)
    }
    advance(frame.streamID, input, frame, in: direction)
  }

  func unseenState(of stream: H2StreamID) -> H2StreamState {
    if stream.rawValue > highest[Int(stream.rawValue & 1)] { return .idle }
    return isPartial ? .open : resets.state(of: stream) ?? .closed
  }

  /// The exchange that HEADERS belong to. A head on a stream that is over was on its way when that was reset, or breaks a
  /// rule: it is followed to its end either way.
  mutating func exchange(of frame: H2Frame, in direction: Int) -> Int? {
    let (stream, state) = (frame.streamID, unseenState(of: frame.streamID))
    if let exchange = streams.place(of: stream) { return exchange }
    guard state.isOver, Self.isHead(sides[direction].list) else { return nil }
    enter(state, stream, opens: .headers)
    let exchange = streams.place(of: stream)
    if let exchange { streams[exchange].isLate = true }
    return exchange
  }

  func mayJudge(_ exchange: Int) -> Bool { !isPartial && !streams[exchange].isLate }

  mutating func forget(_ exchange: Int) {
    resets.note(streams[exchange].state, of: streams[exchange].stream)
    streams.remove(exchange)
  }

  mutating func enter(_ state: H2StreamState, _ stream: H2StreamID, opens input: H2StreamInput) {
    if let exchange = streams.place(of: stream) {
      streams[exchange].state = state
      return
    }
    switch input {
    case .headers, .headersEnd, .data, .dataEnd, .promised: break
    // Nothing is followed for frames that carry no message.
    case .reset, .windowUpdate, .priority, .pushPromise: return
    }
    raise(stream)
    if streams.count >= Self.streamLimit { dropOldest() }
    streams.insert(HTTP2Exchange(stream: stream, state: state))
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
    sides[direction].block = nil
    sides[direction].hpack.forget()
    note(
      Finding(rule: "capture-gap", text: "\(skipped) bytes before this were not captured or passed over"),
      in: direction)
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
