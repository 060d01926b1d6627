import H2Codec

extension FuzzTarget {
  static let h2Server = FuzzTarget(
    "h2-server",
    "a client's bytes to a server: same events and answers in any split, windows and bounds kept",
    longestInput: 8192, run: { try checkConnection(.server, $0) })

  static let h2Client = FuzzTarget(
    "h2-client", "a server's bytes to a client with three calls under way: as h2-server", longestInput: 8192,
    run: { try checkConnection(.client, $0) })

  private static func checkConnection(_ role: H2Role, _ stream: [UInt8]) throws {
    let budget = TimeBudget(bytes: stream.count)
    let whole = try H2Session(role, stream, .whole)
    for split in [Split.bytes, .few] {
      let other = try H2Session(role, stream, split)
      try expectEqual(other.happenings, whole.happenings, "events, \(split) against whole")
      try expectEqual(other.written, whole.written, "output, \(split) against whole")
    }
    try budget.check()
  }
}

/// A connection fed with a stream, under an application that answers every request and consumes every byte.
private struct H2Session {
  /// What the application saw and did, by value: ranges mean something else in another split.
  enum Happening: Equatable {
    case event(H2Event)
    case headers(H2StreamID, H2MessageHead.Kind, endStream: Bool, H2HeaderList)
    case data(H2StreamID, [UInt8], endStream: Bool)
    case goAway(H2StreamID, H2ErrorCode, [UInt8])
    case answered(H2StreamID, sent: Int)
    case notAnswered(H2StreamID, H2SendError)
  }

  private(set) var happenings: [Happening] = []
  private(set) var written: [UInt8] = []
  private var connection: H2Connection
  private let body = [UInt8](repeating: 0x62, count: 300)
  private let response: H2HeaderList = {
    var list = H2HeaderList()
    list.append(name: ":status" as StaticString, value: "200" as StaticString)
    list.append(name: "content-type" as StaticString, value: "text/plain" as StaticString)
    return list
  }()

  init(_ role: H2Role, _ stream: [UInt8], _ split: Split) throws {
    connection = H2Connection(H2Connection.Configuration(role: role))
    if role == .client { openCalls() }
    write()
    for piece in split.pieces(of: stream) {
      connection.receive(Array(piece), at: 1_000_000_000)
      try drain()
      guard connection.failure == nil else { break }
    }
    try checkOutput()
  }

  private mutating func openCalls() {
    for method in ["GET", "HEAD", "POST"] as [StaticString] {
      var list = H2HeaderList()
      list.append(name: ":method" as StaticString, value: method)
      list.append(name: ":scheme" as StaticString, value: "http" as StaticString)
      list.append(name: ":path" as StaticString, value: "/" as StaticString)
      list.append(name: ":authority" as StaticString, value: "a" as StaticString)
      _ = try? connection.open(list, endStream: true)
    }
  }

  private mutating func drain() throws {
    repeat {
      while let event = connection.next() {
        try act(on: event)
        try checkBounds()
      }
      // Reading may have been held back for the output.
    } while write() > 0
  }

  private mutating func act(on event: H2Event) throws {
    switch event {
    case .headers(let id, let kind, let endStream):
      happenings.append(.headers(id, kind, endStream: endStream, connection.headers))
      try expect(connection.head.violations.isEmpty, "a malformed head was reported")
      if connection.role == .server, endStream { answer(id) }
    case .data(let id, let range, let endStream):
      try expect(range.upperBound <= connection.bytes.count, "\(range) of \(connection.bytes.count)")
      happenings.append(.data(id, Array(connection.bytes[range]), endStream: endStream))
      connection.consume(range.count, on: id)
      if connection.role == .server, endStream { answer(id) }
    case .goAway(let last, let code, let debug):
      happenings.append(.goAway(last, code, Array(connection.bytes[debug])))
    case .tooLarge(let id, _):
      happenings.append(.event(event))
      connection.role == .server ? answer(id) : connection.reset(id, .cancel)
    case .reset, .streamError, .windowOpened, .settingsChanged, .settingsAcknowledged, .pong, .refused,
      .connectionError:
      happenings.append(.event(event))
    }
  }

  private mutating func answer(_ id: H2StreamID) {
    // A span of a property would borrow all of self.
    let body = body
    do throws(H2SendError) {
      try connection.sendHeaders(response, on: id, endStream: false)
      let sent = try connection.sendData(body.span.bytes, on: id, endStream: true)
      happenings.append(.answered(id, sent: sent))
    } catch {
      happenings.append(.notAnswered(id, error))
    }
  }

  @discardableResult
  private mutating func write() -> Int {
    let output = connection.takeOutput()
    written += output
    return output.count
  }

  private func checkBounds() throws {
    let limit = connection.configuration.settings.maxConcurrentStreams ?? .max
    try expect(
      connection.remoteStreams >= 0 && connection.remoteStreams <= limit,
      "\(connection.remoteStreams) streams")
    try expect(
      connection.localStreams >= 0 && connection.localStreams <= 3,
      "\(connection.localStreams) streams of ours")
    try expect((0...(1 << 31) - 1).contains(connection.connectionReceiveWindow), "receive window")
    try expect(connection.connectionSendWindow < 1 << 31, "send window")
    try expect(connection.headers.size <= connection.configuration.headers.listSize, "the header list")
  }

  /// Whatever was received, what we write are frames without a fault.
  private func checkOutput() throws {
    var decoder = H2FrameDecoder(
      .endpoint, start: connection.role == .client ? .preface : .boundary, maxFrameSize: 16_777_215)
    decoder.append(written)
    while try decoder.next() != nil {}
    try expect(decoder.buffered == 0, "\(decoder.buffered) bytes of half a frame are in the output")
  }
}
