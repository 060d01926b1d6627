import BoltCodec
import H2Codec
import MosnWire

/// What is said on one connection, in both directions: bytes in, messages out.
struct Conversation: ~Copyable {
  private var sides: Both<ConversationSide>
  /// In use once the protocol is known.
  private var http2 = HTTP2Conversation()
  /// Bytes of the frames read.
  private var decodedBytes = 0
  /// Findings that no message is left for.
  private var lines: [Message] = []
  /// Whether the request of an upgrade has been handed on.
  private var isUpgraded = false
  /// The direction whose protocol the other one showed just now: its frames wait to be taken.
  private var woken: Direction?
  private let isFromBeginning: Bool
  private let showsFrames: Bool
  /// Whether the protocol is certain: the user's word, or the client's preface.
  private var isCertain = false
  /// Whether a message was handed out.
  private var hasTold = false
  /// While no protocol is known that is read here: what else it may be.
  private var firstBytes: FirstBytes
  /// What was found of it, for the list of connections.
  private var nature = Nature()

  /// - Parameter client: the direction of who opened the connection, where its SYN tells.
  init(
    assigned: WireProtocol?, startsWithSYN: Bool, client: Direction? = nil, showsFrames: Bool,
    bodyLimit: Int = 0
  ) {
    firstBytes = FirstBytes(client: client)
    sides = Both(
      ConversationSide(isFromBeginning: startsWithSYN), ConversationSide(isFromBeginning: startsWithSYN))
    isFromBeginning = startsWithSYN
    self.showsFrames = showsFrames
    http2.bodyLimit = bodyLimit
    if let assigned { assign(assigned) }
  }

  /// For a slot of the connection table that holds no connection.
  init() {
    sides = Both()
    firstBytes = FirstBytes(client: nil)
    isFromBeginning = false
    showsFrames = false
  }

  var isRecognised: Bool {
    sides[.forward].decoder.wireProtocol != nil || sides[.backward].decoder.wireProtocol != nil
  }

  var heldBytes: Int {
    sides[.forward].heldBytes + sides[.backward].heldBytes + http2.heldBytes
      + firstBytes.heldBytes
  }

  func undecodedBytes(in direction: Direction) -> Int {
    Int(clamping: sides[direction].decoder.undecodedBytes) + (sides[direction].behindEnd?.count ?? 0)
  }

  /// Bytes of frames and of what stood before them: the client's preface, heads of HTTP/1.1.
  var allDecodedBytes: Int {
    decodedBytes + sides[.forward].decoder.introductionBytes + sides[.backward].decoder.introductionBytes
  }

  /// Those of the undecoded bytes that came behind the end of their direction.
  var bytesBehindEnds: Int {
    (sides[.forward].behindEnd?.count ?? 0) + (sides[.backward].behindEnd?.count ?? 0)
  }

  mutating func append(_ bytes: RawSpan, in direction: Direction, at place: Place) {
    // Nobody takes what comes behind a FIN (RFC 9293 §3.10.7.4).
    guard !sides[direction].hasEnded else { return countBehindEnd(bytes.byteCount, in: direction, at: place) }
    let wasKnown = sides[direction].decoder.wireProtocol != nil
    if !wasKnown { sides[direction].opened.note(bytes, at: place) }
    sides[direction].trail.append(bytes.byteCount, place.arrival, used: sides[direction].decoder.used)
    sides[direction].decoder.append(bytes)
    guard !wasKnown else { return }
    recognise(in: direction)
    guard !isRecognised else { return }
    firstBytes.append(bytes, in: direction, introduction: sides[direction].decoder.proxyHeader.count)
  }

