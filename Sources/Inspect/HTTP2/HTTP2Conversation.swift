import H2Codec

/// What is said on one HTTP/2 connection: frames of both directions in, messages out.
///
/// The rules are those an endpoint answers; here they become findings beside the message they touch, and reading
/// goes on. What the capture lacks is never held against a peer.
struct HTTP2Conversation {
  /// Messages that are complete, in order; those before `taken` were handed out.
  private var ready: [Message] = []
  private var taken = 0

  private var sides: [2 of HTTP2Side] = [HTTP2Side(), HTTP2Side()]
  /// The direction in which the client sends, once that is known.
  private var client: Int?
  private var streams = HTTP2StreamTable()
  /// The highest stream opened by anybody, by parity.
  private var highest: [2 of UInt32] = [0, 0]
  /// Whether frames may have been missed, so that a stream's state proves nothing.
  private var isPartial = false
  private var showsFrames = false
  private var hasBegun = false

  /// Streams followed at once on one connection; above, the oldest is shown as far as it came.
  private static let streamLimit = 65_536

  /// Both directions are HTTP/2 from here on.
  ///
  /// - Parameter client: the direction in which the client sends, if the preface told.
  mutating func begin(client: Int?, isFromBeginning: Bool, showsFrames: Bool) {
    guard !hasBegun else { return }
    hasBegun = true
    self.client = client
    isPartial = !isFromBeginning
    self.showsFrames = showsFrames
    if !isFromBeginning {
      sides[0].hpack.forget()
      sides[1].hpack.forget()
    }
  }

  /// What waits for its end, and what a stream costs beside its bytes.
  var heldBytes: Int {
    held + streams.count * HTTP2Exchange.footprint + (sides[0].block?.bytes.count ?? 0)
      + (sides[1].block?.bytes.count ?? 0)
  }
  private var held = 0

  /// The next message that is complete; to be asked after every frame until nil.
  mutating func next() -> Message? {
    // Nearly always there is one at a time, which then moves out without a copy.
    if taken + 1 == ready.count {
      let last = ready.popLast()
      if taken > 0 { ready.removeAll(keepingCapacity: true) }
      taken = 0
      return last
    }
    guard taken < ready.count else { return nil }
    taken += 1
    return ready[taken - 1]
  }

  /// Settings of a direction that its peer's decoder must know.
  private(set) var maxFrameSize: [2 of Int?] = [nil, nil]

  mutating func receive(_ frame: H2Frame, _ bytes: [UInt8], in direction: Int, at place: Place) {
    if frame.skipped > 0 { forget(direction, skipped: frame.skipped) }
    if let rule = frame.violation { note(rule, frame, in: direction) }
    sides[direction].hasNewList = false
    read(frame, bytes, in: direction, at: place)
    if showsFrames { show(frame, bytes, in: direction, at: place) }
  }

  /// The request of an HTTP/1.1 upgrade: it is stream 1, whole, and the answer comes on it (RFC 7540 §3.2).
  mutating func begin(upgraded headers: H2HeaderList, in direction: Int, at place: Place) {
    client = direction
    let exchange = streams.insert(HTTP2Exchange(stream: 1, state: .halfClosedLocal))
    raise(1)
    let message = HTTP2Message(.request, stream: 1, at: place)
    message.headers = headers
    message.head = H2MessageRules.head(of: headers, expected: .request)
    streams[exchange].requestForm = message.head?.form ?? .other
    emit(message, in: direction, at: place, [])
  }

  /// The connection, or the capture, has ended: what was begun is shown as far as it came.
  mutating func finish() {
    for exchange in streams.oldest(streams.count) {
      for direction in 0...1 {
        complete(exchange, direction, at: nil, because: "the capture ends before this message does")
      }
    }
    streams = HTTP2StreamTable()
    held = 0
  }
}

// MARK: - Frames

extension HTTP2Conversation {
  private mutating func read(_ frame: H2Frame, _ bytes: [UInt8], in direction: Int, at place: Place) {
    if let block = sides[direction].block,
      frame.type != .continuation || frame.streamID != block.first.streamID
    {
      note(.continuationExpected, frame, in: direction)
      sides[direction].block = nil
      sides[direction].hpack.forget()
    }
    switch frame.type {
    case .data: receiveData(frame, bytes, in: direction, at: place)
    case .headers, .pushPromise: begin(frame, bytes, in: direction, at: place)
    case .continuation: continueBlock(frame, bytes, in: direction, at: place)
    case .reset: receiveReset(frame, in: direction, at: place)
    case .goAway:
      let kind = HTTP2Message.Kind.goAway(
        frame.errorCode, last: frame.lastStreamID, debug: Array(bytes[frame.content].prefix(1_024)))
      emit(HTTP2Message(kind, stream: .connection, at: place), in: direction, at: place, [])
    case .settings: receiveSettings(frame, bytes, in: direction)
    case .windowUpdate where !frame.streamID.isConnection:
      advance(frame.streamID, .windowUpdate, frame, in: direction)
    case .priority: advance(frame.streamID, .priority, frame, in: direction)
    default: break
    }
  }

