import H2Codec

/// What is said on one HTTP/2 connection: frames of both directions in, messages out.
///
/// The rules are those an endpoint answers; here they become findings beside the message they touch, and reading
/// goes on. What the capture lacks is never held against a peer.
struct HTTP2Conversation: ~Copyable {
  /// Messages that are complete, in order.
  var ready: [Message] = []

  /// Where the frame being read comes from.
  var place: Place?
  /// When its first byte came, or that of the field block it ends, if that was in a packet before.
  var begun: Arrival?
  /// Empty until both directions are known to be HTTP/2.
  var sides = Both<HTTP2Side>()
  /// The direction in which the client sends, once that is known.
  var client: Direction?
  var streams = HTTP2StreamTable()
  /// Streams that were reset and are followed no longer.
  var resets = ResetStreams()
  /// The highest stream opened by anybody, by parity.
  var highest: [2 of UInt32] = [0, 0]
  /// Whether frames may have been missed, so that a stream's state proves nothing.
  var isPartial = false
  /// Whether everything that both sides said of settings and windows has been seen. Only then are they held to it.
  var seesAll = true
  /// By direction, whether it has said more than has been read, so that what its peer says proves nothing.
  var isBehind = Pair(both: false)
  /// By direction, whether bytes of it are still to be read that the other side may have received.
  var lags = Pair(both: false)
  /// By direction, whether its sender has acknowledged all that the capture has of the other side.
  var hasHeard = Pair(both: false)
  /// Streams that count against MAX_CONCURRENT_STREAMS, by parity.
  var active: [2 of Int] = [0, 0]
  /// Streams up to here may have been given up before they ended.
  var givenUp: UInt32 = 0
  var showsFrames = false
  /// Bytes kept of each body.
  var bodyLimit = 0

  /// Streams followed at once on one connection; above, the oldest is shown as far as it came.
  static let streamLimit = 65_536

  /// Both directions are HTTP/2 from here on.
  ///
  /// - Parameter client: the direction in which the client sends, if the preface told.
  mutating func begin(client: Direction?, isFromBeginning: Bool, showsFrames: Bool) {
    guard !hasBegun else { return }
    sides = Both(HTTP2Side(), HTTP2Side())
    self.client = client
    isPartial = !isFromBeginning
    seesAll = seesAll && isFromBeginning
    self.showsFrames = showsFrames
    if !isFromBeginning {
      for side in Direction.allCases {
        sides[side].isPartial = true
        sides[side].hpack.forget()
      }
    }
  }

  /// What waits for its end, and what a stream costs beside its bytes.
  var heldBytes: Int {
    guard hasBegun else { return 0 }
    return held + streams.heldBytes + resets.heldBytes + sides[.forward].heldBytes
      + sides[.backward].heldBytes
  }
  var held = 0

  var hasBegun: Bool { !sides.isEmpty }

  var hasReady: Bool { !ready.isEmpty }

  /// Whether no message is under way and nothing is left to tell.
  var isBetweenCalls: Bool {
    hasBegun && streams.count == 0 && !hasReady && sides[.forward].isAtRest && sides[.backward].isAtRest
  }

  /// Hands out the messages that are complete; to be asked after every frame.
  mutating func handOut(_ emit: (Message) -> Void) {
    for message in ready { emit(message) }
    ready.removeAll(keepingCapacity: true)
  }

  /// The longest frame that this direction lets the other send.
  func maxFrameSize(of direction: Direction) -> Int { sides[direction].settings.permitted.maxFrameSize }

  mutating func receive(_ frame: H2Frame, _ bytes: [UInt8], in direction: Direction, at place: Place) {
    self.place = place
    if frame.skipped > 0 { forget(direction, skipped: frame.skipped) }
    if !sides[direction].hasSpoken { begin(with: frame, in: direction) }
    if let rule = frame.violation { noteViolation(rule, frame, in: direction) }
    sides[direction].hasNewList = false
    read(frame, bytes, in: direction, at: place)
    if showsFrames { show(frame, bytes, in: direction, at: place) }
  }

  /// Each side begins with SETTINGS (RFC 9113 §3.4): where others come first, what is before them was not captured.
  private mutating func begin(with frame: H2Frame, in direction: Direction) {
    sides[direction].hasSpoken = true
    if frame.type != .settings || frame.isAcknowledgement { seesAll = false }
  }

