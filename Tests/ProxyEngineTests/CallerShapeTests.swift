import BoltCodec
import H2Codec
import Testing

@testable import ProxyEngine

/// An answer is in its caller's terms, and what a header is, is its ends' affair.
@Suite struct CallerShapeTests {
  let network = SimulatedNetwork(seed: 31)

  struct Kind: Sendable, CustomTestStringConvertible {
    let version: BoltVersion
    let ver1: UInt8
    let switches: UInt8
    var testDescription: String { "\(version) ver1=\(ver1) switch=\(switches)" }

    func call(_ id: UInt32) -> BoltMessage {
      var call = BoltMessage.call(id)
      (call.head.version, call.head.ver1, call.head.switches) = (version, ver1, switches)
      return call
    }
  }

  static let kinds = [
    Kind(version: .v1, ver1: 1, switches: 0), Kind(version: .v2, ver1: 1, switches: 0),
    Kind(version: .v2, ver1: 1, switches: 1), Kind(version: .v2, ver1: 2, switches: 0),
    Kind(version: .v2, ver1: 2, switches: 1),
  ]

  /// SOFABolt answers in the version of the first frame that it saw on a connection.
  @Test(arguments: kinds, [false, true])
  func anAnswerIsInItsCallersVersion(_ first: Kind, overHTTP2: Bool) throws {
    let nodes = overHTTP2 ? try sampleNodes(network) : nil
    let node = overHTTP2 ? nil : ProxyNode(network, try simple("SofaRpc", "SofaRpc"))
    let server = BoltServer(network, "127.0.0.1:8080")
    server.handle = { message, session in
      var head = BoltHead.response(
        to: message.head, status: message.text == "no" ? .timeout : .success)
      (head.version, head.ver1, head.switches) = (first.version, first.ver1, first.switches)
      session.send(BoltMessage(head, content: message.content))
    }
    for kind in Self.kinds {
      let client = BoltClient(network, "127.0.0.1:2045")
      client.send(kind.call(7))
      network.run(milliseconds: 200)
      let answer = try #require(client.answer(7))
      let found = (answer.head.version, answer.head.ver1, answer.head.switches)
      #expect(found == (kind.version, kind.ver1, kind.switches), "\(kind.testDescription)")
      #expect(answer.head.status == .success && answer.text == "hello" && client.failure == nil)
      client.close()
      network.run(milliseconds: 10)
    }
    node?.expectNothingLeft()
    nodes?.client.expectNothingLeft()
    nodes?.server.expectNothingLeft()
  }

  /// sofa-bolt-go.
  @Test func anAnswerWithVer1OfZeroIsRead() throws {
    let node = ProxyNode(network, try simple("SofaRpc", "SofaRpc"))
    let server = BoltServer(network, "127.0.0.1:8080")
    server.handle = { message, session in
      var head = BoltHead.response(to: message.head)
      (head.version, head.ver1, head.switches) = (.v2, 0, 1)
      session.send(BoltMessage(head, content: message.content))
    }
    network.largestPiece = 1
    let client = BoltClient(network, "127.0.0.1:2045")
    client.send(Kind(version: .v2, ver1: 1, switches: 1).call(7))
    client.send(Kind(version: .v2, ver1: 2, switches: 1).call(8))
    network.run(milliseconds: 2000)
    #expect(client.answer(7)?.head.ver1 == 1 && client.answer(8)?.head.ver1 == 2)
    #expect(client.failure == nil && client.answer(8)?.text == "hello")
    node.expectNothingLeft()
  }

  /// A frame whose header is these octets.
  private func frame(_ head: BoltHead, header: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    let (none, content): ([UInt8], [UInt8]) = ([], [9])
    try? BoltEncoder.encode(
      head, className: none.span.bytes, headerMap: header.span.bytes, content: content.span.bytes,
      into: &bytes)
    return bytes
  }

