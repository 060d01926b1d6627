import BoltCodec
import H2Codec
import Testing

@testable import ProxyEngine

/// Whatever servers, clients and networks do, each call has one answer, in time.
@Suite struct FailureTests {
  let network = SimulatedNetwork(seed: 2)

  /// What a server may do instead of answering.
  enum Fault: String, CaseIterable {
    case silence, reset, close, garbage, halfFrame, otherID, twice, goAway, late, requestBack
  }

  func fail(_ fault: Fault, _ message: BoltMessage, _ session: BoltServer.Session) {
    let answer = BoltMessage(.response(to: message.head), content: message.content)
    switch fault {
    case .silence: break
    case .reset: session.reset()
    case .close: session.close()
    case .garbage: session.send([9, 9, 9, 9])
    case .halfFrame:
      var bytes: [UInt8] = []
      try? BoltEncoder.encode(answer, into: &bytes)
      session.send(Array(bytes.prefix(bytes.count - 2)))
      session.close()
    case .otherID:
      var other = answer
      other.head.id &+= 1
      session.send(other)
    case .twice:
      session.send(answer)
      session.send(answer)
    case .goAway:
      session.send(BoltMessage(.goaway(id: 1)))
      session.send(answer)
    case .late: network.after(3_000_000_000) { session.send(answer) }
    case .requestBack: session.send(BoltMessage(.request(id: message.head.id)))
    }
  }

