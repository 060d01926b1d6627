import H2Codec
import Support
import Testing

@Suite struct ConnectionTests {
  @Test func requestAndResponse() throws {
    var server = Scripted(.server)
    var events = server.feed(server.headers(post, on: 1, endStream: false) + data(5, on: 1, endStream: true))
    #expect(events.first == .headers(1, .request, endStream: false))
    guard case .data(1, let range, endStream: true)? = events.last else { throw H2SendError.role }
    #expect(Array(server.connection.bytes[range]) == [7, 7, 7, 7, 7])
    #expect(server.connection.remoteStreams == 1)
    try server.connection.sendHeaders(list(":status: 103"), on: 1, endStream: false)
    try server.connection.sendHeaders(ok, on: 1, endStream: false)
    let body: [UInt8] = [1, 2, 3]
    #expect(try server.send(body, on: 1, endStream: false) == 3)
    try server.connection.sendHeaders(list("grpc-status: 0"), on: 1, endStream: true)
    let sent = try server.sent()
    #expect(sent.map(\.type) == [.headers, .headers, .data, .headers])
    #expect(sent.map(\.endsStream) == [false, false, false, true])
    #expect(server.connection.remoteStreams == 0 && server.connection.stream(1) == nil)
    events = server.feed { H2FrameEncoder.windowUpdate(stream: 1, increment: 5, into: &$0) }
    #expect(events.isEmpty, "an update that crossed the end means nothing")
    #expect(server.feed(server.headers(post, on: 1)).fatal == .closedStream)
  }

  @Test func aToleratedRuleIsLetPass() {
    var padded = get
    padded.append(name: "comma", value: " c")
    var strict = Scripted(.server)
    guard case .streamError(let error)? = strict.feed(strict.headers(padded, on: 1)).first else {
      Issue.record("a value that begins with a blank is malformed")
      return
    }
    #expect(error.rule == .fieldValueWhitespace)
    var lenient = Scripted(.server) { $0.tolerated.insert(.fieldValueWhitespace) }
    #expect(lenient.feed(lenient.headers(padded, on: 1)) == [.headers(1, .request, endStream: true)])
  }

  @Test func firstFrameIsSettings() {
    var server = Scripted(.server, handshake: false)
    #expect(server.feed { H2FrameEncoder.ping(1, into: &$0) }.fatal == .settingsFirst)
    server = Scripted(.server, handshake: false)
    #expect(server.feed { H2FrameEncoder.settingsAcknowledgement(into: &$0) }.fatal == .settingsFirst)
  }

