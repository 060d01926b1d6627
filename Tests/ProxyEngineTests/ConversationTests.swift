import BoltCodec
import H2Codec
import Testing

@testable import ProxyEngine

/// What runs over connections besides calls with answers: oneways, heartbeats, push, and the end.
@Suite struct ConversationTests {
  let network = SimulatedNetwork(seed: 3)

  @Test(arguments: ["SofaRpc", "Http2"])
  func onewaysAreForwardedAndNotAwaited(_ up: String) throws {
    let node = ProxyNode(network, try simple("SofaRpc", up))
    let bolt = up == "SofaRpc" ? BoltServer(network, "127.0.0.1:8080") : nil
    let http2 = up == "Http2" ? HTTP2Server(network, "127.0.0.1:8080") : nil
    let client = BoltClient(network, "127.0.0.1:2045")
    client.send(BoltMessage(.oneway(id: 4), headers: [.init("service", "s")], content: [1]))
    network.run(milliseconds: 100)
    #expect((bolt?.requests.count ?? http2?.requests.count) == 1)
    #expect(client.answers.isEmpty)
    node.expectNothingLeft()
  }

  @Test func aOnewayOverHTTP2IsAnsweredAtOnce() throws {
    let node = ProxyNode(network, try simple("Http2", "SofaRpc"))
    let server = BoltServer(network, "127.0.0.1:8080")
    server.handle = { _, _ in }
    let client = HTTP2Client(network, "127.0.0.1:2045")
    let stream = client.call(Captured.listA(type: 2))
    network.run(milliseconds: 100)
    #expect(server.requests.first?.head.type == .oneway)
    #expect([200, 204].contains(client.answer(stream).status))
    node.expectNothingLeft()
  }

  @Test func heartbeatsAreAnsweredHere() throws {
    let node = ProxyNode(network, try simple("SofaRpc", "SofaRpc"))
    let client = BoltClient(network, "127.0.0.1:2045")
    var second = BoltHead.heartbeat(id: 2)
    second.version = .v2
    client.send(BoltMessage(.heartbeat(id: 1)))
    client.send(BoltMessage(second))
    network.run(milliseconds: 100)
    #expect(client.acks == 2 && node.proxy.upstreamConnections == 0)
  }

  @Test(arguments: [true, false])
  func anIdleServerIsAskedWhetherItLives(_ lives: Bool) throws {
    let node = ProxyNode(network, try simple("SofaRpc", "SofaRpc"))
    let server = BoltServer(network, "127.0.0.1:8080")
    server.answersHeartbeats = lives
    let client = BoltClient(network, "127.0.0.1:2045")
    client.send(.call(1))
    network.run(for: 200_000_000_000)
    #expect(server.heartbeats == (lives ? 13 : 3))
    #expect(node.proxy.upstreamConnections == (lives ? 1 : 0))
    client.send(.call(2))
    network.run(milliseconds: 100)
    #expect(client.answer(2)?.head.status == .success)
    node.expectNothingLeft()
  }

  @Test func aServersCallReachesTheOnlyClient() throws {
    let node = ProxyNode(network, try simple("SofaRpc", "SofaRpc"))
    let server = BoltServer(network, "127.0.0.1:8080")
    let client = BoltClient(network, "127.0.0.1:2045")
    client.send(.call(1))
    network.run(milliseconds: 100)
    let session = try #require(server.sessions.first)
    session.send(BoltMessage(.request(id: 1, timeout: 1000), content: Array("push".utf8)))
    network.run(milliseconds: 100)
    #expect(client.pushed.first?.text == "push")
    #expect(session.answers.map(\.head.id) == [1] && session.answers.first?.text == "client")

    let other = BoltClient(network, "127.0.0.1:2045")
    other.send(.call(1))
    network.run(milliseconds: 100)
    session.send(BoltMessage(.request(id: 2, timeout: 1000)))
    network.run(milliseconds: 100)
    #expect(session.answers.last?.head.status == .connectionClosed)
    #expect(client.pushed.count == 1 && other.pushed.isEmpty)
    node.expectNothingLeft()
  }

  @Test func idleClientsAreClosedButNeverWithCallsUnderWay() throws {
    var limits = ProxyLimits()
    limits.idleTime = 1_000_000_000
    let node = ProxyNode(network, try simple("SofaRpc", "SofaRpc"), limits: limits)
    let server = BoltServer(network, "127.0.0.1:8080")
    server.handle = { message, session in
      self.network.after(5_000_000_000) { session.send(BoltMessage(.response(to: message.head))) }
    }
    let client = BoltClient(network, "127.0.0.1:2045")
    client.send(.call(1))
    network.run(milliseconds: 4500)
    #expect(!client.isClosed)
    network.run(milliseconds: 600)
    #expect(client.answer(1)?.head.status == .success && !client.isClosed)
    network.run(milliseconds: 1200)
    #expect(client.isClosed)
    node.expectNothingLeft()
  }

