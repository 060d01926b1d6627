import BoltCodec
import Wire

/// What is said on one connection, in both directions: frames in, messages out.
struct Conversation {
  private var decoders: [2 of DirectionDecoder]
  /// Findings of a direction that wait for the next message to stand beside.
  private var findings: [2 of [Finding]] = [[], []]
  private var passedOver: [2 of UInt64] = [0, 0]

  init(assigned: WireProtocol?, startsWithSYN: Bool) {
    let decoder = DirectionDecoder(isFromBeginning: startsWithSYN)
    decoders = [decoder, decoder]
    if let assigned { assign(assigned) }
  }

  var isRecognised: Bool { decoders[0].wireProtocol != nil || decoders[1].wireProtocol != nil }
  var heldBytes: Int { decoders[0].heldBytes + decoders[1].heldBytes }

  func undecodedBytes(in direction: Int) -> Int { Int(clamping: decoders[direction].undecodedBytes) }

  mutating func append(_ bytes: RawSpan, in direction: Int) {
    let wasKnown = decoders[direction].wireProtocol != nil
    decoders[direction].append(bytes)
    if !wasKnown, let known = decoders[direction].wireProtocol { assign(known) }
  }

  mutating func lose(_ count: Int, in direction: Int) {
    decoders[direction].lose(count)
    // A frame torn by the gap says so itself.
    guard isRecognised, !decoders[direction].hasTornFrame else { return }
    findings[direction].append(
      Finding(rule: "capture-gap", text: "\(count) bytes before this were not captured"))
  }

  mutating func end(_ direction: Int) { decoders[direction].end() }

  /// The next message of this direction; nil when more bytes are needed.
  mutating func next(in direction: Int, at place: Place) -> Message? {
    while true {
      do throws(WireError) {
        switch try decoders[direction].next() {
        case .bolt(let frame): return message(frame, in: direction, at: place)
        case nil: return nil
        }
      } catch {
        switch error {
        case .bolt(let error): findings[direction].append(Finding(error))
        }
      }
    }
  }

  /// One direction showed the protocol of both.
  private mutating func assign(_ known: WireProtocol) {
    for direction in 0...1 { decoders[direction].assign(known) }
  }

  private mutating func message(_ frame: BoltFrame, in direction: Int, at place: Place) -> Message {
    let bytes = decoders[direction].bytes
    let skipped = decoders[direction].undecodedBytes
    if skipped > passedOver[direction] {
      findings[direction].append(
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
          text: "CRC-32 0x\(String(found, radix: 16)), the frame's bytes give 0x\(String(expected, radix: 16))"))
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
