import BoltCodec
import H2Codec
import MosnWire

/// What is said on one connection, in both directions: bytes in, messages out.
struct Conversation {
  private var decoders: [2 of DirectionDecoder]
  /// In use once the protocol is known. Not optional: it is changed in place, never copied.
  private var http2 = HTTP2Conversation()
  /// Where the first bytes of each direction came from.
  private var opened: [2 of LeadInPlaces] = [LeadInPlaces(), LeadInPlaces()]
  /// When the bytes of each direction came that no frame has used.
  private var trails: [2 of ArrivalTrail] = [ArrivalTrail(), ArrivalTrail()]
  /// What was lost since the frame before.
  private var losses: [2 of Losses] = [Losses(), Losses()]
  /// Findings of a direction that is not HTTP/2, which keeps its own.
  private var findings: [2 of WaitingFindings] = [WaitingFindings(), WaitingFindings()]
  /// Bytes of the frames read.
  private var decodedBytes = 0
  /// Findings that no message is left for.
  private var lines: [Message] = []
  /// Bolt: undecoded bytes of a direction that a finding has told of.
  private var passedOver: [2 of UInt64] = [0, 0]
  /// HTTP/2: whether the end of a direction has been told of.
  private var isRestTold: [2 of Bool] = [false, false]
  private var hasEnded: [2 of Bool] = [false, false]
  /// What came behind the end of a direction; hardly ever anything.
  private var behindEnds: [BytesBehindEnd] = []
  /// Whether the request of an upgrade has been handed on.
  private var isUpgraded = false
  /// The direction whose protocol the other one showed just now: its frames wait to be taken.
  private var woken: Int?
  private let isFromBeginning: Bool
  private let showsFrames: Bool
  /// Whether the protocol is certain: the user's word, or the client's preface.
  private var isCertain = false
  /// Whether a message was handed out.
  private var hasTold = false

  init(assigned: WireProtocol?, startsWithSYN: Bool, showsFrames: Bool) {
    let decoder = DirectionDecoder(isFromBeginning: startsWithSYN)
    decoders = [decoder, decoder]
    isFromBeginning = startsWithSYN
    self.showsFrames = showsFrames
    if let assigned { assign(assigned) }
  }

  /// For a slot of the connection table that holds no connection.
  static var unused: Conversation { Conversation(assigned: nil, startsWithSYN: false, showsFrames: false) }

  var isRecognised: Bool { decoders[0].wireProtocol != nil || decoders[1].wireProtocol != nil }

  var heldBytes: Int {
    decoders[0].heldBytes + decoders[1].heldBytes + opened[0].heldBytes + opened[1].heldBytes
      + trails[0].heldBytes + trails[1].heldBytes
      + http2.heldBytes
  }

  func undecodedBytes(in direction: Int) -> Int {
    Int(clamping: decoders[direction].undecodedBytes)
      + behindEnds.reduce(0) { $1.direction == direction ? $0 + $1.count : $0 }
  }

  /// Bytes of frames and of what stood before them: the client's preface, heads of HTTP/1.1.
  var allDecodedBytes: Int {
    decodedBytes + decoders[0].introductionBytes + decoders[1].introductionBytes
  }

  /// Those of the undecoded bytes that came behind the end of their direction.
  var bytesBehindEnds: Int { behindEnds.reduce(0) { $0 + $1.count } }

  mutating func append(_ bytes: RawSpan, in direction: Int, at place: Place) {
    // Nobody takes what comes behind a FIN (RFC 9293 §3.10.7.4).
    guard !hasEnded[direction] else { return countBehindEnd(bytes.byteCount, in: direction, at: place) }
    let wasKnown = decoders[direction].wireProtocol != nil
    if !wasKnown { opened[direction].note(bytes, at: place) }
    trails[direction].append(bytes.byteCount, place.arrival, used: decoders[direction].used)
    decoders[direction].append(bytes)
    if !wasKnown { recognise(in: direction) }
  }

