import BoltCodec
import H2Codec
import Wire

/// What is said on one connection, in both directions: bytes in, messages out.
struct Conversation {
  private var decoders: [2 of DirectionDecoder]
  /// In use once the protocol is known. Not optional: it is changed in place, never copied.
  private var http2 = HTTP2Conversation()
  /// Where the first bytes of each direction came from.
  private var opened: [2 of Place?] = [nil, nil]
  /// Bolt findings of a direction that wait for the next message to stand beside.
  private var findings: [2 of [Finding]] = [[], []]
  private var passedOver: [2 of UInt64] = [0, 0]
  /// Whether the request of an upgrade has been handed on.
  private var isUpgraded = false
  /// The direction whose protocol the other one showed just now: its frames wait to be taken.
  private var woken: Int?
  private let isFromBeginning: Bool
  private let showsFrames: Bool

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

  var heldBytes: Int { decoders[0].heldBytes + decoders[1].heldBytes + http2.heldBytes }

  func undecodedBytes(in direction: Int) -> Int { Int(clamping: decoders[direction].undecodedBytes) }

  mutating func append(_ bytes: RawSpan, in direction: Int, at place: Place) {
    if opened[direction] == nil { opened[direction] = place }
    let wasKnown = decoders[direction].wireProtocol != nil
    decoders[direction].append(bytes)
    if !wasKnown { recognise(in: direction) }
  }

  mutating func lose(_ count: Int, in direction: Int) {
    let wasKnown = decoders[direction].wireProtocol != nil
    decoders[direction].lose(count)
    if !wasKnown { recognise(in: direction) }
    // A frame torn by the gap says so itself, and so does HTTP/2.
    guard decoders[direction].wireProtocol == .bolt, !decoders[direction].hasTornFrame else { return }
    findings[direction].note(
      Finding(rule: "capture-gap", text: "\(count) bytes before this were not captured"))
  }

  mutating func end(_ direction: Int) {
    let wasKnown = decoders[direction].wireProtocol != nil
    decoders[direction].end()
    if !wasKnown { recognise(in: direction) }
  }

  /// Whether both directions have something to tell, and which of them began to speak first; asked once.
  mutating func takeWoken() -> Int? {
    guard let woken else { return nil }
    self.woken = nil
    guard let place = opened[woken], let other = opened[1 - woken] else { return woken }
    return place.packet < other.packet ? woken : 1 - woken
  }

  /// Nothing more comes on this connection.
  mutating func finish() { http2.finish() }

  /// The next message of this direction; nil when more bytes are needed.
  mutating func next(in direction: Int, at place: Place) -> Message? {
    while true {
      if let message = http2.next() { return message }
      do throws(WireError) {
        switch try decoders[direction].next() {
        case .bolt(let frame): return message(frame, in: direction, at: place)
        case .http2(let frame): receive(frame, in: direction, at: place)
        case nil: return nil
        }
      } catch {
        switch error {
        case .bolt(let error): findings[direction].note(Finding(error))
        case .http2(let error): findings[direction].note(Finding(error.rule))
        }
      }
    }
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
    for direction in 0...1 { upgrade(direction) }
  }

  private mutating func assign(_ known: WireProtocol) {
    for direction in 0...1 { decoders[direction].assign(known) }
    if known == .http2 { beginHTTP2() }
  }

  private mutating func beginHTTP2() {
    let client = (0...1).first { decoders[$0].hasPreface }
    http2.begin(
      client: client, isFromBeginning: isFromBeginning || client != nil, showsFrames: showsFrames)
  }

  /// A client that spoke HTTP/1.1 first and asked for HTTP/2 has made its first request with that.
  private mutating func upgrade(_ direction: Int) {
    guard !isUpgraded, !decoders[direction].leadIn.isEmpty, let place = opened[direction],
      let headers = UpgradedRequest.headers(in: decoders[direction].leadIn)
    else { return }
    isUpgraded = true
    http2.begin(upgraded: headers, in: direction, at: place)
  }

  private mutating func receive(_ frame: H2Frame, in direction: Int, at place: Place) {
    http2.receive(frame, decoders[direction].bytes, in: direction, at: place)
    if let size = http2.maxFrameSize[direction] { decoders[1 - direction].setMaxFrameSize(size) }
  }

  private mutating func message(_ frame: BoltFrame, in direction: Int, at place: Place) -> Message {
    let bytes = decoders[direction].bytes
    let skipped = decoders[direction].undecodedBytes
    if skipped > passedOver[direction] {
      findings[direction].note(
        Finding(
          rule: "passed-over",
          text: "\(skipped - passedOver[direction]) bytes passed over to find this frame"))
      passedOver[direction] = skipped
    }
    var found = findings[direction]
    if !found.isEmpty { findings[direction] = [] }
    frame.judge(bytes, into: &found)
    return Message(place: place, content: .bolt(frame, bytes: bytes), findings: found)
  }
}

extension BoltFrame {
  /// What a reader should know about a frame that was read.
  fileprivate func judge(_ bytes: [UInt8], into findings: inout [Finding]) {
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
        Finding(rule: "cut-short", text: "\(range.count) of \(length) bytes of this frame were captured"))
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