  /// Takes frames apart without a look at their headers.
  private final class OpaquePeer: Peer {
    var seen: [(head: BoltHead, header: [UInt8])] = []
    var answer: ((BoltHead, [UInt8]) -> [UInt8])?
    var bytes: [UInt8] = []
    func receive(_ more: [UInt8], on link: Link) {
      bytes += more
      while let frame = try? BoltFrame.parse(bytes.span.bytes, at: 0) {
        let header = Array(bytes[frame.headerMap])
        bytes.removeFirst(frame.length)
        guard frame.kind != .heartbeat else { continue }
        seen.append((frame.head, header))
        if let answer { link.send(answer(frame.head, header), from: self) }
      }
    }
  }

  static let everything = #"{"match": {"prefix": "/"}, "route": {"cluster_name": "c"}}"#

  @Test(arguments: [
    [1, 2, 3], [0, 0, 0, 9, 1], [0xff, 0xff, 0xff, 0xfe], [0x4f, 0, 0, 0, 1, 2, 3, 4, 5, 6],
  ])
  func aHeaderThatIsNoMapGoesThroughAsItIs(_ header: [UInt8]) throws {
    for overHTTP2 in [false, true] {
      let network = SimulatedNetwork(seed: 37)
      let server = OpaquePeer()
      server.answer = { self.frame(.response(to: $0), header: $1 + [7]) }
      network.listen(at: "127.0.0.1:8080") { _ in server }
      let clusters = [("c", ["127.0.0.1:8080"], ""), ("h", ["127.0.0.1:2046"], "")]
      let toNext = #"{"match": {"prefix": "/"}, "route": {"cluster_name": "h"}}"#
      let near =
        overHTTP2
        ? ("l", 2045, "SofaRpc", "Http2", toNext)
        : ("l", 2045, "SofaRpc", "SofaRpc", Self.everything)
      let nodes = try [near, ("h", 2046, "Http2", "SofaRpc", Self.everything)].enumerated().map {
        index, listener in
        ProxyNode(
          network,
          try configuration(
            [
              (
                name: listener.0, port: listener.1, down: listener.2, up: listener.3,
                routers: listener.4
              )
            ],
            clusters: clusters), seed: 7 + UInt64(index))
      }
      let client = OpaquePeer()
      let link = network.connect(to: "127.0.0.1:2045", client)
      network.run(milliseconds: 10)
      link.send(frame(.request(id: 5), header: header), from: client)
      network.run(milliseconds: 300)
      #expect(server.seen.map(\.header) == [header], "over HTTP/2: \(overHTTP2)")
      #expect(
        client.seen.map(\.header) == [header + [7]] && client.seen.first?.head.status == .success)
      for node in nodes { node.expectNothingLeft() }
    }
  }

  /// What it says is not known, so that no rule about headers can be tried.
  @Test func noRuleAboutHeadersIsEvadedByAHeaderThatIsNoMap() throws {
    let server = OpaquePeer()
    network.listen(at: "127.0.0.1:8080") { _ in server }
    let routes =
      #"{"match": {"headers": [{"name": "service", "value": "secret"}]}, "direct_response": {"status": 403}},"#
      + Self.everything
    let node = ProxyNode(
      network,
      try configuration(
        [("l", 2045, "SofaRpc", "SofaRpc", routes)], clusters: [("c", ["127.0.0.1:8080"], "")]))
    let client = OpaquePeer()
    let link = network.connect(to: "127.0.0.1:2045", client)
    network.run(milliseconds: 10)
    // Java fills up the value that is cut off.
    link.send(
      frame(
        .request(id: 5), header: [0, 0, 0, 7] + "service".utf8 + [0, 0, 0, 9] + "secret".utf8),
      from: client)
    network.run(milliseconds: 100)
    #expect(client.seen.first?.head.status == .codecException && server.seen.isEmpty)
    node.expectNothingLeft()
  }

  // MARK: Beside a MOSN

  /// What Go's server puts into an answer of a header map whose keys are called like fields of HTTP.
  @Test func entriesOfAMosnNamedLikeFieldsCostThemselvesOnly() throws {
    let node = ProxyNode(network, try simple("SofaRpc", "Http2"))
    let server = HTTP2Server(network, "127.0.0.1:8080")
    server.handle = { request, stream, session in
      let odd = [
        ("connection", "keep-alive"), ("te", "gzip"), ("content-length", "99"),
        ("transfer-encoding", "x"),
        ("upgrade", "h2c"), ("keep-alive", "1"), ("proxy-connection", "y"),
        ("content-length", "abc"),
        ("host", "a"), ("host", "b"), ("good", "1"),
      ]
      let id = request["x-mosn-streamid"] ?? ""
      let properties = [
        ("protocol", "1"), ("cmdtype", "0"), ("cmdcode", "2"), ("version", "1"), ("codec", "1"),
        ("requestid", id), ("x-mosn-streamid", id), ("classlen", "0"), ("classname", ""),
        ("headerlen", "1"),
        ("contentlen", "5"), ("respstatus", "0"),
      ]
      session.answer(stream, 200, odd + properties, Array("12345".utf8))
    }
    let client = BoltClient(network, "127.0.0.1:2045")
    client.send(.call(1))
    network.run(milliseconds: 100)
    let answer = try #require(client.answer(1))
    #expect(answer.head.status == .success && answer.text == "12345")
    #expect(answer.headers == [.init("good", "1")])
    #expect(server.sessions.count == 1 && server.complaints.isEmpty)
    node.expectNothingLeft()
  }

  /// To HTTP/2's clients such an answer is malformed, as it was.
  @Test(arguments: [
    ("connection", "close"), ("te", "gzip"), ("content-length", "abc"), ("content-length", "9"),
  ])
  func theSameAnswersAreMalformedToClientsOfHTTP2(_ name: String, _ value: String) throws {
    let node = ProxyNode(network, try simple("Http2", "Http2"))
    let server = HTTP2Server(network, "127.0.0.1:8080")
    server.handle = { _, stream, session in session.answer(stream, 200, [(name, value)], [1, 2]) }
    let client = HTTP2Client(network, "127.0.0.1:2045")
    let stream = client.get()
    network.run(milliseconds: 100)
    let answer = client.answers[stream]
    #expect(answer?.status == 502 || answer?.reset != nil)
    node.expectNothingLeft()
  }

  /// A value with spaces at its ends goes there without them.
  @Test func spacesAtTheEndsCostAMosnOnlyThemselves() throws {
    let node = ProxyNode(network, try simple("Http2", "SofaRpc"))
    let server = BoltServer(network, "127.0.0.1:8080")
    server.handle = { message, session in
      session.send(
        BoltMessage(
          .response(to: message.head),
          headers: [.init("a", " x "), .init("b", "  "), .init("c", "y")]))
    }
    let client = HTTP2Client(network, "127.0.0.1:2045")
    let stream = client.call(Captured.listA())
    network.run(milliseconds: 100)
    let fields = client.answer(stream).fields
    #expect(fields["a"] == "x" && fields["b"] == "" && fields["c"] == "y")
    node.expectNothingLeft()
  }

  /// MOSN 0.3 and later hand on what only 0.2.1 reads.
  @Test func aLaterMosnGetsNothingForItsClientsMap() throws {
    let node = ProxyNode(network, try simple("Http2", "SofaRpc"))
    let server = BoltServer(network, "127.0.0.1:8080")
    let client = HTTP2Client(network, "127.0.0.1:2045")
    let only021 = ["classlen", "headerlen", "x-mosn-streamid", "x-mosn-endstream"]
    let late = client.call(Captured.listA().filter { !only021.contains($0.0) })
    let early = client.call(Captured.listA())
    network.run(milliseconds: 100)
    #expect(server.requests.count == 2)
    let (lean, full) = (client.answer(late).fields, client.answer(early).fields)
    #expect(only021.allSatisfy { lean[$0] == nil } && only021.allSatisfy { full[$0] != nil })
    #expect(lean["protocol"] == "1" && lean["respstatus"] == "0" && lean.count >= 9)
    node.expectNothingLeft()
  }
}