  private mutating func noteViolation(_ rule: H2Rule, _ frame: H2Frame, in direction: Direction) {
    guard rule == .frameSize, !isHeld(direction) else { return note(rule, frame, in: direction) }
    // The receiver may have allowed it.
    note(
      Finding(
        rule: "frame-not-read",
        text:
          "a frame of \(frame.length) bytes was not read (\(frame.type), stream \(frame.streamID)): above "
          + "\(maxFrameSize(of: direction.other)), they are read only if the SETTINGS that allow them were captured"
      ),
      in: direction)
  }

  /// The request of an HTTP/1.1 upgrade: it is stream 1, whole, and the answer comes on it (RFC 7540 §3.2).
  mutating func begin(
    upgraded request: UpgradedRequest, in direction: Direction, from place: Place, to end: Place
  ) {
    client = direction
    self.place = place
    begin(upgraded: request.settings, in: direction)
    let exchange = streams.insert(1, .halfClosedLocal)
    active[1] += 1
    raise(1)
    let message = HTTP2Message(.request, stream: 1, at: place)
    message.end = HTTP2Message.End(packet: end.packet, time: end.time)
    message.headers = request.headers
    message.bodyLength = request.bodyLength
    message.head = H2MessageRules.head(of: request.headers, expected: .request)
    streams[exchange].requestForm = message.head?.form ?? .other
    emit(message, in: direction, at: place, [])
  }

  /// Nothing more comes: what was begun is shown as far as it came.
  mutating func finish(_ endings: Pair<Ending>, at places: Pair<Place>) {
    guard hasBegun else { return }
    for direction in Direction.allCases {
      endBlock(in: direction, at: places[direction])
      tellPings(of: direction, at: places[direction])
    }
    for exchange in streams.oldest(streams.count) {
      let isReset = streams[exchange].state.isReset
      for direction in Direction.allCases {
        giveUpStall(of: exchange, in: direction, at: places[direction])
        complete(
          exchange, direction, at: nil,
          because: isReset ? Self.resetReason : lossReason(exchange, direction) ?? endings[direction].reason)
      }
    }
    giveUpStreams(upTo: max(highest[0], highest[1]))
    streams.removeAll()
    active = [0, 0]
    held = 0
  }
}

// MARK: - Frames

extension HTTP2Conversation {
  mutating func read(_ frame: H2Frame, _ bytes: [UInt8], in direction: Direction, at place: Place) {
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
    case .goAway: receiveGoAway(frame, bytes, in: direction, at: place)
    case .settings: receiveSettings(frame, bytes, in: direction, at: place)
    case .windowUpdate: receiveWindowUpdate(frame, in: direction, at: place)
    case .ping: receivePing(frame, in: direction, at: place)
    case .priority: advance(frame.streamID, .priority, frame, in: direction)
    default: break
    }
  }

  mutating func receiveData(_ frame: H2Frame, _ bytes: [UInt8], in direction: Direction, at place: Place) {
    advance(frame.streamID, frame.endsStream ? .dataEnd : .data, frame, in: direction)
    guard let exchange = streams.place(of: frame.streamID), !streams[exchange, direction].isOver else {
      return spend(frame, of: nil, in: direction)
    }
    let lost = frame.isSkipped ? frame.length : frame.missing
    let length = frame.content.count + lost
    if lost > 0, frame.missing > 0 {
      streams[exchange, direction].findings.note(
        Finding(
          rule: "capture-gap", text: "\(frame.missing) bytes of its DATA were \(sides[direction].losses)"))
    }
    if streams[exchange, direction].message == nil { adopt(exchange, direction, at: place) }
    spend(frame, of: exchange, in: direction)
    held += streams[exchange, direction].body.receive(
      bytes.span.bytes.extracting(frame.content), intact: frame.intact, lost: lost)
    if let rule = streams[exchange, direction].progress.receive(
      data: length, endStream: frame.endsStream),
      mayJudge(exchange), lost == 0
    {
      streams[exchange, direction].findings.note(Finding(rule))
    }
    if frame.endsStream {
      complete(exchange, direction, at: place)
    } else {
      beginStall(of: exchange, in: direction, at: place)
    }
  }

  mutating func receiveReset(_ frame: H2Frame, in direction: Direction, at place: Place) {
    advance(frame.streamID, .reset, frame, in: direction)
    if let exchange = streams.place(of: frame.streamID) {
      for half in Direction.allCases {
        giveUpStall(of: exchange, in: half, at: place)
        complete(exchange, half, at: place, because: Self.resetReason)
      }
    }
    emit(
      HTTP2Message(.reset(frame.errorCode), stream: frame.streamID, at: place), in: direction, at: place, [])
  }

  static let resetReason = "reset before its end"
}