  /// The next `count` bytes were not captured, or cut off by the recorder, which kept `snapLength` bytes of their packet.
  mutating func lose(_ count: Int, in direction: Int, at place: Place, snapLength: Int?) {
    losses[direction].note(snapLength: snapLength)
    let wasKnown = decoders[direction].wireProtocol != nil
    decoders[direction].lose(count)
    http2.seesAll = false
    if !wasKnown { recognise(in: direction) }
    // A frame torn by the gap says so itself, and so does HTTP/2.
    guard decoders[direction].wireProtocol == .bolt, !decoders[direction].hasTornFrame else { return }
    note(
      Finding(rule: "capture-gap", text: "\(count) bytes before this were \(losses[direction])"),
      in: direction,
      at: place)
  }

  /// Whether more was said in a direction than has been read.
  mutating func setBehind(_ direction: Int, _ isBehind: Bool) { http2.sides[direction].isBehind = isBehind }

  /// Something about a direction, to be told beside its next message.
  mutating func note(_ finding: Finding, in direction: Int, at place: Place) {
    if http2.hasBegun {
      http2.sides[direction].findings.note(finding, at: place)
    } else {
      findings[direction].note(finding, at: place)
    }
  }

  /// What TCP tells of the direction whose bytes come next.
  ///
  /// - Parameters:
  ///   - hasHeard: whether its sender has acknowledged all that the capture has of the other side.
  ///   - lacksOther: whether it may have received bytes that the capture has not shown, or that wait behind a hole.
  mutating func note(hasHeard: Bool, lacksOther: Bool, in direction: Int) {
    http2.hasHeard[direction] = hasHeard
    http2.lags[1 - direction] = lacksOther
  }

  mutating func end(_ direction: Int) {
    let wasKnown = decoders[direction].wireProtocol != nil
    decoders[direction].end()
    hasEnded[direction] = true
    if !wasKnown { recognise(in: direction) }
  }

  /// Whether both directions have something to tell, and which of them began to speak first; asked once.
  mutating func takeWoken() -> Int? {
    guard let woken else { return nil }
    self.woken = nil
    guard let place = opened[woken].first, let other = opened[1 - woken].first else { return woken }
    return place.packet < other.packet ? woken : 1 - woken
  }

  /// Nothing more is expected: what never came to its end is shown as far as it came, and findings that no message is
  /// left for get lines of their own.
  ///
  /// - Parameters:
  ///   - endings: why, by direction.
  ///   - places: where each direction ended.
  mutating func finish(_ endings: [2 of Ending], at places: [2 of Place]) {
    guard let known = decoders[0].wireProtocol ?? decoders[1].wireProtocol else { return }
    for direction in 0...1 where decoders[direction].skippedBehindFrame > 0 {
      http2.sides[direction].losses = losses[direction]
      http2.sides[direction].noteLostFrames(at: places[direction])
    }
    http2.finish(endings, at: places)
    // Bytes in the middle of a stream may look like frames. Nobody is accused on no better ground.
    guard hasTold || isCertain || http2.hasReady else { return }
    for direction in 0...1 {
      noteRest(of: direction, at: places[direction])
      lines +=
        http2.hasBegun
        ? http2.sides[direction].findings.takeLines(known) : findings[direction].takeLines(known)
    }
  }

  /// HTTP/2 between two calls: header tables that later messages refer to, and nothing that waits to be shown.
  var isWorthKeeping: Bool {
    http2.isBetweenCalls && decoders[0].isBetweenFrames && decoders[1].isBetweenFrames && lines.isEmpty
  }

  /// Nothing more is to be read: gives all memory back. What comes all the same is counted.
  mutating func release() {
    let hasBegun = http2.hasBegun
    http2 = HTTP2Conversation()
    http2.hasBegun = hasBegun
    for direction in 0...1 {
      decoders[direction].release()
      trails[direction] = ArrivalTrail()
    }
  }

