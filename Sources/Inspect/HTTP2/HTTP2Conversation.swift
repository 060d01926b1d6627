import H2Codec

/// What is said on one HTTP/2 connection: frames of both directions in, messages out.
///
/// The rules are those an endpoint answers; here they become findings beside the message they touch, and reading
/// goes on. What the capture lacks is never held against a peer.
struct HTTP2Conversation {
  /// Messages that are complete, in order; those before `taken` were handed out.
  var ready: [Message] = []
  var taken = 0

  /// Where the frame being read comes from.
  var place: Place?
  var sides: [2 of HTTP2Side] = [HTTP2Side(), HTTP2Side()]
  /// The direction in which the client sends, once that is known.
  var client: Int?
  var streams = HTTP2StreamTable()
  /// Streams that were reset and are followed no longer.
  var resets = ResetStreams()
  /// The highest stream opened by anybody, by parity.
  var highest: [2 of UInt32] = [0, 0]
  /// Whether frames may have been missed, so that a stream's state proves nothing.
  var isPartial = false
  var showsFrames = false
  var hasBegun = false

  /// Streams followed at once on one connection; above, the oldest is shown as far as it came.
  static let streamLimit = 65_536

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
    held + streams.heldBytes + resets.heldBytes + sides[0].heldBytes + sides[1].heldBytes
  }
  var held = 0

  var hasReady: Bool { taken < ready.count }

  /// Whether no message is under way and nothing is left to tell.
  var isBetweenCalls: Bool {
    hasBegun && streams.count == 0 && !hasReady && sides[0].isAtRest && sides[1].isAtRest
  }

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
    self.place = place
    if frame.skipped > 0 { forget(direction, skipped: frame.skipped) }
    if let rule = frame.violation { note(rule, frame, in: direction) }
    sides[direction].hasNewList = false
    read(frame, bytes, in: direction, at: place)
    if showsFrames { show(frame, bytes, in: direction, at: place) }
  }

  /// The request of an HTTP/1.1 upgrade: it is stream 1, whole, and the answer comes on it (RFC 7540 §3.2).
  mutating func begin(upgraded headers: H2HeaderList, in direction: Int, at place: Place) {
    client = direction
    self.place = place
    let exchange = streams.insert(HTTP2Exchange(stream: 1, state: .halfClosedLocal))
    raise(1)
    let message = HTTP2Message(.request, stream: 1, at: place)
    message.headers = headers
    message.head = H2MessageRules.head(of: headers, expected: .request)
    streams[exchange].requestForm = message.head?.form ?? .other
    emit(message, in: direction, at: place, [])
  }

  /// Nothing more comes: what was begun is shown as far as it came.
  mutating func finish(_ endings: [2 of Ending], at places: [2 of Place]) {
    for direction in 0...1 { endBlock(in: direction, at: places[direction]) }
    for exchange in streams.oldest(streams.count) {
      let isReset = streams[exchange].state.isReset
      for direction in 0...1 {
        complete(
          exchange, direction, at: nil,
          because: isReset ? Self.resetReason : lossReason(exchange, direction) ?? endings[direction].reason)
      }
    }
    streams = HTTP2StreamTable()
    held = 0
  }
}

// MARK: - Frames

extension HTTP2Conversation {
  mutating func read(_ frame: H2Frame, _ bytes: [UInt8], in direction: Int, at place: Place) {
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

  mutating func receiveData(_ frame: H2Frame, _ bytes: [UInt8], in direction: Int, at place: Place) {
    advance(frame.streamID, frame.endsStream ? .dataEnd : .data, frame, in: direction)
    guard let exchange = streams.place(of: frame.streamID), !streams[exchange].halves[direction].isOver else {
      return
    }
    let lost = frame.isSkipped ? frame.length : frame.missing
    let length = frame.content.count + lost
    if lost > 0, frame.missing > 0 {
      streams[exchange].halves[direction].findings.note(
        Finding(
          rule: "capture-gap", text: "\(frame.missing) bytes of its DATA were \(sides[direction].losses)"))
    }
    if streams[exchange].halves[direction].message == nil { adopt(exchange, direction, at: place) }
    streams[exchange].halves[direction].message?.bodyLength += length
    if streams[exchange].halves[direction].message?.grpc != nil {
      streams[exchange].halves[direction].message?.grpc?.append(bytes.span.bytes.extracting(frame.content))
      if lost > 0 { streams[exchange].halves[direction].message?.grpc?.lose(lost) }
    }
    if let rule = streams[exchange].halves[direction].progress.receive(
      data: length, endStream: frame.endsStream),
      mayJudge(exchange), lost == 0
    {
      streams[exchange].halves[direction].findings.note(Finding(rule))
    }
    if frame.endsStream { complete(exchange, direction, at: place) }
  }

  mutating func receiveReset(_ frame: H2Frame, in direction: Int, at place: Place) {
    advance(frame.streamID, .reset, frame, in: direction)
    if let exchange = streams.place(of: frame.streamID) {
      for half in 0...1 { complete(exchange, half, at: place, because: Self.resetReason) }
    }
    emit(
      HTTP2Message(.reset(frame.errorCode), stream: frame.streamID, at: place), in: direction, at: place, [])
  }

  static let resetReason = "reset before its end"

  /// What a side announces binds the frames that come towards it.
  mutating func receiveSettings(_ frame: H2Frame, _ bytes: [UInt8], in direction: Int) {
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
