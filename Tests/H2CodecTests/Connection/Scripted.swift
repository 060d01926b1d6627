import H2Codec
import Testing

/// A connection under test, and frames of a peer that may do anything.
struct Scripted {
  var connection: H2Connection
  var now: UInt64 = 0
  private var encoder = HPACKEncoder()

  /// After the handshake, unless told otherwise.
  init(
    _ role: H2Role, handshake: Bool = true, _ change: (inout H2Connection.Configuration) -> Void = { _ in }
  ) {
    var configuration = H2Connection.Configuration(role: role)
    change(&configuration)
    connection = H2Connection(configuration)
    guard handshake else { return }
    #expect(feed(wire { H2FrameEncoder.settings([], into: &$0) }) == [.settingsChanged])
    #expect(feed(wire { H2FrameEncoder.settingsAcknowledgement(into: &$0) }) == [.settingsAcknowledged])
    _ = connection.takeOutput()
  }

  private var didSendPreface = false

  func wire(_ body: (inout [UInt8]) -> Void) -> [UInt8] {
    var bytes: [UInt8] = []
    body(&bytes)
    return bytes
  }

  /// Gives the connection bytes and returns its events.
  mutating func feed(_ bytes: [UInt8]) -> [H2Event] {
    if connection.role == .server, !didSendPreface {
      didSendPreface = true
      connection.receive(H2FrameDecoder.preface, at: now)
    }
    connection.receive(bytes, at: now)
    var events: [H2Event] = []
    while let event = connection.next() { events.append(event) }
    return events
  }

  mutating func feed(_ body: (inout [UInt8]) -> Void) -> [H2Event] { feed(wire(body)) }

  /// HEADERS with these fields, as the peer sends them.
  mutating func headers(_ list: H2HeaderList, on stream: H2StreamID, endStream: Bool = true) -> [UInt8] {
    var block: [UInt8] = []
    encoder.encode(list, into: &block)
    return wire { H2FrameEncoder.headers(block, stream: stream, endStream: endStream, into: &$0) }
  }

  mutating func send(_ data: [UInt8], on stream: H2StreamID, endStream: Bool) throws -> Int {
    try connection.sendData(data.span.bytes, on: stream, endStream: endStream)
  }

  /// What the connection has sent since the last time.
  mutating func sent() throws -> [H2Frame] {
    var bytes = connection.takeOutput()
    if bytes.starts(with: H2FrameDecoder.preface) { bytes.removeFirst(24) }
    return try frames(bytes, .observer).frames
  }
}

let get = list(":method: GET", ":scheme: http", ":path: /", ":authority: a")
let post = list(":method: POST", ":scheme: http", ":path: /", ":authority: a")
let ok = list(":status: 200")
let one: [UInt8] = [1]
let four: [UInt8] = [1, 2, 3, 4]

func data(_ count: Int, on stream: H2StreamID, endStream: Bool = false, padding: UInt8? = nil) -> [UInt8] {
  var bytes: [UInt8] = []
  H2FrameEncoder.data(
    [UInt8](repeating: 7, count: count).span.bytes, stream: stream, endStream: endStream, padding: padding,
    into: &bytes)
  return bytes
}

extension [H2Event] {
  /// The rule of the connection error that is the last event.
  var fatal: H2Rule? {
    if case .connectionError(let error)? = last { error.rule } else { nil }
  }

  /// Which limit the header list went over that is the last event.
  var excess: HPACKError? {
    if case .tooLarge(_, let excess)? = last { excess } else { nil }
  }

  /// The rule of the stream error that is the last event.
  var streamError: H2Rule? {
    if case .streamError(let error)? = last { error.rule } else { nil }
  }
}