  /// The next `count` bytes were not captured, or cut off by the recorder, which kept `snapLength` bytes of their packet.
  mutating func lose(_ count: Int, in direction: Direction, at place: Place, snapLength: Int?) {
    sides[direction].losses.note(snapLength: snapLength)
    let wasKnown = sides[direction].decoder.wireProtocol != nil
    sides[direction].decoder.lose(count)
    firstBytes.lose(in: direction)
    http2.seesAll = false
    if !wasKnown { recognise(in: direction) }
    // A frame torn by the gap says so itself, and so does HTTP/2.
    guard sides[direction].decoder.wireProtocol == .bolt, !sides[direction].decoder.hasTornFrame else {
      return
    }
    note(
      Finding(rule: "capture-gap", text: "\(count) bytes before this were \(sides[direction].losses)"),
      in: direction,
      at: place)
  }

  /// By direction, whether more was said than has been read.
  mutating func setBehind(_ isBehind: Pair<Bool>) { http2.isBehind = isBehind }

  /// Something about a direction, to be told beside its next message.
  mutating func note(_ finding: Finding, in direction: Direction, at place: Place) {
    if http2.hasBegun {
      http2.sides[direction].findings.note(finding, at: place)
    } else {
      sides[direction].findings.note(finding, at: place)
    }
  }

  /// What TCP tells of the direction whose bytes come next.
  ///
  /// - Parameters:
  ///   - hasHeard: whether its sender has acknowledged all that the capture has of the other side.
  ///   - lacksOther: whether it may have received bytes that the capture has not shown, or that wait behind a hole.
  mutating func note(hasHeard: Bool, lacksOther: Bool, in direction: Direction) {
    http2.hasHeard[direction] = hasHeard
    http2.lags[direction.other] = lacksOther
  }

  /// Has the messages handed out that have begun by `time` and go on.
  mutating func announce(begunBy time: Int64) { http2.announce(begunBy: time) }

  mutating func end(_ direction: Direction) {
    let wasKnown = sides[direction].decoder.wireProtocol != nil
    sides[direction].decoder.end()
    sides[direction].hasEnded = true
    if !wasKnown { recognise(in: direction) }
  }

  /// Whether both directions have something to tell, and which of them began to speak first; asked once.
  mutating func takeWoken() -> Direction? {
    guard let woken else { return nil }
    self.woken = nil
    guard let place = sides[woken].opened.first, let other = sides[woken.other].opened.first else {
      return woken
    }
    return place.packet < other.packet ? woken : woken.other
  }

  /// Nothing more is expected: what never came to its end is shown as far as it came, and findings that no message is
  /// left for get lines of their own.
  ///
  /// - Parameters:
  ///   - endings: why, by direction.
  ///   - places: where each direction ended.
  mutating func finish(_ endings: Pair<Ending>, at places: Pair<Place>) {
    guard let known = sides[.forward].decoder.wireProtocol ?? sides[.backward].decoder.wireProtocol else {
      return firstBytes.finish()
    }
    for direction in Direction.allCases where sides[direction].decoder.skippedBehindFrame > 0 {
      http2.sides[direction].losses = sides[direction].losses
      http2.sides[direction].noteLostFrames(at: places[direction])
    }
    http2.finish(endings, at: places)
    // Bytes in the middle of a stream may look like frames. Nobody is accused on no better ground.
    guard hasTold || isCertain || http2.hasReady else { return }
    for direction in Direction.allCases {
      noteRest(of: direction, at: places[direction])
      lines +=
        http2.hasBegun
        ? http2.sides[direction].findings.takeLines(known) : sides[direction].findings.takeLines(known)
    }
  }

  /// HTTP/2 between two calls: header tables that later messages refer to, and nothing that waits to be shown.
  var isWorthKeeping: Bool {
    http2.isBetweenCalls && sides[.forward].decoder.isBetweenFrames
      && sides[.backward].decoder.isBetweenFrames && lines.isEmpty
  }

  /// Nothing more is to be read: gives all memory back. What comes all the same is counted.
  mutating func release() {
    nature = natureSoFar
    http2 = HTTP2Conversation()
    for direction in Direction.allCases { sides[direction].release() }
  }

  /// Reads what is there of a direction and hands out the messages that it makes.
  mutating func read(_ direction: Direction, at place: Place, emit: (Message) -> Void) {
    repeat {
      handOutReady(emit)
      for message in lines { emit(message) }
      lines = []
    } while readFrame(of: direction, at: place, emit)
  }

