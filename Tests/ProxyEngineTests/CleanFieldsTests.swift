import BoltCodec
import H2Codec
import Testing

@testable import ProxyEngine

/// Nothing that a server would close its shared connection for is written to it.
@Suite struct CleanFieldsTests {
  let network = SimulatedNetwork(seed: 29)

  private static func list(_ fields: [(String, String)]) -> H2HeaderList {
    var list = H2HeaderList()
    for (name, value) in fields { list.append(name: name, value: value) }
    return list
  }

  private static func lines(_ list: H2HeaderList) -> [String] {
    list.fields.map { "\(list.string($0.name)): \(list.string($0.value))" }
  }

  @Test func aCleanListIsLeftAlone() {
    let fields = [
      (":path", "/"), ("a", "x y"), ("b", "tab\tin"), ("c", ""), ("d", "ü"), ("e", "\u{ff}\u{80}"),
    ]
    #expect(CleanFields.cleaned(Self.list(fields)) == nil)
  }

  @Test func controlCharactersBecomeBlanksAndBlanksAtTheEndsGo() throws {
    for octet in UInt8.min ... .max {
      var list = H2HeaderList()
      list.append(name: "name-of-eight", value: [0x61, octet, 0x62])
      list.append(name: "k", value: [octet])
      let isControl = octet < 0x20 && octet != 0x09 || octet == 0x7f
      let isBlank = octet == 0x20 || octet == 0x09
      guard let clean = CleanFields.cleaned(list) else {
        #expect(!isControl && !isBlank, "octet \(octet)")
        continue
      }
      #expect(isControl || isBlank, "octet \(octet)")
      #expect(Array(clean.bytes[clean.fields[0].value]) == [0x61, isControl ? 0x20 : octet, 0x62])
      #expect(clean.fields[1].value.isEmpty)
    }
  }

  @Test func onlyBlanksAroundAllValuesOfANameGoWhereBoltGetsThem() throws {
    let list = Self.list([("a", " x "), ("c", " a"), ("b", "\t"), ("c", " b "), ("c", " c ")])
    let clean = try #require(CleanFields.cleaned(list, trimming: .ofNames))
    #expect(Self.lines(clean) == ["a: x", "c: a", "b: ", "c:  b ", "c:  c"])
    #expect(Self.lines(try #require(CleanFields.cleaned(list))) == ["a: x", "c: a", "b: ", "c: b", "c: c"])
  }

  @Test func aLengthStandsThereOnceAndNeverInTrailers() throws {
    let list = Self.list([("content-length", "5"), ("a", "b"), ("content-length", "5")])
    #expect(Self.lines(try #require(CleanFields.cleaned(list))) == ["content-length: 5", "a: b"])
    #expect(Self.lines(try #require(CleanFields.cleaned(list, isTrailers: true))) == ["a: b"])
  }

  static let fields = [
    (":method", "POST"), (":scheme", "http"), (":authority", "a"), (":path", "/"), ("service", "s"),
  ]

  /// Requests, answers and trailers, through a proxy to a server that reports every rule that is broken.
  @Test func nothingOfTheKindReachesAServerOrAClient() throws {
    let node = ProxyNode(network, try simple("Http2", "Http2"))
    let server = HTTP2Server(network, "127.0.0.1:8080")
    server.handle = { request, stream, session in
      session.answer(
        stream, 200,
        [("content-length", "2"), ("content-length", "2"), ("x", "a\u{1}b"), ("y", " z\t")], [1, 2],
        trailers: [("t", " \u{7f}v "), ("content-length", "2")])
    }
    let client = HTTP2Client(network, "127.0.0.1:2045")
    let stream = client.call(
      Self.fields + [("a", " \u{1}b\u{1f}c\u{7f} "), ("content-length", "3"), ("content-length", "3")],
      body: [1, 2, 3])
    network.run(milliseconds: 100)
    let request = try #require(server.requests.first)
    #expect(request["a"] == "b c" && request.fields.count { $0.0 == "content-length" } == 1)
    let answer = client.answer(stream)
    #expect(answer.status == 200 && answer.body == [1, 2] && answer.fields["x"] == "a b")
    #expect(answer.fields["y"] == "z" && answer.trailers == ["t": "v"])
    #expect(server.complaints.isEmpty && client.failure == nil)
    node.expectNothingLeft()
  }

  @Test(arguments: ["a b", "a/b", "a?b", "a#b", "a\\b", "ü", "a\"b", "<a>", "a{b}", "a|b", "a^b", "a`b"])
  func anAuthorityThatIsNoneCostsItsCallAlone(_ authority: String) throws {
    let node = ProxyNode(network, try simple("Http2", "Http2"))
    let server = HTTP2Server(network, "127.0.0.1:8080")
    let client = HTTP2Client(network, "127.0.0.1:2045")
    let odd = client.call([
      (":method", "GET"), (":scheme", "http"), (":authority", authority), (":path", "/"), ("service", "s"),
    ])
    let good = client.call([
      (":method", "GET"), (":scheme", "http"), (":authority", "[::1]:80"), (":path", "/"), ("service", "s"),
    ])
    network.run(milliseconds: 100)
    let answer = client.answers[odd]
    #expect(answer?.status == 400 || answer?.reset == .protocolError)
    #expect(client.answer(good).status == 200 && server.requests.count == 1)
    node.expectNothingLeft()
  }

  /// A blank at the end that a server does not see does not lead past a rule.
  @Test(arguments: ["Http2", "SofaRpc"], [" secret", "secret ", "\tsecret", "\u{1}secret", "secret\u{7f}"])
  func noRuleIsEvadedByWhatIsCleanedAway(_ up: String, _ value: String) throws {
    let routes =
      #"{"match": {"headers": [{"name": "service", "value": "secret"}]}, "direct_response": {"status": 403}},"#
      + route(to: "c")
    let node = ProxyNode(
      network,
      try configuration([("l", 2045, "Http2", up, routes)], clusters: [("c", ["127.0.0.1:8080"], "")]))
    let server = up == "Http2" ? HTTP2Server(network, "127.0.0.1:8080") : nil
    let bolt = up == "SofaRpc" ? BoltServer(network, "127.0.0.1:8080") : nil
    let client = HTTP2Client(network, "127.0.0.1:2045")
    let stream = client.get(service: value)
    network.run(milliseconds: 100)
    #expect(client.answer(stream).status == 403)
    #expect((server?.requests.count ?? bolt?.requests.count) == 0)
    node.expectNothingLeft()
  }
}