  /// The next message of this direction; nil when more bytes are needed.
  mutating func next(in direction: Int, at place: Place) -> Message? {
    while true {
      if let message = http2.next() {
        hasTold = true
        return message
      }
      do throws(WireError) {
        switch try decoders[direction].next() {
        case .bolt(let frame):
          hasTold = true
          decodedBytes += frame.range.count
          return message(frame, in: direction, at: self.place(of: frame.range.count, in: direction, place))
        case .http2(let frame):
          let length = H2Frame.headerLength + frame.payload.count
          decodedBytes += length
          receive(frame, in: direction, at: self.place(of: length, in: direction, place))
        case nil: return lines.isEmpty ? nil : lines.removeFirst()
        }
      } catch {
        switch error {
        case .bolt(let error): note(Finding(error), in: direction, at: place)
        case .http2(let error): note(Finding(error.rule), in: direction, at: place)
        }
      }
    }
  }
}

extension Conversation {
  /// Where the frame came that was read just now, of which `length` bytes were captured.
  private mutating func place(of length: Int, in direction: Int, _ latest: Place) -> Place {
    var place = latest
    let arrival = trails[direction].take(to: decoders[direction].used, length: length)
    (place.packet, place.time) = (arrival.packet, arrival.time)
    return place
  }

  /// What a direction leaves behind its last message.
  private mutating func noteRest(of direction: Int, at place: Place) {
    if http2.hasBegun {
      noteRestOfHTTP2(direction, at: place)
    } else {
      notePassedOver(in: direction, at: place, "behind the last frame")
    }
    for index in behindEnds.indices
    where behindEnds[index].direction == direction && behindEnds[index].untold > 0 {
      note(
        Finding(
          rule: "behind-end",
          text: "\(behindEnds[index].untold) bytes behind the FIN of their sender are no part of the stream",
          section: "RFC 9293 §3.10.7.4"),
        in: direction, at: behindEnds[index].first)
      behindEnds[index].told = behindEnds[index].count
    }
  }

  private mutating func countBehindEnd(_ count: Int, in direction: Int, at place: Place) {
    if let index = behindEnds.firstIndex(where: { $0.direction == direction }) {
      behindEnds[index].add(count, at: place)
    } else {
      behindEnds.append(BytesBehindEnd(direction: direction, count: count, first: place))
    }
  }

  private mutating func noteRestOfHTTP2(_ direction: Int, at place: Place) {
    guard !isRestTold[direction] else { return }
    isRestTold[direction] = true
    let skipped = decoders[direction].skippedBehindFrame
    if skipped > 0 {
      note(
        Finding(
          rule: "capture-gap",
          text: "\(skipped) bytes behind the last frame were \(losses[direction]) or passed over"
        ),
        in: direction, at: place)
    }
    guard let (there, header) = decoders[direction].cutShort else { return }
    let whole =
      header.map {
        "\(H2Frame.headerLength + $0.length) bytes of a frame (\($0.type), stream \($0.streamID))"
      }
      ?? "bytes of a frame"
    note(
      Finding(rule: "cut-short", text: "\(there) of the \(whole) were captured"), in: direction, at: place)
  }

  private mutating func notePassedOver(in direction: Int, at place: Place, _ what: String) {
    let skipped = decoders[direction].undecodedBytes
    guard skipped > passedOver[direction] else { return }
    note(
      Finding(rule: "passed-over", text: "\(skipped - passedOver[direction]) bytes passed over \(what)"),
      in: direction, at: place)
    passedOver[direction] = skipped
  }
}

/// Bytes that came behind the end of a direction.
private struct BytesBehindEnd {
  let direction: Int
  private(set) var count: Int
  /// Where the first came of those that were not told of.
  private(set) var first: Place
  var told = 0

  init(direction: Int, count: Int, first: Place) {
    (self.direction, self.count, self.first) = (direction, count, first)
  }

  var untold: Int { count - told }

  mutating func add(_ more: Int, at place: Place) {
    if untold == 0 { first = place }
    count += more
  }
}

extension Conversation {
  /// One direction may have shown the protocol of both.
  private mutating func recognise(in direction: Int) {
    guard let known = decoders[direction].wireProtocol else { return }
    let other = 1 - direction
    if decoders[other].wireProtocol == nil {
      decoders[other].assign(known)
      if decoders[other].wireProtocol != nil { woken = other }
    }
    guard known == .http2 else { return }
    beginHTTP2()
    for direction in 0...1 {
      upgrade(direction)
      if decoders[direction].wireProtocol != nil { opened[direction].forget() }
    }
  }