  private mutating func receiveData(_ frame: H2Frame, _ bytes: [UInt8], in direction: Int, at place: Place) {
    advance(frame.streamID, frame.endsStream ? .dataEnd : .data, frame, in: direction)
    guard let exchange = streams.place(of: frame.streamID), !streams[exchange].halves[direction].isOver else {
      return
    }
    let lost = frame.isSkipped ? frame.length : frame.missing
    let length = frame.content.count + lost
    if lost > 0, frame.missing > 0 {
      streams[exchange].halves[direction].findings.note(
        Finding(rule: "capture-gap", text: "\(frame.missing) bytes of its DATA were not captured"))
    }
    if streams[exchange].halves[direction].message == nil { adopt(exchange, direction, at: place) }
    streams[exchange].halves[direction].message?.bodyLength += length
    if streams[exchange].halves[direction].message?.grpc != nil {
      streams[exchange].halves[direction].message?.grpc?.append(bytes.span.bytes.extracting(frame.content))
      if lost > 0 { streams[exchange].halves[direction].message?.grpc?.lose(lost) }
    }
    if let rule = streams[exchange].halves[direction].progress.receive(
      data: length, endStream: frame.endsStream),
      !isPartial, lost == 0
    {
      streams[exchange].halves[direction].findings.note(Finding(rule))
    }
    if frame.endsStream { complete(exchange, direction, at: place) }
  }

  private mutating func receiveReset(_ frame: H2Frame, in direction: Int, at place: Place) {
    advance(frame.streamID, .reset, frame, in: direction)
    if let exchange = streams.place(of: frame.streamID) {
      for half in 0...1 { complete(exchange, half, at: place, because: "reset before its end") }
    }
    emit(
      HTTP2Message(.reset(frame.errorCode), stream: frame.streamID, at: place), in: direction, at: place, [])
  }

  /// What a side announces binds the frames that come towards it.
  private mutating func receiveSettings(_ frame: H2Frame, _ bytes: [UInt8], in direction: Int) {
    guard !frame.isAcknowledgement else { return }
    for setting in frame.settings(in: bytes) {
      switch setting.identifier {
      case .headerTableSize: sides[1 - direction].hpack.setTableSizeLimit(Int(setting.value))
      case .maxFrameSize where (16_384...16_777_215).contains(setting.value):
        maxFrameSize[direction] = Int(setting.value)
      case .enablePush: client = client ?? (setting.value == 0 ? direction : nil)
      default: break
      }
    }
  }
}

// MARK: - Field blocks

extension HTTP2Conversation {
  private mutating func begin(_ frame: H2Frame, _ bytes: [UInt8], in direction: Int, at place: Place) {
    let isDamaged = frame.isDamaged || frame.isSkipped || frame.violation != nil
    if frame.endsHeaders, !isDamaged {
      return decode(bytes.span.bytes.extracting(frame.content), of: frame, in: direction, at: place)
    }
    let block = FieldBlock(first: frame, bytes: Array(bytes[frame.content]), isDamaged: isDamaged)
    if frame.endsHeaders { return end(block, in: direction, at: place) }
    sides[direction].block = block
  }

  private mutating func continueBlock(_ frame: H2Frame, _ bytes: [UInt8], in direction: Int, at place: Place)
  {
    guard var block = sides[direction].block else {
      if !isPartial { note(.continuationUnexpected, frame, in: direction) }
      sides[direction].hpack.forget()
      return
    }
    sides[direction].block = nil
    block.isDamaged = block.isDamaged || frame.isDamaged || frame.isSkipped
    if block.bytes.count + frame.content.count <= FieldBlock.limit {
      block.bytes.append(contentsOf: bytes[frame.content])
    } else {
      block.isDamaged = true
    }
    if frame.endsHeaders { end(block, in: direction, at: place) } else { sides[direction].block = block }
  }

  private mutating func end(_ block: FieldBlock, in direction: Int, at place: Place) {
    guard block.isDamaged else {
      return decode(block.bytes.span.bytes, of: block.first, in: direction, at: place)
    }
    sides[direction].hpack.forget()
    sides[direction].list.removeAll()
    sides[direction].isListWhole = false
    // A rule that its sender broke has been told already.
    if block.first.violation == nil {
      sides[direction].findings.note(
        Finding(rule: "headers-lost", text: "parts of the header block were not captured"))
    }
    receiveHeaders(of: block.first, in: direction, at: place)
  }