  private mutating func handOutReady(_ emit: (Message) -> Void) {
    guard http2.hasReady else { return }
    hasTold = true
    http2.handOut(emit)
  }

  /// False when more bytes are needed.
  private mutating func readFrame(
    of direction: Direction, at place: Place, _ emit: (Message) -> Void
  ) -> Bool {
    do throws(WireError) {
      switch try sides[direction].decoder.next() {
      case .bolt(let frame):
        hasTold = true
        decodedBytes += frame.range.count
        emit(
          message(frame, in: direction, at: self.place(of: frame.range.count, in: direction, place)))
      case .http2(let frame):
        let length = H2Frame.headerLength + frame.payload.count
        decodedBytes += length
        let place = self.place(of: length, in: direction, place)
        http2.begun = sides[direction].trail.takeBegun()
        receive(frame, in: direction, at: place)
      case nil: return false
      }
    } catch {
      switch error {
      case .bolt(let error): note(Finding(error), in: direction, at: place)
      case .http2(let error): note(Finding(error.rule), in: direction, at: place)
      }
    }
    return true
  }
}

// MARK: - What it is

extension Conversation {
  /// What is said, for the list of connections.
  var content: FlowContent {
    guard isRecognised else { return firstBytes.traffic.map { .unread($0) } ?? .empty }
    let known = sides[.forward].decoder.wireProtocol ?? sides[.backward].decoder.wireProtocol
    return known == .http2
      ? .http2(isUpgraded: natureSoFar.hasLeadIn) : .bolt(versions: nature.versions)
  }

  /// The header of the PROXY protocol that a side began with.
  var proxyHeader: ProxyAddresses? { natureSoFar.proxyHeader }

  /// The client's direction, as far as what is said tells.
  var client: Direction? { isRecognised ? natureSoFar.client : firstBytes.client }

  /// With what decoders know that have not given back their memory.
  private var natureSoFar: Nature {
    var nature = nature
    nature.client = http2.client ?? nature.client
    for direction in Direction.allCases {
      if !sides[direction].decoder.leadIn.isEmpty { nature.hasLeadIn = true }
      let header = sides[direction].decoder.proxyHeader
      if !header.isEmpty { nature.proxyHeader = ProxyAddresses(header.span.bytes) }
    }
    return nature
  }
}

extension Conversation {
  /// Where the frame came that was read just now, of which `length` bytes were captured.
  private mutating func place(of length: Int, in direction: Direction, _ latest: Place) -> Place {
    var place = latest
    let arrival = sides[direction].trail.take(to: sides[direction].decoder.used, length: length)
    (place.packet, place.time) = (arrival.packet, arrival.time)
    return place
  }

  /// What a direction leaves behind its last message.
  private mutating func noteRest(of direction: Direction, at place: Place) {
    if sides[direction].decoder.wireProtocol == .http2 {
      noteRestOfHTTP2(direction, at: place)
    } else {
      notePassedOver(in: direction, at: place, "behind the last frame")
    }
    guard let behind = sides[direction].behindEnd, behind.untold > 0 else { return }
    note(
      Finding(
        rule: "behind-end",
        text: "\(behind.untold) bytes behind the FIN of their sender are no part of the stream",
        section: "RFC 9293 §3.10.7.4"),
      in: direction, at: behind.first)
    sides[direction].behindEnd?.told = behind.count
  }

  private mutating func countBehindEnd(_ count: Int, in direction: Direction, at place: Place) {
    if sides[direction].behindEnd == nil {
      sides[direction].behindEnd = BytesBehindEnd(count: count, first: place)
    } else {
      sides[direction].behindEnd?.add(count, at: place)
    }
  }

