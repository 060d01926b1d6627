import BoltCodec
import H2Codec
import Testing

@testable import ProxyEngine

/// Calls that go well, over every pairing of protocols.
@Suite struct PassingTests {
  let network = SimulatedNetwork(seed: 1)

  @Test func boltPassesThroughWithOnlyTheIdChanged() throws {
    let node = ProxyNode(network, try simple("SofaRpc", "SofaRpc"))
    let server = BoltServer(network, "127.0.0.1:8080")
    let client = BoltClient(network, "127.0.0.1:2045")
    let call = BoltMessage.call(77, timeout: 3000, headers: [.init("UPPER", "a, b"), .init("", "")])
    client.send(call)
    network.run(milliseconds: 100)
    let request = try #require(server.requests.first)
    #expect(request.headers == call.headers && request.content == call.content)
    #expect(request.head.timeout == 3000 && request.head.id != 77)
    let answer = try #require(client.answer(77))
    #expect(answer.content == call.content && answer.headers == call.headers)
    node.expectNothingLeft()
    #expect(node.records.count == 1 && node.records.first?.failure == nil)
  }

  @Test(arguments: ["SofaRpc", "bolt", "boltv2"]) func versionsMeet(_ up: String) throws {
    let node = ProxyNode(network, try simple("Auto", up))
    let server = BoltServer(network, "127.0.0.1:8080")
    let client = BoltClient(network, "127.0.0.1:2045")
    var second = BoltMessage.call(2)
    second.head.version = .v2
    second.head.ver1 = 2
    second.head.switches = 1
    client.send(.call(1))
    client.send(second)
    network.run(milliseconds: 100)
    #expect(client.answer(1)?.head.version == .v1)
    #expect(client.answer(2)?.head.version == .v2)
    let versions: [BoltVersion] = up == "bolt" ? [.v1, .v1] : up == "boltv2" ? [.v2, .v2] : [.v1, .v2]
    #expect(server.requests.map(\.head.version) == versions)
    node.expectNothingLeft()
  }

  @Test func aCallCrossesToHTTP2AndBack() throws {
    let (node, second) = try sampleNodes(network)
    let server = BoltServer(network, "127.0.0.1:8080")
    let client = BoltClient(network, "127.0.0.1:2045")
    network.largestPiece = 7
    let call = BoltMessage.call(
      0x8000_0001, timeout: 3000,
      headers: [
        .init("UPPER-Key", "Val"), .init("path", "/p"), .init("protocol", "99"), .init("comma", "a,b, c"),
      ])
    client.send(call)
    network.run(milliseconds: 500)
    let request = try #require(server.requests.first)
    #expect(request.headers == call.headers && request.className == call.className)
    #expect(request.content == call.content && request.head.timeout == 3000)
    let answer = try #require(client.answer(0x8000_0001))
    #expect(answer.headers == call.headers && answer.content == call.content)
    node.expectNothingLeft()
    second.expectNothingLeft()
  }

  @Test func http2PassesThrough() throws {
    let node = ProxyNode(network, try simple("Http2", "Http2"))
    let server = HTTP2Server(network, "127.0.0.1:8080")
    let client = HTTP2Client(network, "127.0.0.1:2045")
    let small = client.get("/a?b=c")
    let body = [UInt8](repeating: 7, count: 1_000_000)
    let large = client.post(body)
    network.run(milliseconds: 2000)
    #expect(client.answer(small).status == 200)
    #expect(client.answer(large).body.elementsEqual(body))
    #expect(server.requests.contains { $0[":path"] == "/a?b=c" && $0[":method"] == "GET" })
    #expect(server.sessions.count == 1)
    node.expectNothingLeft()
  }

  @Test func trailersPass() throws {
    let node = ProxyNode(network, try simple("Http2", "Http2"))
    let server = HTTP2Server(network, "127.0.0.1:8080")
    server.handle = { request, stream, session in
      session.answer(
        stream, 200, [], [1, 2], trailers: [("grpc-status", request.trailers.first?.1 ?? "none")])
    }
    let client = HTTP2Client(network, "127.0.0.1:2045")
    let stream = client.call(
      [(":method", "POST"), (":scheme", "http"), (":authority", "a"), (":path", "/"), ("service", "s")],
      ends: false)
    network.run(milliseconds: 10)
    client.sendTrailers(stream)
    network.run(milliseconds: 100)
    #expect(client.answer(stream).trailers["grpc-status"] == "yes")
    node.expectNothingLeft()
  }

  @Test func plainHTTP2ReachesBolt() throws {
    let node = ProxyNode(network, try simple("Http2", "SofaRpc"))
    let server = BoltServer(network, "127.0.0.1:8080")
    server.handle = { message, session in
      session.send(BoltMessage(.response(to: message.head), content: Array("pong".utf8)))
    }
    let client = HTTP2Client(network, "127.0.0.1:2045")
    let stream = client.post(Array("ping".utf8), "/com.x.Service/method")
    network.run(milliseconds: 100)
    #expect(server.requests.first?.text == "ping")
    let answer = client.answer(stream)
    #expect(answer.status == 200 && answer.body == Array("pong".utf8))
    node.expectNothingLeft()
  }

  @Test(arguments: [("SofaRpc", "SofaRpc"), ("SofaRpc", "Http2"), ("Http2", "SofaRpc"), ("Http2", "Http2")])
  func manyCallsShareAConnection(_ down: String, _ up: String) throws {
    let node = ProxyNode(network, try simple(down, up))
    let bolt = up == "SofaRpc" ? BoltServer(network, "127.0.0.1:8080") : nil
    let http2 = up == "Http2" ? HTTP2Server(network, "127.0.0.1:8080") : nil
    if down == "SofaRpc" {
      let client = BoltClient(network, "127.0.0.1:2045")
      for id in 1...200 as ClosedRange<UInt32> { client.send(.call(id, "content \(id)")) }
      network.run(milliseconds: 1000)
      for id in 1...200 as ClosedRange<UInt32> { #expect(client.answer(id)?.text == "content \(id)") }
    } else {
      let client = HTTP2Client(network, "127.0.0.1:2045")
      let streams = (1...90).map { client.post(Array("content \($0)".utf8)) }
      network.run(milliseconds: 1000)
      for (index, stream) in streams.enumerated() {
        #expect(client.answer(stream).body == Array("content \(index + 1)".utf8))
      }
    }
    #expect((bolt?.sessions.count ?? 1) == 1 && (http2?.sessions.count ?? 1) <= 4)
    node.expectNothingLeft()
  }
}
