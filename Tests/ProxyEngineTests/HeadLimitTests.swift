import BoltCodec
import H2Codec
import Testing

@testable import ProxyEngine

/// What a head may cost is counted as its sender counts it, is a key, and costs nobody else's call.
@Suite struct HeadLimitTests {
  let network = SimulatedNetwork(seed: 23)

  private func chain(limits: String = "") throws -> (client: ProxyNode, server: ProxyNode) {
    let server = try configuration(
      [("s", 2046, "Http2", "SofaRpc", route(to: "c"))], clusters: [("c", ["127.0.0.1:8080"], "")],
      limits: limits)
    let client = try configuration(
      [("c", 2045, "SofaRpc", "Http2", route(to: "c"))], clusters: [("c", ["127.0.0.1:2046"], "")])
    return (ProxyNode(network, client), ProxyNode(network, server, seed: 8))
  }

  private func limitsMet(_ node: ProxyNode) -> Set<String> {
    Set(node.events.compactMap { if case .limitMet(_, let limit) = $0 { limit.key.rawValue } else { nil } })
  }

  /// The largest heads there are: by number, by length where HTTP/2 can say it, and where only the map field can.
  static let heads: [(String, className: String, [BoltMessage.Header])] = [
    ("short", "C", (1..<1_024).map { .init("Key\($0)", "v") }),
    ("null", "C", (1..<1_024).map { _ in .init(key: nil, value: nil) }),
    ("long", String(repeating: "c", count: 32_767), [.init("k", String(repeating: "v", count: 32_726))]),
    ("hidden", String(repeating: ",", count: 32_767), [.init("k", String(repeating: "\n", count: 32_726))]),
  ]

  @Test(arguments: heads) func theLargestHeadsGoThroughTwoOfOurs(
    _ name: String, _ className: String, _ headers: [BoltMessage.Header]
  ) throws {
    let (client, server) = try chain()
    let bolt = BoltServer(network, "127.0.0.1:8080")
    let caller = BoltClient(network, "127.0.0.1:2045")
    var call = BoltMessage.call(1, headers: headers)
    call.className = Array(className.utf8)
    caller.send(call)
    network.run(milliseconds: 500)
    let answer = try #require(caller.answer(1))
    let isEqual = answer.headers == call.headers && answer.className == call.className
    #expect(isEqual && answer.head.status == .success, "\(name)")
    #expect(bolt.complaints.isEmpty && limitsMet(client).isEmpty && limitsMet(server).isEmpty)
    client.expectNothingLeft()
    server.expectNothingLeft()
  }

  @Test func anEntryMoreIsRefusedByTheNameOfTheLimit() throws {
    let node = ProxyNode(network, try simple("SofaRpc", "SofaRpc"))
    let server = BoltServer(network, "127.0.0.1:8080")
    let client = BoltClient(network, "127.0.0.1:2045")
    client.send(.call(1, headers: (1...1_024).map { .init("k\($0)", "v") }))
    client.send(.call(2))
    network.run(milliseconds: 100)
    #expect(client.answer(1)?.head.status == .codecException)
    #expect(client.answer(2)?.head.status == .success && server.requests.count == 1)
    #expect(limitsMet(node) == ["header_entries"])
    node.expectNothingLeft()
  }

