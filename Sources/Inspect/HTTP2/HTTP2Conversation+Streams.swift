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

  func unseenState(of stream: H2StreamID) -> H2StreamState {
    if stream.rawValue > highest[Int(stream.rawValue & 1)] { return .idle }
    return isPartial ? .open : .closed
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
    sides[direction].findings.note(
      Finding(rule: "capture-gap", text: "\(skipped) bytes before this were not captured or passed over"))
  }

  mutating func note(_ rule: H2Rule, _ frame: H2Frame, in direction: Int) {
    var finding = Finding(rule)
    finding.text += " (\(frame.type), stream \(frame.streamID))"
    sides[direction].findings.note(finding)
  }
}