  @Test func aSlowHeadIsNotAwaited() throws {
    let node = ProxyNode(network, try simple("SofaRpc", "SofaRpc"))
    let client = BoltClient(network, "127.0.0.1:2045")
    client.send([1, 1])
    network.run(milliseconds: 9000)
    #expect(!client.isClosed)
    network.run(milliseconds: 1500)
    #expect(client.isClosed)
    node.expectNothingLeft()
  }

  @Test func connectionsThatAreWornAreReplaced() throws {
    let node = ProxyNode(network, try simple("SofaRpc", "SofaRpc", cluster: #""max_request_per_conn": 5"#))
    let server = BoltServer(network, "127.0.0.1:8080")
    let client = BoltClient(network, "127.0.0.1:2045")
    for id in 1...20 as ClosedRange<UInt32> { client.send(.call(id)) }
    network.run(milliseconds: 200)
    for id in 1...20 as ClosedRange<UInt32> { #expect(client.answer(id)?.head.status == .success) }
    #expect(server.sessions.count == 4)
    node.expectNothingLeft()
  }

  @Test func theServersStreamLimitIsObeyed() throws {
    let node = ProxyNode(
      network, try simple("SofaRpc", "Http2", cluster: #""circuit_breakers": [{"max_connections": 4}]"#))
    let server = HTTP2Server(network, "127.0.0.1:8080") { $0.maxConcurrentStreams = 5 }
    var most = 0
    server.handle = { request, stream, session in
      most = max(most, session.http2.remoteStreams)
      self.network.after(1_000_000) { session.answer(stream, 200) }
    }
    let client = BoltClient(network, "127.0.0.1:2045")
    client.send(.call(1000))
    network.run(milliseconds: 50)
    for id in 1...100 as ClosedRange<UInt32> { client.send(.call(id)) }
    network.run(milliseconds: 1000)
    for id in 1...100 as ClosedRange<UInt32> { #expect(client.answer(id)?.head.status == .success) }
    #expect(most == 5 && server.sessions.count == 4)
    node.expectNothingLeft()
  }

  @Test func drainingFinishesCallsAndTellsClients() throws {
    let node = ProxyNode(network, try simple("Auto", "SofaRpc"))
    let server = BoltServer(network, "127.0.0.1:8080")
    server.handle = { message, session in
      self.network.after(500_000_000) { session.send(BoltMessage(.response(to: message.head))) }
    }
    let bolt = BoltClient(network, "127.0.0.1:2045")
    let http2 = HTTP2Client(network, "127.0.0.1:2045")
    let idle = BoltClient(network, "127.0.0.1:2045")
    bolt.send(.call(1))
    let stream = http2.post([1])
    network.run(milliseconds: 100)
    node.drain()
    network.run(milliseconds: 100)
    #expect(idle.isClosed && !bolt.isClosed && http2.goAway != nil)
    let late = BoltClient(network, "127.0.0.1:2045")
    network.run(milliseconds: 1000)
    #expect(late.isClosed)
    #expect(bolt.answer(1)?.head.status == .success && bolt.isClosed)
    #expect(http2.answer(stream).status == 200 && http2.isClosed)
    #expect(node.isDrained)
    node.expectNothingLeft()
  }

  @Test func reloadingLosesNoCall() throws {
    let node = ProxyNode(network, try simple("SofaRpc", "SofaRpc"))
    let old = BoltServer(network, "127.0.0.1:8080")
    let new = BoltServer(network, "127.0.0.1:8081")
    old.handle = { message, session in
      self.network.after(500_000_000) { session.send(BoltMessage(.response(to: message.head), content: [1])) }
    }
    let client = BoltClient(network, "127.0.0.1:2045")
    client.send(.call(1))
    network.run(milliseconds: 100)
    node.apply(try simple("SofaRpc", "SofaRpc", hosts: ["127.0.0.1:8081"]))
    client.send(.call(2))
    network.run(milliseconds: 1000)
    #expect(client.answer(1)?.content == [1] && client.answer(2)?.text == "hello")
    #expect(new.requests.count == 1 && old.sessions.first?.isClosed == true)
    node.expectNothingLeft()
  }
}