  /// A next hop that takes less says so to each call; however many they are, nobody's connection ends.
  @Test(arguments: [(#""header_entries": 100"#, "header_entries"), (#""header_list_size": 20000"#, "")])
  func whatTheNextHopRefusesCostsNoStrangersCall(_ limits: String, _ key: String) throws {
    let (client, server) = try chain(limits: limits)
    let bolt = BoltServer(network, "127.0.0.1:8080")
    bolt.handle = { message, session in
      self.network.after(2_000_000_000) { session.send(BoltMessage(.response(to: message.head))) }
    }
    let (large, stranger) = (BoltClient(network, "127.0.0.1:2045"), BoltClient(network, "127.0.0.1:2045"))
    for id in 1...30 as ClosedRange<UInt32> { stranger.send(.call(id)) }
    network.run(milliseconds: 100)
    for id in 1...400 as ClosedRange<UInt32> {
      large.send(.call(id, headers: (1...800).map { .init("k\($0)", "v") }))
    }
    network.run(milliseconds: 5000)
    let statuses = Set((1...400 as ClosedRange<UInt32>).compactMap { large.answer($0)?.head.status })
    #expect(statuses == [.codecException])
    let strangers = Set((1...30 as ClosedRange<UInt32>).compactMap { stranger.answer($0)?.head.status })
    #expect(strangers == [.success])
    #expect(limitsMet(server) == (key.isEmpty ? [] : [key]))
    #expect(limitsMet(client) == (key.isEmpty ? ["SETTINGS_MAX_HEADER_LIST_SIZE"] : []))
    #expect(client.events.allSatisfy { if case .goAway = $0 { false } else { true } })
    client.expectNothingLeft()
    server.expectNothingLeft()
  }

  @Test(arguments: ["Http2", "SofaRpc"]) func fieldsOfHTTP2AreTakenUpToTheLimit(_ up: String) throws {
    let node = ProxyNode(network, try simple("Http2", up))
    let bolt = up == "SofaRpc" ? BoltServer(network, "127.0.0.1:8080") : nil
    let http2 = up == "Http2" ? HTTP2Server(network, "127.0.0.1:8080") : nil
    let client = HTTP2Client(network, "127.0.0.1:2045")
    func call(_ count: Int, _ value: String = "v") -> UInt32 {
      client.call(
        [(":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "/"), ("service", "s")]
          + (0..<count).map { ("cookie", "\(value)\($0)") })
    }
    let (few, most, many) = (call(120), call(1_000), call(1_100))
    let long = call(20, String(repeating: "x", count: 6_600))
    network.run(milliseconds: 200)
    #expect(client.answer(few).status == 200 && client.answer(most).status == 200)
    #expect(client.answer(many).status == 431 && client.answer(long).status == 431)
    #expect((bolt?.requests.count ?? http2?.requests.count) == 2 && client.failure == nil && !client.isClosed)
    #expect(limitsMet(node) == ["header_entries", "header_list_size"])
    node.expectNothingLeft()
  }

  /// A client that ignores what was announced, as many do.
  @Test func listsAboveTheAnnouncedSizeAreAnsweredHoweverManyThereAre() throws {
    let node = ProxyNode(network, try simple("Http2", "Http2", limits: #""header_list_size": 4000"#))
    let server = HTTP2Server(network, "127.0.0.1:8080")
    let client = HTTP2Client(network, "127.0.0.1:2045")
    let fields = [
      (":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "/"), ("service", "s"),
    ]
    // Before it knows anything of the proxy's SETTINGS.
    let streams = (0..<240).map { client.call(fields + [("x\($0)", String(repeating: "y", count: 5_000))]) }
    network.run(milliseconds: 200)
    let statuses = Set(streams.map { client.answer($0).status })
    #expect(statuses == [431] && server.requests.isEmpty)
    let good = client.call(fields)
    network.run(milliseconds: 100)
    #expect(client.answer(good).status == 200 && client.goAway == nil)
    node.expectNothingLeft()
  }

  @Test func anAnswerWithAHeadTooLargeCostsItsCallAlone() throws {
    let node = ProxyNode(network, try simple("Http2", "Http2", limits: #""header_list_size": 4000"#))
    let server = HTTP2Server(network, "127.0.0.1:8080")
    server.handle = { request, stream, session in
      guard request["service"] == "odd" else { return session.answer(stream, 200) }
      // `:status` 200, and a literal of 5,000 bytes that no table takes.
      let block: [UInt8] = [0x88, 0x00, 1, 0x78, 0x7f, 0x89, 38] + [UInt8](repeating: 0x79, count: 5_000)
      var frame: [UInt8] = []
      H2FrameEncoder.headers(block, stream: stream, endStream: true, into: &frame)
      session.send(frame)
    }
    let client = HTTP2Client(network, "127.0.0.1:2045")
    let odd = client.get(service: "odd")
    let good = client.get()
    network.run(milliseconds: 100)
    #expect(client.answer(odd).status == 502 && client.answer(good).status == 200)
    #expect(node.records.compactMap(\.failure?.cause) == [.answerTooLarge] && server.sessions.count == 1)
    #expect(limitsMet(node) == ["header_list_size"])
    node.expectNothingLeft()
  }

  /// A key of bolt's lengths holds over HTTP/2, too.
  @Test func longerMapsMayPassOnBothWays() throws {
    let limits = #""bolt_header_length": 65535"#
    let node = ProxyNode(network, try simple("Http2", "SofaRpc", limits: limits))
    let server = BoltServer(network, "127.0.0.1:8080")
    server.handle = { message, session in session.send(BoltMessage(.response(to: message.head))) }
    let client = HTTP2Client(network, "127.0.0.1:2045")
    let stream = client.call(
      [(":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "/"), ("service", "s")]
        + (1...6).map { ("k\($0)", String(repeating: "x", count: 7_000)) })
    network.run(milliseconds: 100)
    #expect(client.answer(stream).status == 200)
    #expect(server.requests.last?.headers.count ?? 0 > 6)
    node.expectNothingLeft()
  }
}
