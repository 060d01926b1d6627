import BoltCodec
import H2Codec
import Testing

@testable import ProxyEngine

/// Which protocols listeners and servers are spoken to in, and what becomes of those that are not spoken.
@Suite struct ProtocolTests {
  let network = SimulatedNetwork(seed: 9)

  /// A client that sends bytes and keeps what it hears.
  final class RawClient: Peer {
    private let bytes: [UInt8]
    private(set) var heard: [UInt8] = []
    private(set) var isClosed = false
    private var link: Link?

    init(_ network: SimulatedNetwork, _ bytes: [UInt8]) {
      self.bytes = bytes
      link = network.connect(to: "127.0.0.1:2045", self)
    }

    func opened(_ link: Link) { link.send(bytes, from: self) }
    func receive(_ bytes: [UInt8], on link: Link) { heard += bytes }
    func closed(_ link: Link, failure: String?) { isClosed = true }

    var text: String { String(decoding: heard, as: UTF8.self) }
  }

  /// What a client hears that sends these bytes, in pieces of any size.
  private func say(_ text: String, to down: String, piece: Int = 65_536) throws -> (RawClient, ProxyNode) {
    network.largestPiece = piece
    let node = ProxyNode(network, try simple(down, "SofaRpc"))
    let client = RawClient(network, Array(text.utf8))
    network.run(milliseconds: 100)
    return (client, node)
  }

  @Test(
    arguments: ["Http1", "Auto", "Http2", "SofaRpc,Http1"],
    [
      "GET / HTTP/1.1\r\nhost: a\r\n\r\n", "POST /a HTTP/1.0\r\n\r\n", "PUT * HTTP/1.1\r\n", "PATCH /",
      "PROPFIND /a HTTP/1.1\r\n", "OPTIONS * HTTP/1.1\r\n", "P ",
    ])
  func aRequestInHTTP1IsToldThatItIsNotSpoken(down: String, request: String) throws {
    let (client, node) = try say(request, to: down, piece: 3)
    #expect(client.text.hasPrefix("HTTP/1.1 505 HTTP Version Not Supported\r\n"), "\(client.text)")
    #expect(client.text.contains("\r\nconnection: close\r\n"))
    let parts = client.text.split(separator: "\r\n\r\n", maxSplits: 1)
    #expect(parts.count == 2 && client.text.contains("\r\ncontent-length: \(parts[1].utf8.count)\r\n"))
    #expect(parts.last?.hasPrefix("mosnd does not speak HTTP/1 here") == true)
    #expect(client.isClosed)
    #expect(node.closings == [.http1])
    node.expectNothingLeft()
  }

  @Test func theAnswerToHEADHasNoBody() throws {
    let (client, _) = try say("HEAD / HTTP/1.1\r\n\r\n", to: "Http1")
    #expect(client.text.hasPrefix("HTTP/1.1 505 ") && client.text.hasSuffix("\r\n\r\n"))
  }

