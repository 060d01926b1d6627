import H2Codec
import Testing

/// Each flood of reference lists and CVEs, up to its limit and one beyond.
@Suite struct FloodTests {
  @Test func rapidReset() {
    var server = Scripted(.server)
    var id: UInt32 = 1
    func attack(_ server: inout Scripted) -> [H2Event] {
      let stream = H2StreamID(rawValue: id)
      id += 2
      return server.feed(
        server.headers(get, on: stream)
          + server.wire { H2FrameEncoder.reset(.cancel, stream: stream, into: &$0) })
    }
    for _ in 0..<200 { #expect(attack(&server).fatal == nil) }
    #expect(attack(&server).fatal == .floodResets)
    #expect(server.connection.failure?.code == .enhanceYourCalm)

    // The budget comes back with time.
    server = Scripted(.server)
    id = 1
    for _ in 0..<200 { _ = attack(&server) }
    server.now += 150_000_000
    #expect(attack(&server).fatal == nil && attack(&server).fatal == .floodResets)
  }

  @Test func honestCancellationsPass() throws {
    var server = Scripted(.server)
    for i in 0..<2000 {
      let stream = H2StreamID(rawValue: UInt32(i) * 2 + 1)
      #expect(server.feed(server.headers(get, on: stream)).fatal == nil)
      if i.isMultiple(of: 2) {
        try server.connection.sendHeaders(ok, on: stream, endStream: true)
      } else {
        #expect(server.feed { H2FrameEncoder.reset(.cancel, stream: stream, into: &$0) }.fatal == nil)
      }
      _ = server.connection.takeOutput()
    }
  }

  @Test func madeYouReset() {
    var server = Scripted(.server)
    for i in 0...200 {
      let stream = H2StreamID(rawValue: UInt32(i) * 2 + 1)
      let events = server.feed(
        server.headers(post, on: stream, endStream: false)
          + server.wire { H2FrameEncoder.windowUpdate(stream: stream, increment: 0x7FFF_FFFF, into: &$0) })
      #expect(events.fatal == (i < 200 ? nil : .floodStreamErrors))
      _ = server.connection.takeOutput()
    }
  }

  @Test func continuations() {
    for (count, rule) in [(7, nil), (8, nil), (9, H2Rule.floodContinuations)] {
      var server = Scripted(.server)
      var wire = server.wire {
        H2FrameEncoder.frame(type: .headers, flags: .endStream, stream: 1, payload: [0x82], into: &$0)
      }
      let rest: [[UInt8]] = [[0x86], [0x84]]
      for i in 0..<count {
        H2FrameEncoder.frame(
          type: .continuation, flags: i == count - 1 ? .endHeaders : [], stream: 1,
          payload: i < 2 ? rest[i] : [0x00, 0x01, 0x61, 0x01, 0x62], into: &wire)
      }
      #expect(server.feed(wire).fatal == rule)
    }
  }

  @Test func fieldBlockBytes() {
    var server = Scripted(.server)
    var wire = server.wire {
      H2FrameEncoder.frame(type: .headers, stream: 1, payload: [UInt8](repeating: 0, count: 16384), into: &$0)
    }
    for _ in 0..<3 {
      H2FrameEncoder.frame(
        type: .continuation, stream: 1, payload: [UInt8](repeating: 0, count: 16384), into: &wire)
    }
    #expect(server.feed(wire).isEmpty)
    #expect(
      server.feed { H2FrameEncoder.frame(type: .continuation, stream: 1, payload: [0], into: &$0) }.fatal
        == .floodFieldBlock)
  }

  @Test func headerListsTooLarge() {
    var server = Scripted(.server)
    var many = get
    for _ in 0..<97 { many.append(name: "cookie", value: "a") }
    #expect(server.feed(server.headers(many, on: 1)).excess?.rule == .tooManyFields)
    #expect(server.connection.headers.count == 100 && server.connection.stream(1) != nil)
    #expect(throws: Never.self) { try server.connection.sendHeaders(ok, on: 1, endStream: true) }
    let large = list(
      ":method: GET", ":scheme: http", ":path: /", "a: " + String(repeating: "a", count: 65536))
    #expect(server.feed(server.headers(large, on: 3)).excess?.rule == .listTooLarge)
    #expect(server.feed(server.headers(get, on: 5)) == [.headers(5, .request, endStream: true)])
  }

  /// Many clients share a connection of an aggregator: that some of them send large heads ends nobody else's.
  @Test func headerListsTooLargeAreNoFlood() throws {
    var server = Scripted(.server)
    let large = list(
      ":method: GET", ":scheme: http", ":path: /", "a: " + String(repeating: "a", count: 65536))
    for stream in stride(from: 1, to: 1001, by: 2) as StrideTo<UInt32> {
      let id = H2StreamID(rawValue: stream)
      #expect(server.feed(server.headers(large, on: id)).excess?.rule == .listTooLarge)
      try server.connection.sendHeaders(ok, on: id, endStream: true)
      _ = server.connection.takeOutput()
    }
    #expect(server.connection.failure == nil && server.connection.remoteStreams == 0)
  }