  /// An operator who did not ask for every call still reads about those that failed through no fault of the client's.
  @Test func failuresAreReportedThoughCallsAreNot() throws {
    let node = ProxyNode(
      network, try simple("SofaRpc", "SofaRpc", route: #""timeout": "2s""#), reportsCalls: false)
    let server = BoltServer(network, "127.0.0.1:8080")
    server.handle = { fail($0.text == "2" ? .close : .twice, $0, $1) }
    let client = BoltClient(network, "127.0.0.1:2045")
    for id in 1...3 as ClosedRange<UInt32> {
      client.send(.call(id, "\(id)"))
      network.run(milliseconds: 100)
    }
    #expect(client.answer(3)?.head.status == .success)
    #expect(node.records.map(\.requestID) == [2])
    #expect(node.records.map(\.failure?.cause) == [.upstreamClosed])
  }

  @Test(arguments: Fault.allCases, ["SofaRpc", "Http2"])
  func everyFaultOfABoltServerIsAnswered(_ fault: Fault, _ down: String) throws {
    let node = ProxyNode(network, try simple(down, "SofaRpc", route: #""timeout": "2s""#))
    let server = BoltServer(network, "127.0.0.1:8080")
    server.handle = { fail(fault, $0, $1) }
    let bolt = down == "SofaRpc" ? BoltClient(network, "127.0.0.1:2045") : nil
    let http2 = down == "Http2" ? HTTP2Client(network, "127.0.0.1:2045") : nil
    bolt?.send(.call(5, timeout: 1000))
    let stream = http2?.post([1, 2, 3]) ?? 0
    network.run(milliseconds: 5000)
    let isFine = [.twice, .goAway].contains(fault)
    let isTimeout = [.silence, .otherID, .late, .requestBack].contains(fault)
    if let bolt {
      let status = try #require(bolt.answer(5)?.head.status)
      #expect(status == (isFine ? .success : isTimeout ? .timeout : .connectionClosed))
      if isTimeout, let time = bolt.times[5] { #expect(time - 1_000_000_000 < 1_010_000_000) }
    }
    if let http2 { #expect(http2.answer(stream).status == (isFine ? 200 : isTimeout ? 504 : 502)) }
    node.expectNothingLeft()
  }

  enum StreamFault: String, CaseIterable {
    case silence, reset, refusedOnce, refusedAlways, goAway, close, garbage, headOnly, error503,
      connectionReset
  }

  @Test(arguments: StreamFault.allCases, ["SofaRpc", "Http2"])
  func everyFaultOfAnHTTP2ServerIsAnswered(_ fault: StreamFault, _ down: String) throws {
    let node = ProxyNode(network, try simple(down, "Http2", route: #""timeout": "1s""#))
    let server = HTTP2Server(network, "127.0.0.1:8080")
    var seen = 0
    server.handle = { request, stream, session in
      seen += 1
      switch fault {
      case .silence: break
      case .reset: session.reset(stream, .internalError)
      case .refusedOnce:
        if seen == 1 { session.reset(stream, .refusedStream) } else { session.answer(stream, 200) }
      case .refusedAlways: session.reset(stream, .refusedStream)
      case .goAway:
        session.answer(stream, 200)
        session.goAway()
      case .close: session.close()
      case .garbage: session.send([UInt8](repeating: 0xff, count: 100))
      case .headOnly: session.answer(stream, 200, [], [], trailers: [])
      case .error503: session.answer(stream, 503)
      case .connectionReset: session.link.reset(from: session)
      }
    }
    let bolt = down == "SofaRpc" ? BoltClient(network, "127.0.0.1:2045") : nil
    let http2 = down == "Http2" ? HTTP2Client(network, "127.0.0.1:2045") : nil
    bolt?.send(.call(5, timeout: -1))
    let stream = http2?.post([1, 2, 3]) ?? 0
    network.run(milliseconds: 5000)
    let status: (bolt: BoltStatus, http: Int) =
      switch fault {
      case .silence: (.timeout, 504)
      case .refusedOnce, .goAway, .headOnly: (.success, 200)
      case .error503: (.serverThreadpoolBusy, 503)
      case .reset, .refusedAlways, .close, .garbage, .connectionReset: (.connectionClosed, 502)
      }
    if let bolt { #expect(bolt.answer(5)?.head.status == status.bolt) }
    if let http2 { #expect(http2.answer(stream).status == status.http) }
    if fault == .refusedAlways { #expect(seen == 2) }
    if fault == .silence { #expect(server.resets == [.cancel]) }
    node.expectNothingLeft()
  }

  @Test(arguments: ["SofaRpc", "Http2"], ["SofaRpc", "Http2"])
  func refusedAndSilentConnectsAreAnswered(_ down: String, _ up: String) throws {
    let node = ProxyNode(
      network, try simple(down, up, cluster: #""connect_timeout": "500ms""#))
    let bolt = down == "SofaRpc" ? BoltClient(network, "127.0.0.1:2045") : nil
    let http2 = down == "Http2" ? HTTP2Client(network, "127.0.0.1:2045") : nil
    bolt?.send(.call(1))
    let first = http2?.get() ?? 0
    network.run(milliseconds: 100)
    network.silent = ["127.0.0.1:8080"]
    bolt?.send(.call(2))
    let second = http2?.get() ?? 0
    network.run(milliseconds: 3000)
    if let bolt {
      #expect(bolt.answer(1)?.head.status == .connectionClosed)
      #expect(bolt.answer(2)?.head.status == .connectionClosed)
    }
    if let http2 {
      #expect(http2.answer(first).status == 502)
      #expect(http2.answer(second).status == 502)
    }
    node.expectNothingLeft()
  }

  @Test func aRefusedConnectIsTriedElsewhere() throws {
    let node = ProxyNode(
      network, try simple("SofaRpc", "SofaRpc", hosts: ["127.0.0.1:8079", "127.0.0.1:8080"]))
    let server = BoltServer(network, "127.0.0.1:8080")
    let client = BoltClient(network, "127.0.0.1:2045")
    for id in 1...20 as ClosedRange<UInt32> { client.send(.call(id)) }
    network.run(milliseconds: 100)
    for id in 1...20 as ClosedRange<UInt32> { #expect(client.answer(id)?.head.status == .success) }
    #expect(server.requests.count == 20)
    node.expectNothingLeft()
  }

  @Test(arguments: ["SofaRpc", "Http2"], ["SofaRpc", "Http2"])
  func aClientThatLeavesTakesItsCallsAlong(_ down: String, _ up: String) throws {
    let node = ProxyNode(network, try simple(down, up))
    let bolt = up == "SofaRpc" ? BoltServer(network, "127.0.0.1:8080") : nil
    let http2 = up == "Http2" ? HTTP2Server(network, "127.0.0.1:8080") : nil
    bolt?.handle = { message, session in
      self.network.after(500_000_000) { session.send(BoltMessage(.response(to: message.head))) }
    }
    http2?.handle = { _, _, _ in }
    if down == "SofaRpc" {
      let client = BoltClient(network, "127.0.0.1:2045")
      client.send(.call(1))
      network.run(milliseconds: 100)
      client.close()
      network.run(milliseconds: 1000)
    } else {
      let client = HTTP2Client(network, "127.0.0.1:2045")
      let stream = client.get()
      network.run(milliseconds: 100)
      client.reset(stream)
      network.run(milliseconds: 1000)
    }
    if let http2 { #expect(http2.resets == [.cancel]) }
    #expect(node.records.first?.failure?.source == .downstream)
    node.expectNothingLeft()
  }

  @Test func nobodyGetsTheAnswerOfAnotherConnection() throws {
    let node = ProxyNode(
      network, try simple("SofaRpc", "SofaRpc", hosts: ["127.0.0.1:8080", "127.0.0.1:8081"]))
    var ids: [UInt32] = []
    let honest = BoltServer(network, "127.0.0.1:8080")
    honest.handle = { message, _ in ids.append(message.head.id) }
    let liar = BoltServer(network, "127.0.0.1:8081")
    liar.handle = { _, session in
      for id in ids { session.send(BoltMessage(.response(id: id), content: Array("stolen".utf8))) }
    }
    let client = BoltClient(network, "127.0.0.1:2045")
    for id in 1...10 as ClosedRange<UInt32> { client.send(.call(id, timeout: 500)) }
    network.run(milliseconds: 2000)
    for id in 1...10 as ClosedRange<UInt32> { #expect(client.answer(id)?.head.status == .timeout) }
    node.expectNothingLeft()
  }

  @Test(arguments: ["SofaRpc", "Http2"])
  func noRouteAndNoClusterAreAnswered(_ down: String) throws {
    let routers =
      #"{"match": {"headers": [{"name": "service", "value": "known"}]}, "route": {"cluster_name": "gone"}}"#
    let node = ProxyNode(
      network,
      try configuration([("l", 2045, down, "SofaRpc", routers)], clusters: [("c", ["127.0.0.1:8080"], "")]))
    if down == "SofaRpc" {
      let client = BoltClient(network, "127.0.0.1:2045")
      client.send(.call(1, service: "other"))
      client.send(.call(2, service: "known"))
      network.run(milliseconds: 100)
      #expect(client.answer(1)?.head.status == .noProcessor)
      #expect(client.answer(2)?.head.status == .noProcessor)
    } else {
      let client = HTTP2Client(network, "127.0.0.1:2045")
      let streams = [client.get(service: "other"), client.get(service: "known")]
      network.run(milliseconds: 100)
      #expect(streams.map { client.answer($0).status } == [404, 404])
    }
    node.expectNothingLeft()
  }

  @Test func aMalformedMapCostsOneCallAndAMalformedStreamTheConnection() throws {
    let node = ProxyNode(network, try simple("SofaRpc", "SofaRpc"))
    let server = BoltServer(network, "127.0.0.1:8080")
    let client = BoltClient(network, "127.0.0.1:2045")
    var bytes: [UInt8] = []
    let map: [UInt8] = [0, 0, 0, 99]
    let none: [UInt8] = []
    try BoltEncoder.encode(
      .request(id: 1), className: none.span.bytes, headerMap: map.span.bytes, content: none.span.bytes,
      into: &bytes)
    client.send(bytes)
    client.send(.call(2))
    network.run(milliseconds: 100)
    #expect(client.answer(1)?.head.status == .codecException)
    #expect(client.answer(2)?.head.status == .success)
    client.send([7])
    network.run(milliseconds: 100)
    #expect(client.isClosed && server.requests.count == 1)
    node.expectNothingLeft()
  }

  @Test func aBodyTooLargeToCrossIsRefused() throws {
    var limits = ProxyLimits()
    limits.crossingBody = 1000
    let node = ProxyNode(network, try simple("Http2", "SofaRpc"), limits: limits)
    let server = BoltServer(network, "127.0.0.1:8080")
    let client = HTTP2Client(network, "127.0.0.1:2045")
    let fits = client.post([UInt8](repeating: 1, count: 1000))
    let above = client.post([UInt8](repeating: 1, count: 1001))
    network.run(milliseconds: 100)
    #expect(client.answer(fits).status == 200 && client.answer(above).status == 413)
    #expect(server.requests.count == 1)
    node.expectNothingLeft()
  }

  @Test(arguments: [("SofaRpc", "SofaRpc"), ("SofaRpc", "Http2"), ("Http2", "SofaRpc"), ("Http2", "Http2")])
  func thePolicyOfARouteTriesAgain(_ pair: (String, String)) throws {
    let node = ProxyNode(
      network,
      try simple(pair.0, pair.1, route: #""retry_policy": {"retry_on": true, "num_retries": 3}"#))
    var seen = 0
    let bolt = pair.1 == "SofaRpc" ? BoltServer(network, "127.0.0.1:8080") : nil
    bolt?.handle = { message, session in
      seen += 1
      if seen < 4 { session.reset() } else { session.send(BoltMessage(.response(to: message.head))) }
    }
    let http2 = pair.1 == "Http2" ? HTTP2Server(network, "127.0.0.1:8080") : nil
    http2?.handle = { _, stream, session in
      seen += 1
      if seen < 3 {
        session.reset(stream, .internalError)
      } else {
        session.answer(stream, seen == 3 ? 503 : 200)
      }
    }
    if pair.0 == "SofaRpc" {
      let client = BoltClient(network, "127.0.0.1:2045")
      client.send(.call(1))
      network.run(milliseconds: 500)
      #expect(client.answer(1)?.head.status == .success)
    } else {
      let client = HTTP2Client(network, "127.0.0.1:2045")
      let stream = client.post([1, 2, 3])
      network.run(milliseconds: 500)
      #expect(client.answer(stream).status == 200)
    }
    #expect(seen == 4 && node.records.first?.retries == 3)
    node.expectNothingLeft()
  }

  @Test func aBodyThatMovesIsNotCutByTheCap() throws {
    var limits = ProxyLimits()
    limits.callTime = 300_000_000
    let node = ProxyNode(network, try simple("Http2", "Http2"), limits: limits)
    let server = HTTP2Server(network, "127.0.0.1:8080")
    network.latency = 20_000_000...30_000_000
    server.handle = { _, stream, session in
      session.answer(stream, 200, [], [UInt8](repeating: 1, count: 3_000_000))
    }
    let client = HTTP2Client(network, "127.0.0.1:2045")
    let stream = client.get()
    network.run(milliseconds: 5000)
    #expect(client.answer(stream).body.count == 3_000_000)
    node.expectNothingLeft()
  }

  /// Found by the fuzzer: such a server was connected to again and again for as long as the call might wait.
  @Test func aServerThatHangsUpBeforeItsSettingsIsNoServer() throws {
    final class Deaf: Peer {
      var links = 0
      func opened(_ link: Link) {
        links += 1
        link.reset(from: self)
      }
      func receive(_ bytes: [UInt8], on link: Link) {}
    }
    let deaf = Deaf()
    network.listen(at: "127.0.0.1:8080") { _ in deaf }
    let node = ProxyNode(network, try simple("Http2", "Http2"))
    let client = HTTP2Client(network, "127.0.0.1:2045")
    let stream = client.get()
    network.run(milliseconds: 100)
    #expect(client.answer(stream).status == 502)
    #expect(deaf.links == 2)
    node.expectNothingLeft()
  }
}