  private mutating func decode(_ block: RawSpan, of frame: H2Frame, in direction: Int, at place: Place) {
    let error = sides[direction].decode(block)
    if let error { sides[direction].findings.note(Finding(error)) }
    sides[direction].isListWhole = error == nil
    receiveHeaders(of: frame, in: direction, at: place)
  }

  /// The list of a whole block stands in `sides[direction].list`.
  private mutating func receiveHeaders(of frame: H2Frame, in direction: Int, at place: Place) {
    sides[direction].hasNewList = true
    recogniseClient(in: direction)
    if frame.type == .pushPromise {
      advance(frame.streamID, .pushPromise, frame, in: direction)
      advance(frame.promisedStreamID, .promised, frame, in: direction)
      let message = HTTP2Message(
        .pushPromise(promised: frame.promisedStreamID), stream: frame.streamID, at: place)
      message.headers = sides[direction].list
      let head = H2MessageRules.head(of: message.headers, expected: .request)
      message.head = head
      blame(head, in: direction)
      return emit(message, in: direction, at: place, [])
    }
    advance(frame.streamID, frame.endsStream ? .headersEnd : .headers, frame, in: direction)
    guard let exchange = streams.place(of: frame.streamID), !streams[exchange].halves[direction].isOver else {
      return
    }
    receive(sides[direction].list, of: exchange, endsStream: frame.endsStream, in: direction, at: place)
    if frame.endsStream { complete(exchange, direction, at: place) }
  }

  /// Whoever sends :method is the client, whoever sends :status the server.
  private mutating func recogniseClient(in direction: Int) {
    guard client == nil else { return }
    if sides[direction].list.value(of: ":method") != nil { client = direction }
    if sides[direction].list.value(of: ":status") != nil { client = 1 - direction }
  }
}

// MARK: - Messages

extension HTTP2Conversation {
  /// A header list of a stream: informational, the head, or trailers.
  private mutating func receive(
    _ list: H2HeaderList, of exchange: Int, endsStream: Bool, in direction: Int, at place: Place
  ) {
    let isClient = isClient(direction, list)
    let hasBegun = streams[exchange].halves[direction].message != nil
    let isLateTrailers = isPartial && !hasBegun && endsStream && !isClient && list.value(of: ":status") == nil
    let expected: H2MessageHead.Kind =
      hasBegun || isLateTrailers ? .trailers : isClient ? .request : .response
    let head = H2MessageRules.head(of: list, expected: expected)
    blame(head, in: direction)
    switch head.kind {
    case .informational:
      let message = HTTP2Message(.informational, stream: streams[exchange].stream, at: place)
      message.headers = list
      message.head = head
      emit(message, in: direction, at: place, [])
    case .request, .response:
      let message = HTTP2Message(
        isClient ? .request : .response, stream: streams[exchange].stream, at: place)
      message.headers = list
      message.head = head
      if isClient {
        streams[exchange].requestForm = head.form
        streams[exchange].isGRPC = Self.isGRPC(list)
      } else {
        streams[exchange].halves[direction].progress.answers = streams[exchange].requestForm
      }
      if streams[exchange].isGRPC || Self.isGRPC(list) { message.grpc = GRPCFraming() }
      begin(message, exchange, direction, at: place)
    case .trailers:
      if !hasBegun { adopt(exchange, direction, at: place) }
      held += list.size - (streams[exchange].halves[direction].message?.trailers?.size ?? 0)
      streams[exchange].halves[direction].message?.trailers = list
    }
    if let rule = streams[exchange].halves[direction].progress.receive(head, endStream: endsStream),
      !isPartial, sides[direction].isListWhole
    {
      streams[exchange].halves[direction].findings.note(Finding(rule))
    }
  }

  /// The rules that a list breaks, unless parts of it are missing.
  private mutating func blame(_ head: H2MessageHead, in direction: Int) {
    guard sides[direction].isListWhole, !head.violations.isEmpty else { return }
    for rule in head.violations { sides[direction].findings.note(Finding(rule)) }
  }

  private mutating func begin(
    _ message: HTTP2Message, _ exchange: Int, _ direction: Int, at place: Place
  ) {
    held += message.heldBytes
    streams[exchange].halves[direction].message = message
    streams[exchange].halves[direction].place = place
    guard !sides[direction].findings.isEmpty else { return }
    streams[exchange].halves[direction].findings += sides[direction].findings
    sides[direction].findings.removeAll()
  }