  private mutating func noteRestOfHTTP2(_ direction: Direction, at place: Place) {
    guard !sides[direction].isRestTold else { return }
    sides[direction].isRestTold = true
    let skipped = sides[direction].decoder.skippedBehindFrame
    if skipped > 0 {
      note(
        Finding(
          rule: "capture-gap",
          text: "\(skipped) bytes behind the last frame were \(sides[direction].losses) or passed over"
        ),
        in: direction, at: place)
    }
    guard let (there, header) = sides[direction].decoder.cutShort else { return }
    let whole =
      header.map {
        "\(H2Frame.headerLength + $0.length) bytes of a frame (\($0.type), stream \($0.streamID))"
      }
      ?? "bytes of a frame"
    note(
      Finding(rule: "cut-short", text: "\(there) of the \(whole) were captured"), in: direction, at: place)
  }

  private mutating func notePassedOver(in direction: Direction, at place: Place, _ what: String) {
    let skipped = sides[direction].decoder.undecodedBytes
    guard skipped > sides[direction].passedOver else { return }
    note(
      Finding(
        rule: "passed-over", text: "\(skipped - sides[direction].passedOver) bytes passed over \(what)"),
      in: direction, at: place)
    sides[direction].passedOver = skipped
  }
}

extension Conversation {
  /// One direction may have shown the protocol of both.
  private mutating func recognise(in direction: Direction) {
    guard let known = sides[direction].decoder.wireProtocol else { return }
    firstBytes.forget()
    let other = direction.other
    if sides[other].decoder.wireProtocol == nil {
      sides[other].decoder.assign(known)
      if sides[other].decoder.wireProtocol != nil { woken = other }
    }
    guard known == .http2 else { return }
    beginHTTP2()
    for direction in Direction.allCases {
      upgrade(direction)
      if sides[direction].decoder.wireProtocol != nil { sides[direction].opened.forget() }
    }
  }

  private mutating func assign(_ known: WireProtocol) {
    isCertain = true
    for direction in Direction.allCases { sides[direction].decoder.assign(known) }
    if known == .http2 { beginHTTP2() }
  }

  private mutating func beginHTTP2() {
    let client = Direction.allCases.first { sides[$0].decoder.hasPreface }
    isCertain = isCertain || client != nil
    http2.begin(
      client: client ?? firstBytes.opener, isFromBeginning: isFromBeginning || client != nil,
      showsFrames: showsFrames)
    for direction in Direction.allCases {
      sides[direction].findings.move(to: &http2.sides[direction].findings)
    }
  }

  /// A client that spoke HTTP/1.1 first and asked for HTTP/2 has made its first request with that.
  private mutating func upgrade(_ direction: Direction) {
    guard !isUpgraded, !sides[direction].decoder.leadIn.isEmpty,
      let request = UpgradedRequest(in: sides[direction].decoder.leadIn),
      let start = sides[direction].opened.place(of: request.range.lowerBound),
      let end = sides[direction].opened.place(of: request.range.upperBound - 1)
    else { return }
    isUpgraded = true
    http2.begin(upgraded: request, in: direction, from: start, to: end)
  }

  private mutating func receive(_ frame: H2Frame, in direction: Direction, at place: Place) {
    if frame.skipped > 0 || frame.missing > 0 {
      http2.sides[direction].losses = sides[direction].losses
      // The hole may reach beyond this frame.
      if sides[direction].decoder.skippedBehindFrame == 0 { sides[direction].losses = Losses() }
    }
    http2.receive(frame, sides[direction].decoder.bytes, in: direction, at: place)
    if frame.type == .settings {
      for side in Direction.allCases {
        sides[side].decoder.setMaxFrameSize(http2.maxFrameSize(of: side.other))
      }
    }
  }

  private mutating func message(_ frame: BoltFrame, in direction: Direction, at place: Place) -> Message {
    let bytes = sides[direction].decoder.bytes
    nature.note(frame, in: direction)
    notePassedOver(in: direction, at: place, "to find this frame")
    var found = sides[direction].findings.take()
    frame.judge(bytes, sides[direction].losses, into: &found)
    sides[direction].losses = Losses()
    return Message(
      place: place, content: .bolt(frame, bytes: bytes), findings: found,
      begun: sides[direction].trail.takeBegun())
  }
}