  /// Where a client speaks what nobody expects, nothing is said to it that it could not read.
  @Test(arguments: [
    ("SofaRpc", "GET / HTTP/1.1\r\n\r\n"), ("bolt", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    ("Http1", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), ("Http1", "\u{1}\u{1}"), ("Http2", "\u{2}\u{1}"),
    ("Auto", "get / HTTP/1.1\r\n"), ("Auto", "GETTING\r\n"), ("Auto", "\u{16}\u{3}\u{1}"),
    ("Auto", "ABCDEFGHIJKLMNOPQRSTUVWXYZ "),
  ]) func whatIsNotExpectedIsClosed(down: String, bytes: String) throws {
    let (client, node) = try say(bytes, to: down)
    #expect(client.heard.isEmpty && client.isClosed)
    #expect(node.closings == [.misbehaviour])
    node.expectNothingLeft()
  }

  @Test(arguments: ["P", "PR", "PRI", "GET", "PROPPATCH"])
  func aBeginningThatIsNotFinishedEndsInTime(bytes: String) throws {
    let (client, node) = try say(bytes, to: "Auto")
    #expect(!client.isClosed)
    network.run(milliseconds: 11_000)
    #expect(client.isClosed && node.closings == [.slowHead])
    node.expectNothingLeft()
  }

  /// MOSN starts with such a listener, too, and resets its connections.
  @Test(arguments: ["dubbo", "", "SPDY", "http2"])
  func aListenerOfNothingThatIsSpokenTakesNoConnections(down: String) throws {
    let (client, node) = try say("\u{1}\u{1}", to: down)
    #expect(client.isClosed && client.heard.isEmpty)
    #expect(node.refusals == [.notSpoken])
    node.expectNothingLeft()
  }

  @Test func aListenerThatDiesDrainsItsClients() throws {
    let node = ProxyNode(network, try simple("SofaRpc", "SofaRpc"))
    let server = BoltServer(network, "127.0.0.1:8080")
    let client = BoltClient(network, "127.0.0.1:2045")
    client.send(.call(1))
    network.run(milliseconds: 100)
    node.apply(try simple("dubbo", "SofaRpc"))
    network.run(milliseconds: 100)
    #expect(client.answer(1)?.head.status == .success)
    #expect(client.isClosed && server.requests.count == 1)
    node.expectNothingLeft()
  }

  // MARK: Servers

  @Test(arguments: ["Http1", "dubbo", "X,Http1"], [true, false])
  func serversOfWhatIsNotSpokenAreNeverConnectedTo(up: String, isRoutes: Bool) throws {
    var connections = 0
    network.listen(at: "127.0.0.1:8080") { _ in
      connections += 1
      return RawClient(self.network, [])
    }
    let more = isRoutes ? #""upstream_protocol": "\#(up)""# : ""
    // The configuration has X be bolt; on a route X is nothing.
    let node = ProxyNode(
      network, try simple("Auto", isRoutes ? "bolt" : up.replacing("X,", with: ""), route: more))
    let bolt = BoltClient(network, "127.0.0.1:2045")
    bolt.send(.call(1))
    let http2 = HTTP2Client(network, "127.0.0.1:2045")
    let streams = [http2.get(), http2.post(Array("body".utf8))]
    network.run(milliseconds: 100)
    #expect(bolt.answer(1)?.head.status == .connectionClosed)
    for stream in streams { #expect(http2.answer(stream).status == 502) }
    #expect(connections == 0)
    #expect(
      node.records.map(\.failure?.cause) == [.protocolNotSpoken, .protocolNotSpoken, .protocolNotSpoken])
    #expect(node.records.allSatisfy { $0.cluster == "c" })
    #expect(!bolt.isClosed && !http2.isClosed)
    node.expectNothingLeft()
  }

  @Test(arguments: ["", "Auto"]) func withoutAProtocolServersAreSpokenToAsTheClientSpeaks(up: String) throws {
    let node = ProxyNode(
      network,
      try configuration(
        [
          ("l", 2045, "SofaRpc", up, route(to: "bolt")), ("m", 2046, "Http2", up, route(to: "http2")),
        ],
        clusters: [("bolt", ["127.0.0.1:8080"], ""), ("http2", ["127.0.0.1:8081"], "")]))
    let servers = (BoltServer(network, "127.0.0.1:8080"), HTTP2Server(network, "127.0.0.1:8081"))
    let bolt = BoltClient(network, "127.0.0.1:2045")
    bolt.send(.call(1))
    let http2 = HTTP2Client(network, "127.0.0.1:2046")
    let stream = http2.get()
    network.run(milliseconds: 100)
    #expect(bolt.answer(1)?.head.status == .success && http2.answer(stream).status == 200)
    #expect(servers.0.requests.count == 1 && servers.1.requests.count == 1)
    node.expectNothingLeft()
  }

  @Test func aRouteHasAWordOfItsOwnAboutItsServers() throws {
    let rules = [
      #"{"match": {"headers": [{"name": "service", "value": "a"}]}, "route": {"cluster_name": "http2", "upstream_protocol": "Http2"}}"#,
      route(to: "bolt"),
    ]
    let node = ProxyNode(
      network,
      try configuration(
        [("l", 2045, "SofaRpc", "", rules.joined(separator: ","))],
        clusters: [("bolt", ["127.0.0.1:8080"], ""), ("http2", ["127.0.0.1:8081"], "")]))
    let servers = (BoltServer(network, "127.0.0.1:8080"), HTTP2Server(network, "127.0.0.1:8081"))
    let client = BoltClient(network, "127.0.0.1:2045")
    client.send(.call(1, service: "a"))
    client.send(.call(2, service: "b"))
    network.run(milliseconds: 100)
    for id in [1, 2] as [UInt32] { #expect(client.answer(id)?.head.status == .success) }
    #expect(servers.0.requests.count == 1 && servers.1.requests.count == 1)
    node.expectNothingLeft()
  }
}

extension ProxyNode {
  fileprivate var closings: [ProxyEvent.CloseReason] {
    events.compactMap { if case .closed(_, let reason) = $0 { reason } else { nil } }
  }

  fileprivate var refusals: [ProxyEvent.Refusal] {
    events.compactMap { if case .refused(_, _, let refusal) = $0 { refusal } else { nil } }
  }
}