  @Test func anErrorIsFinalAndNamesTheLastStream() throws {
    var server = Scripted(.server)
    #expect(server.feed(server.headers(get, on: 5)).count == 1)
    _ = try server.sent()
    #expect(server.feed(data(1, on: 7)).fatal == .idleStream)
    #expect(server.feed(server.headers(get, on: 9)).isEmpty)
    let sent = try server.sent()
    #expect(sent.map(\.type) == [.goAway] && sent[0].lastStreamID == 5 && sent[0].errorCode == .protocolError)
    #expect(server.connection.isFinished)
    #expect(throws: H2SendError.connectionOver) {
      try server.connection.sendHeaders(ok, on: 5, endStream: true)
    }
  }

  /// What a client may send a server whose stream 1 is half-closed and 3 open, and what it costs.
  static let offences: [(String, H2Rule)] = [
    ("000001 00 00 00000001 aa", .halfClosedStream), ("000001 01 05 00000001 82", .halfClosedStream),
    ("000001 00 00 00000009 aa", .idleStream), ("000004 03 00 00000009 00000000", .idleStream),
    ("000004 08 00 00000009 00000001", .idleStream), ("000001 01 05 00000002 82", .streamParity),
    ("000001 09 04 00000003 82", .continuationUnexpected),
    ("000001 01 00 00000005 82 000008 06 00 00000000 0000000000000000", .continuationExpected),
    ("000001 01 00 00000005 82 000001 09 04 00000003 82", .continuationExpected),
    ("000001 01 00 00000005 82 000000 77 00 00000005", .continuationExpected),
    ("000001 01 05 00000005 80", .compression), ("000006 04 00 00000000 000200000002", .enablePush),
    ("000006 04 00 00000000 000480000000", .initialWindowSize),
    ("000006 04 00 00000000 000500000000", .maxFrameSize),
    ("000000 04 01 00000000", .settingsAcknowledgement),
    ("000004 08 00 00000000 7fffffff", .connectionWindowOverflow),
    ("000005 05 04 00000003 0000000282", .pushForbidden),
    ("000004 08 00 00000003 00000000", .windowIncrement),
  ]

  @Test(arguments: offences) func connectionErrors(_ wire: String, _ rule: H2Rule) throws {
    var server = Scripted(.server)
    _ = server.feed(server.headers(get, on: 1) + server.headers(post, on: 3, endStream: false))
    _ = try server.sent()
    #expect(server.feed([UInt8](hex: wire)).fatal == rule)
    #expect(try server.sent().last?.errorCode == rule.code)
  }

  @Test func streamErrorsCostTheStreamOnly() throws {
    var server = Scripted(.server)
    #expect(server.feed(server.headers(list(":method: GET"), on: 1)).streamError == .schemeMissing)
    var sent = try server.sent()
    #expect(sent.map(\.type) == [.reset] && sent[0].errorCode == .protocolError && sent[0].streamID == 1)
    #expect(server.feed(server.headers(post, on: 3, endStream: false)).count == 1)
    #expect(
      server.feed { H2FrameEncoder.windowUpdate(stream: 3, increment: 0x7FFF_FFFF, into: &$0) }.streamError
        == .streamWindowOverflow)
    sent = try server.sent()
    #expect(sent.map(\.errorCode) == [.flowControlError])
    // What was under way to the reset streams is let pass, and the tables stay in step.
    #expect(server.feed(data(9, on: 3) + server.headers(list("a: b"), on: 3)).isEmpty)
    #expect(server.feed(server.headers(get, on: 5)) == [.headers(5, .request, endStream: true)])
    #expect(server.connection.remoteStreams == 1)
  }

  @Test func contentLengthIsChecked() {
    var server = Scripted(.server)
    let request = list(":method: POST", ":scheme: http", ":path: /", "content-length: 3")
    let events = server.feed(server.headers(request, on: 1, endStream: false) + data(4, on: 1))
    #expect(events.streamError == .contentLength)
  }

  @Test func concurrencyBelowAtAbove() throws {
    var server = Scripted(.server) { $0.settings.maxConcurrentStreams = 2 }
    #expect(server.feed(server.headers(get, on: 1)).streamError == nil)
    #expect(server.feed(server.headers(get, on: 3)).streamError == nil)
    #expect(server.feed(server.headers(get, on: 5)).streamError == .concurrentStreams)
    #expect(try server.sent().last?.errorCode == .refusedStream)
    try server.connection.sendHeaders(ok, on: 1, endStream: true)
    #expect(server.feed(server.headers(get, on: 7)).streamError == nil)
  }

  /// It opens streams by the hundred, and what it sends on them comes when all are refused.
  @Test func aPeerThatDoesNotKnowOurLimitYetIsLetPass() throws {
    var server = Scripted(.server, handshake: false) { $0.settings.maxConcurrentStreams = 1 }
    _ = server.feed { H2FrameEncoder.settings([], into: &$0) }
    for number in 0..<600 as Range<UInt32> {
      let events = server.feed(
        server.headers(post, on: H2StreamID(rawValue: 2 * number + 1), endStream: false))
      #expect(events.streamError == (number == 0 ? nil : .concurrentStreams))
      _ = server.connection.takeOutput()
    }
    for id in [3, 601, 1199] as [H2StreamID] {
      #expect(server.feed(data(9, on: id) + server.headers(list("a: b"), on: id)).isEmpty)
    }
    #expect(server.feed(data(9, on: 1)).count == 1)
  }

  @Test func clientKeepsToThePeersConcurrency() throws {
    var client = Scripted(.client)
    _ = client.feed { H2FrameEncoder.settings([H2Setting(.maxConcurrentStreams, 1)], into: &$0) }
    #expect(client.connection.streamsAllowed == 1)
    #expect(try client.connection.open(get, endStream: true) == 1)
    #expect(throws: H2SendError.concurrentStreams) { try client.connection.open(get, endStream: true) }
    #expect(client.feed(client.headers(ok, on: 1)) == [.headers(1, .response, endStream: true)])
    #expect(try client.connection.open(get, endStream: true) == 3)
  }

  @Test func headResponsesHaveNoContent() throws {
    var client = Scripted(.client)
    let head = list(":method: HEAD", ":scheme: http", ":path: /")
    _ = try client.connection.open(head, endStream: true)
    let answer = list(":status: 200", "content-length: 10")
    #expect(client.feed(client.headers(answer, on: 1)) == [.headers(1, .response, endStream: true)])
  }

  @Test func windowsBothWays() throws {
    var client = Scripted(.client) { $0.settings.initialWindowSize = 1000 }
    _ = client.feed { H2FrameEncoder.settings([H2Setting(.initialWindowSize, 10)], into: &$0) }
    _ = try client.connection.open(post, endStream: false)
    let body = [UInt8](repeating: 1, count: 25)
    #expect(try client.send(body, on: 1, endStream: true) == 10)
    #expect(try client.send(body, on: 1, endStream: true) == 0)
    #expect(
      client.feed { H2FrameEncoder.windowUpdate(stream: 1, increment: 5, into: &$0) } == [.windowOpened(1)])
    #expect(try client.send(Array(body[10..<25]), on: 1, endStream: true) == 5)
    // A smaller initial window makes it negative; it opens again only above 0.
    _ = client.feed { H2FrameEncoder.settings([H2Setting(.initialWindowSize, 0)], into: &$0) }
    #expect(client.connection.stream(1)?.sendWindow.size == -10)
    #expect(client.feed { H2FrameEncoder.windowUpdate(stream: 1, increment: 10, into: &$0) }.isEmpty)
    #expect(
      client.feed { H2FrameEncoder.windowUpdate(stream: 1, increment: 10, into: &$0) } == [.windowOpened(1)])
    #expect(try client.send(Array(body[15..<25]), on: 1, endStream: true) == 10)
    #expect(try client.sent().last?.endsStream == true)

    // Receiving: at the window, above it, and after giving back.
    _ = client.feed(client.headers(ok, on: 1, endStream: false))
    #expect(client.feed(data(1000, on: 1)).streamError == nil)
    client.connection.consume(400, on: 1)
    #expect(try client.sent().isEmpty)
    client.connection.consume(200, on: 1)
    #expect(try client.sent().map(\.windowIncrement) == [600])
    #expect(client.feed(data(595, on: 1, padding: 4)).streamError == nil)
    #expect(client.feed(data(6, on: 1)).streamError == .streamWindow)
  }

  @Test func connectionWindowIsKept() throws {
    var server = Scripted(.server) {
      $0.connectionWindow = 0
      $0.settings.initialWindowSize = 1 << 20
    }
    _ = server.feed(server.headers(post, on: 1, endStream: false))
    for _ in 0..<3 { #expect(server.feed(data(16384, on: 1)).fatal == nil) }
    #expect(server.feed(data(16383, on: 1)).fatal == nil)
    #expect(server.connection.connectionReceiveWindow == 0)
    #expect(server.feed(data(1, on: 1)).fatal == .connectionWindow)
  }

  @Test func settingsAreAcknowledgedAndPings() throws {
    var server = Scripted(.server)
    #expect(server.feed { H2FrameEncoder.ping(42, into: &$0) }.isEmpty)
    #expect(
      server.feed { H2FrameEncoder.settings([H2Setting(.maxFrameSize, 20000)], into: &$0) } == [
        .settingsChanged
      ])
    let sent = try server.sent()
    #expect(
      sent.map(\.type) == [.ping, .settings] && sent.allSatisfy(\.isAcknowledgement) && sent[0].pingData == 42
    )
    #expect(server.feed { H2FrameEncoder.ping(7, acknowledgement: true, into: &$0) } == [.pong(7)])
  }

  @Test func framesKeepToThePeersSize() throws {
    var client = Scripted(.client)
    let long = list(
      ":method: GET", ":scheme: http", ":path: /", "a: " + String(repeating: "\u{1}", count: 60000))
    _ = try client.connection.open(long, endStream: true)
    _ = try client.connection.open(post, endStream: false)
    let body = [UInt8](repeating: 1, count: 40000)
    #expect(try client.send(body, on: 3, endStream: true) == 40000)
    let bytes = client.connection.output
    let sent = try client.sent()
    #expect(sent.allSatisfy { $0.length <= 16384 } && sent.filter { $0.type == .continuation }.count >= 3)
    // A server of ours takes such a list, as MOSN sends it.
    var server = Scripted(.server)
    #expect(server.feed(bytes).first == .headers(1, .request, endStream: true))
    #expect(server.connection.headers.count > 0)
  }

  @Test func shutdownTakesTwoSteps() throws {
    var server = Scripted(.server)
    _ = server.feed(server.headers(get, on: 1))
    server.connection.shutdown()
    var sent = try server.sent()
    #expect(sent.map(\.type) == [.goAway, .ping] && sent[0].lastStreamID == .last)
    // One more was under way; it is taken.
    #expect(server.feed(server.headers(get, on: 3)).count == 1)
    let ping = sent[1].pingData
    #expect(server.feed { H2FrameEncoder.ping(ping, acknowledgement: true, into: &$0) }.isEmpty)
    sent = try server.sent()
    #expect(sent.map(\.type) == [.goAway] && sent[0].lastStreamID == 3 && sent[0].errorCode == .noError)
    #expect(server.feed(server.headers(get, on: 5) + data(3, on: 5)).isEmpty, "not worked on, but in step")
    #expect(!server.connection.isFinished)
    for id: H2StreamID in [1, 3] { try server.connection.sendHeaders(ok, on: id, endStream: true) }
    #expect(server.connection.isFinished)
  }

  @Test func goAwayRefusesWhatLiesAbove() throws {
    var client = Scripted(.client)
    for _ in 0..<3 { _ = try client.connection.open(get, endStream: true) }
    var events = client.feed { H2FrameEncoder.goAway(last: 1, .noError, into: &$0) }
    guard case .goAway(last: 1, .noError, _)? = events.first else { throw H2SendError.role }
    #expect(Set(events.dropFirst().map { "\($0)" }) == ["refused(3)", "refused(5)"])
    #expect(throws: H2SendError.goingAway) { try client.connection.open(get, endStream: true) }
    #expect(client.feed(client.headers(ok, on: 1)) == [.headers(1, .response, endStream: true)])
    #expect(client.connection.isFinished)
    events = client.feed { H2FrameEncoder.goAway(last: 3, .noError, into: &$0) }
    #expect(events.fatal == .goAwayOrder)
  }

  @Test func resetsBothWays() throws {
    var client = Scripted(.client)
    for _ in 0..<2 { _ = try client.connection.open(post, endStream: false) }
    #expect(client.feed { H2FrameEncoder.reset(.cancel, stream: 1, into: &$0) } == [.reset(1, .cancel)])
    #expect(throws: H2SendError.self) {
      try client.send(one, on: 1, endStream: true)
    }
    _ = try client.sent()
    client.connection.reset(3, .cancel)
    client.connection.reset(3, .cancel)
    #expect(try client.sent().map(\.type) == [.reset])
    #expect(client.connection.localStreams == 0)
    #expect(client.feed(client.headers(ok, on: 3) + data(10, on: 3, endStream: true)).isEmpty)
  }

  @Test func pushIsRefused() throws {
    var client = Scripted(.client, handshake: false)
    _ = client.feed { H2FrameEncoder.settings([], into: &$0) }
    _ = try client.connection.open(get, endStream: true)
    _ = try client.sent()
    // Before the peer can know our SETTINGS a promise is refused, afterwards it is an offence.
    #expect(client.feed { H2FrameEncoder.pushPromise([0x82], stream: 1, promised: 2, into: &$0) }.isEmpty)
    let sent = try client.sent()
    #expect(sent.map(\.type) == [.reset] && sent[0].streamID == 2 && sent[0].errorCode == .refusedStream)
    #expect(client.feed(client.headers(ok, on: 2)).isEmpty)
    _ = client.feed { H2FrameEncoder.settingsAcknowledgement(into: &$0) }
    #expect(
      client.feed { H2FrameEncoder.pushPromise([0x82], stream: 1, promised: 4, into: &$0) }.fatal
        == .pushForbidden)
  }

  @Test func numbersEndWithAnAnnouncement() throws {
    var server = Scripted(.server)
    _ = server.feed(server.headers(get, on: H2StreamID(rawValue: 0x7FFF_F001)))
    #expect(try server.sent().isEmpty)
    _ = server.feed(server.headers(get, on: H2StreamID(rawValue: 0x7FFF_FF01)))
    #expect(try server.sent().map(\.type) == [.goAway, .ping])
    #expect(server.feed(server.headers(get, on: .last)).count == 1)
    #expect(server.feed(server.headers(get, on: 3)).fatal == .streamOrder)
  }

  @Test func upgradeBeginsOnStreamOne() throws {
    var server = Scripted(.server, handshake: false)
    try server.connection.beginUpgraded(settings: [H2Setting(.initialWindowSize, 3)])
    try server.connection.sendHeaders(ok, on: 1, endStream: false)
    #expect(try server.send(four, on: 1, endStream: true) == 3)
    #expect(server.feed { H2FrameEncoder.settings([], into: &$0) } == [.settingsChanged])
    #expect(server.feed(server.headers(get, on: 3)) == [.headers(3, .request, endStream: true)])

    var client = Scripted(.client, handshake: false)
    try client.connection.beginUpgraded(answers: .head)
    _ = client.feed { H2FrameEncoder.settings([], into: &$0) }
    let answer = list(":status: 200", "content-length: 4")
    #expect(client.feed(client.headers(answer, on: 1)) == [.headers(1, .response, endStream: true)])
    #expect(try client.connection.open(get, endStream: true) == 3)
  }

  @Test func deadlines() {
    var server = Scripted(.server, handshake: false)
    server.now = 5
    _ = server.feed { H2FrameEncoder.settings([], into: &$0) }
    #expect(server.connection.deadline == 10_000_000_005)
    #expect(server.connection.timeOut(at: 10_000_000_004) == nil)
    #expect([server.connection.timeOut(at: 10_000_000_005)].compactMap { $0 }.fatal == .settingsTimeout)
    // A client that half closes behind its request is answered, however long that takes.
    server = Scripted(.server, handshake: false)
    _ = server.feed { H2FrameEncoder.settings([], into: &$0) }
    server.connection.endInput()
    #expect(server.connection.deadline == nil)
    #expect(server.connection.timeOut(at: 60_000_000_000) == nil)
    server = Scripted(.server)
    #expect(server.connection.deadline == nil)
    _ = server.feed([UInt8](hex: "000001 01 00 00000001 82"))
    #expect(server.connection.deadline == 10_000_000_000)
    server.now = 10_000_000_000
    #expect(server.feed([0]).fatal == .floodBlockTime)
  }
}