  private mutating func assign(_ known: WireProtocol) {
    isCertain = true
    for direction in 0...1 { decoders[direction].assign(known) }
    if known == .http2 { beginHTTP2() }
  }

  private mutating func beginHTTP2() {
    let client = (0...1).first { decoders[$0].hasPreface }
    isCertain = isCertain || client != nil
    http2.begin(
      client: client, isFromBeginning: isFromBeginning || client != nil, showsFrames: showsFrames)
    for direction in 0...1 { findings[direction].move(to: &http2.sides[direction].findings) }
  }

  /// A client that spoke HTTP/1.1 first and asked for HTTP/2 has made its first request with that.
  private mutating func upgrade(_ direction: Int) {
    guard !isUpgraded, !decoders[direction].leadIn.isEmpty,
      let request = UpgradedRequest(in: decoders[direction].leadIn),
      let start = opened[direction].place(of: request.range.lowerBound),
      let end = opened[direction].place(of: request.range.upperBound - 1)
    else { return }
    isUpgraded = true
    http2.begin(upgraded: request, in: direction, from: start, to: end)
  }

  private mutating func receive(_ frame: H2Frame, in direction: Int, at place: Place) {
    if frame.skipped > 0 || frame.missing > 0 {
      http2.sides[direction].losses = losses[direction]
      // The hole may reach beyond this frame.
      if decoders[direction].skippedBehindFrame == 0 { losses[direction] = Losses() }
    }
    http2.receive(frame, decoders[direction].bytes, in: direction, at: place)
    if frame.type == .settings {
      for side in 0...1 { decoders[side].setMaxFrameSize(http2.maxFrameSize(of: 1 - side)) }
    }
  }

  private mutating func message(_ frame: BoltFrame, in direction: Int, at place: Place) -> Message {
    let bytes = decoders[direction].bytes
    notePassedOver(in: direction, at: place, "to find this frame")
    var found = findings[direction].take()
    frame.judge(bytes, losses[direction], into: &found)
    losses[direction] = Losses()
    return Message(place: place, content: .bolt(frame, bytes: bytes), findings: found)
  }
}

extension BoltFrame {
  /// What a reader should know about a frame that was read.
  fileprivate func judge(_ bytes: [UInt8], _ losses: Losses, into findings: inout [Finding]) {
    if version == .v2, head.ver1 != 1, head.ver1 != 2 {
      findings.append(
        Finding(
          rule: "unknown-version",
          text: "ver1 is \(head.ver1), expected 1 or 2; read as 1, which has no CRC-32"))
    }
    let type = bytes[range.lowerBound + (version == .v2 ? 2 : 1)]
    if BoltType(rawValue: type) == nil {
      findings.append(
        Finding(
          rule: "unknown-type",
          text: "the type is \(type), expected 0, 1 or 2; read with the layout of a request"))
    }
    if case .bad(let expected, let found) = crc {
      findings.append(
        Finding(
          rule: "crc-mismatch",
          text:
            "CRC-32 0x\(String(found, radix: 16)), the frame's bytes give 0x\(String(expected, radix: 16))"))
    }
    if crc == .missing, isWhole {
      findings.append(
        Finding(rule: "crc-missing", text: "the switch announces a CRC-32 and none follows the content"))
    }
    if !isWhole {
      findings.append(
        Finding(
          rule: "cut-short",
          text: "\(range.count) of \(length) bytes of this frame were captured"
            + (losses.snapLength == nil ? "" : ", the rest was \(losses)")))
    } else if !headerMap.isEmpty {
      do throws(BoltError) { try headers(in: bytes).check() } catch { findings.append(Finding(error)) }
    }
  }
}

extension Finding {
  init(_ error: BoltError) {
    self.init(rule: error.rule.rawValue.kebabCased, text: "\(error)")
  }
}

extension String {
  /// `headerKeyLength` as `header-key-length`.
  var kebabCased: String {
    reduce(into: "") { text, character in
      if character.isUppercase { text.append("-") }
      text.append(contentsOf: character.lowercased())
    }
  }
}