  @Test func anAnswerTooLargeCostsItsStreamOnly() throws {
    var client = Scripted(.client)
    let id = try client.connection.open(get, endStream: true)
    let large = list(":status: 200", "a: " + String(repeating: "a", count: 65536))
    #expect(client.feed(client.headers(large, on: id, endStream: false)).excess?.rule == .listTooLarge)
    client.connection.reset(id, .cancel)
    #expect(client.feed(data(5, on: id)).isEmpty, "what was under way is let pass")
    #expect(client.connection.failure == nil)
  }

  @Test func controlFrames() throws {
    let kinds: [(inout [UInt8]) -> Void] = [
      { H2FrameEncoder.ping(1, into: &$0) }, { H2FrameEncoder.settings([], into: &$0) },
      {
        H2FrameEncoder.priority(
          H2Priority(isExclusive: false, dependency: 0, weight: 1), stream: 1, into: &$0)
      },
    ]
    for kind in kinds {
      var server = Scripted(.server)
      // The handshake's two SETTINGS count.
      for _ in 0..<198 {
        #expect(server.feed(kind).fatal == nil)
        _ = server.connection.takeOutput()
      }
      #expect(server.feed(kind).fatal == .floodControlFrames)
    }
  }

  @Test func pingsThatDataExplains() throws {
    var server = Scripted(.server)
    _ = server.feed(server.headers(get, on: 1))
    _ = server.feed { H2FrameEncoder.windowUpdate(stream: 1, increment: 1 << 20, into: &$0) }
    try server.connection.sendHeaders(ok, on: 1, endStream: false)
    for _ in 0..<500 {
      #expect(try server.send(one, on: 1, endStream: false) == 1)
      #expect(server.feed { H2FrameEncoder.ping(1, into: &$0) }.fatal == nil)
      _ = server.connection.takeOutput()
    }
  }

  @Test func settingsEntries() {
    for (count, rule) in [(31, nil), (32, nil), (33, H2Rule.floodSettings)] {
      var server = Scripted(.server)
      let entries = Array(repeating: H2Setting(.headerTableSize, 0), count: count)
      #expect(server.feed { H2FrameEncoder.settings(entries, into: &$0) }.fatal == rule)
    }
  }

  @Test func emptyFrames() {
    for padding: UInt8? in [nil, 200] {
      var server = Scripted(.server)
      _ = server.feed(server.headers(post, on: 1, endStream: false))
      for _ in 0..<10 { #expect(server.feed(data(0, on: 1, padding: padding)).fatal == nil) }
      #expect(server.feed(data(16, on: 1)).fatal == nil)
      for _ in 0..<10 { #expect(server.feed(data(0, on: 1, padding: padding)).fatal == nil) }
      #expect(server.feed(data(0, on: 1, padding: padding)).fatal == .floodEmptyFrames)
    }
  }

  @Test func smallData() {
    var server = Scripted(.server) { $0.floods.smallData = H2Rate(50, perSeconds: 1) }
    _ = server.feed(server.headers(post, on: 1, endStream: false))
    for _ in 0..<50 { #expect(server.feed(data(15, on: 1)).fatal == nil) }
    #expect(server.feed(data(16, on: 1)).fatal == nil)
    #expect(server.feed(data(1, on: 1)).fatal == .floodSmallData)
  }

  @Test func windowUpdates() {
    var server = Scripted(.server)
    _ = server.feed(server.headers(post, on: 1, endStream: false))
    // 5, and 2 for the stream.
    for _ in 0..<7 {
      #expect(server.feed { H2FrameEncoder.windowUpdate(stream: 1, increment: 1, into: &$0) }.fatal == nil)
    }
    #expect(
      server.feed { H2FrameEncoder.windowUpdate(stream: 1, increment: 1, into: &$0) }.fatal
        == .floodWindowUpdates)
  }

  @Test func aPeerThatDoesNotReadIsNotRead() {
    var server = Scripted(.server) { $0.floods.controlFrames = .unlimited }
    var pings: [UInt8] = []
    for _ in 0..<3000 { H2FrameEncoder.ping(1, into: &pings) }
    #expect(server.feed(pings).isEmpty)
    #expect(server.connection.isReadingPaused && server.connection.output.count == 1001 * 17)
    var answers = 0
    while server.connection.isReadingPaused {
      answers += server.connection.takeOutput().count / 17
      #expect(server.connection.next() == nil)
    }
    #expect(answers + server.connection.output.count / 17 == 3000)
  }

  @Test func outputIsBounded() throws {
    var server = Scripted(.server) { $0.floods.queuedBytes = 10_000 }
    _ = server.feed(server.headers(get, on: 1))
    try server.connection.sendHeaders(ok, on: 1, endStream: false)
    let body = [UInt8](repeating: 1, count: 30_000)
    let accepted = try server.send(body, on: 1, endStream: true)
    #expect(accepted <= 10_000 && server.connection.output.count <= 10_000 + 9)
    _ = server.connection.takeOutput()
    #expect(server.connection.next() == .windowOpened(0))
    #expect(try server.send(body, on: 1, endStream: true) == 10_000)
  }

  @Test func tableSizeUpdates() {
    var server = Scripted(.server)
    let block: [UInt8] = [0x20, 0x3F, 0xE1, 0x1F, 0x20, 0x82, 0x86, 0x84]
    #expect(
      server.feed { H2FrameEncoder.headers(block, stream: 1, endStream: true, into: &$0) }.fatal
        == .compression)
  }
}