  /// A message whose head was not captured.
  private mutating func adopt(_ exchange: Int, _ direction: Int, at place: Place) {
    let isClient = isClient(direction, nil)
    let message = HTTP2Message(isClient ? .request : .response, stream: streams[exchange].stream, at: place)
    if streams[exchange].isGRPC { message.grpc = GRPCFraming() }
    begin(message, exchange, direction, at: place)
    if isPartial {
      streams[exchange].halves[direction].findings.note(
        Finding(rule: "head-lost", text: "the head of this message was not captured"))
    }
  }

  /// Hands out what one direction of a stream said, whole or as far as it came.
  private mutating func complete(
    _ exchange: Int, _ direction: Int, at end: Place?, because reason: String? = nil
  ) {
    if let message = streams[exchange].halves[direction].message,
      let place = streams[exchange].halves[direction].place
    {
      streams[exchange].halves[direction].message = nil
      held -= message.heldBytes
      var findings = streams[exchange].halves[direction].findings
      if let reason { findings.append(Finding(rule: "incomplete", text: reason)) }
      if let grpc = message.grpc, !grpc.isWhole, !grpc.isDamaged, reason == nil {
        findings.append(Finding(rule: "grpc-framing", text: "the body is not a sequence of gRPC messages"))
      }
      message.end = end.map { HTTP2Message.End(packet: $0.packet, time: $0.time) }
      emit(message, in: direction, at: place, findings)
    }
    if streams[exchange].state.isOver, streams[exchange].halves[0].message == nil,
      streams[exchange].halves[1].message == nil
    {
      streams.remove(exchange)
    }
  }

  private mutating func emit(
    _ message: HTTP2Message, in direction: Int, at place: Place, _ findings: [Finding]
  ) {
    var findings = findings
    if findings.isEmpty {
      swap(&findings, &sides[direction].findings)
    } else {
      findings += sides[direction].findings
      sides[direction].findings.removeAll()
    }
    guard !showsFrames else { return sides[direction].findings = findings }
    ready.append(Message(place: place, content: .http2(message), findings: findings))
  }

  private mutating func show(
    _ frame: H2Frame, _ bytes: [UInt8], in direction: Int, at place: Place
  ) {
    let findings = sides[direction].findings
    sides[direction].findings.removeAll()
    let headers = sides[direction].hasNewList ? sides[direction].list : nil
    let content = HTTP2FrameMessage(frame: frame, bytes: bytes, headers: headers)
    ready.append(Message(place: place, content: .http2Frame(content), findings: findings))
  }

  private static func isGRPC(_ list: borrowing H2HeaderList) -> Bool {
    guard let value = list.value(of: "content-type") else { return false }
    let type: StaticString = "application/grpc"
    let end = value.lowerBound + type.utf8CodeUnitCount
    return end <= value.upperBound && list.equals(value.lowerBound..<end, type)
  }

  /// Whether this direction is the client's; where nothing told yet, the first to be seen is.
  private func isClient(_ direction: Int, _ list: H2HeaderList?) -> Bool {
    if let client { return client == direction }
    return list.map { $0.value(of: ":status") == nil } ?? (direction == 0)
  }
}

// MARK: - Streams

extension HTTP2Conversation {
  /// A frame's effect on its stream (RFC 9113 §5.1).
  private mutating func advance(
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

  private func unseenState(of stream: H2StreamID) -> H2StreamState {
    if stream.rawValue > highest[Int(stream.rawValue & 1)] { return .idle }
    return isPartial ? .open : .closed
  }

  private mutating func enter(_ state: H2StreamState, _ stream: H2StreamID, opens input: H2StreamInput) {
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

  private mutating func raise(_ stream: H2StreamID) {
    let parity = Int(stream.rawValue & 1)
    highest[parity] = max(highest[parity], stream.rawValue)
  }

  /// Shows the sixteenth part of the streams that was opened first as far as it came.
  private mutating func dropOldest() {
    for exchange in streams.oldest(Self.streamLimit / 16) {
      let stream = streams[exchange].stream
      for direction in 0...1 {
        complete(exchange, direction, at: nil, because: "too many streams open at once")
      }
      if streams.place(of: stream) != nil { streams.remove(exchange) }
    }
  }

  private mutating func forget(_ direction: Int, skipped: UInt64) {
    isPartial = true
    sides[direction].block = nil
    sides[direction].hpack.forget()
    sides[direction].findings.note(
      Finding(rule: "capture-gap", text: "\(skipped) bytes before this were not captured or passed over"))
  }

  private mutating func note(_ rule: H2Rule, _ frame: H2Frame, in direction: Int) {
    var finding = Finding(rule)
    finding.text += " (\(frame.type), stream \(frame.streamID))"
    sides[direction].findings.note(finding)
  }
}
