import H2Codec
import MosnPackets

/// A connection of HTTP/2 written by hand: frames of both sides, each with its own HPACK state.
struct H2Talk {
  var talk = Talk(serverPort: 8_080)
  private var encoders = [HPACKEncoder(), HPACKEncoder()]

  /// The handshake, the preface and both SETTINGS.
  static func begun(client: [H2Setting] = [], server: [H2Setting] = []) -> H2Talk {
    var talk = H2Talk()
    talk.talk.open()
    talk.talk.say(.client, H2FrameDecoder.preface)
    talk.write(.client) { H2FrameEncoder.settings(client, into: &$0) }
    talk.write(.server) { H2FrameEncoder.settings(server, into: &$0) }
    return talk
  }

  /// The same, and both have acknowledged.
  static func agreed(client: [H2Setting] = [], server: [H2Setting] = []) -> H2Talk {
    var talk = begun(client: client, server: server)
    talk.acknowledge(.client)
    talk.acknowledge(.server)
    return talk
  }

  mutating func settings(_ side: Talk.Side, _ settings: [H2Setting]) {
    write(side) { H2FrameEncoder.settings(settings, into: &$0) }
  }

  mutating func acknowledge(_ side: Talk.Side) {
    write(side) { H2FrameEncoder.settingsAcknowledgement(into: &$0) }
  }

  mutating func widen(_ side: Talk.Side, _ stream: H2StreamID, by increment: Int) {
    write(side) { H2FrameEncoder.windowUpdate(stream: stream, increment: increment, into: &$0) }
  }

  mutating func reset(_ side: Talk.Side, _ stream: H2StreamID) {
    write(side) { H2FrameEncoder.reset(.cancel, stream: stream, into: &$0) }
  }

  mutating func goAway(_ side: Talk.Side, last: H2StreamID) {
    write(side) { H2FrameEncoder.goAway(last: last, .noError, debugData: [], into: &$0) }
  }

  mutating func ping(_ side: Talk.Side, _ data: UInt64, isAnswer: Bool = false) {
    write(side) { H2FrameEncoder.ping(data, acknowledgement: isAnswer, into: &$0) }
  }

  /// `count` bytes of DATA in frames of at most 16,000.
  mutating func flood(_ side: Talk.Side, _ stream: H2StreamID, _ count: Int, end: Bool = false) {
    for start in stride(from: 0, to: count, by: 16_000) {
      let length = min(16_000, count - start)
      data(side, stream, [UInt8](repeating: 0, count: length), end: end && start + length == count)
    }
  }

  /// Nothing is said for so long.
  mutating func pause(seconds: Int64) { talk.time += seconds * 1_000_000_000 }

  mutating func write(_ side: Talk.Side, _ frames: (inout [UInt8]) -> Void) {
    var bytes: [UInt8] = []
    frames(&bytes)
    talk.say(side, bytes)
  }

  mutating func block(_ side: Talk.Side, _ fields: [(String, String)]) -> [UInt8] {
    var list = H2HeaderList()
    for (name, value) in fields { list.append(name: name, value: value) }
    var block: [UInt8] = []
    encoders[side.rawValue].encode(list, into: &block)
    return block
  }

  mutating func headers(
    _ side: Talk.Side, _ stream: H2StreamID, _ fields: [(String, String)], end: Bool = false,
    maxFrameSize: Int = 16_384
  ) {
    let block = block(side, fields)
    write(side) {
      H2FrameEncoder.headers(block, stream: stream, endStream: end, maxFrameSize: maxFrameSize, into: &$0)
    }
  }

  mutating func data(_ side: Talk.Side, _ stream: H2StreamID, _ bytes: [UInt8], end: Bool = false) {
    write(side) { H2FrameEncoder.data(bytes.span.bytes, stream: stream, endStream: end, into: &$0) }
  }

  mutating func request(
    _ stream: H2StreamID, path: String = "/echo", more: [(String, String)] = [], end: Bool = true
  ) {
    headers(
      .client, stream,
      [(":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "example")] + more, end: end)
  }

  mutating func response(
    _ stream: H2StreamID, status: String = "200", more: [(String, String)] = [], end: Bool = true
  ) {
    headers(.server, stream, [(":status", status)] + more, end: end)
  }

  func story(showsFrames: Bool = false) -> Story { Story(talk, showsFrames: showsFrames) }
}
