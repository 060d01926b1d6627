import BoltCodec
import H2Codec
import Testing

@testable import ProxyEngine

/// A deadline is kept whoever says it, and what passed is not given on.
@Suite struct DeadlineTests {
  let network = SimulatedNetwork(seed: 47)
  static let millisecond: UInt64 = 1_000_000
  static let head = [
    (":method", "POST"), (":scheme", "http"), (":authority", "a"), (":path", "/"), ("service", "s"),
  ]

  static let limits: [(fields: [(String, String)], milliseconds: UInt64)] = [
    ([("timeout", "300")], 300), ([("grpc-timeout", "300m")], 300),
    ([("grpc-timeout", "2S")], 2_000),
    ([("grpc-timeout", "300000u")], 300), ([("grpc-timeout", "90000000n")], 90),
    ([("grpc-timeout", "1M")], 60_000),
    ([("timeout", "500"), ("grpc-timeout", "200m")], 200),
    ([("timeout", "100"), ("grpc-timeout", "1S")], 100),
    ([("timeout", "4294967295")], 0), ([("timeout", "-1")], 0), ([("timeout", "5s")], 0),
    ([("timeout", "0")], 0), ([("grpc-timeout", "5")], 0), ([("grpc-timeout", "123456789S")], 0),
    ([], 0),
  ]

  @Test(arguments: limits) func aLimitOfAnyClientOfHTTP2IsKept(
    _ limit: (fields: [(String, String)], milliseconds: UInt64)
  ) throws {
    let node = ProxyNode(network, try simple("Http2", "Http2"))
    let server = HTTP2Server(network, "127.0.0.1:8080")
    server.handle = { _, _, _ in }
    let client = HTTP2Client(network, "127.0.0.1:2045")
    let stream = client.call(Self.head + limit.fields)
    guard limit.milliseconds > 0 else {
      network.run(milliseconds: 120_000)
      #expect(client.answers[stream]?.isOver == false)
      return
    }
    network.run(for: (limit.milliseconds - 10) * Self.millisecond)
    #expect(client.answers[stream]?.isOver == false)
    network.run(milliseconds: 30)
    #expect(client.answer(stream).status == 504)
    node.expectNothingLeft()
  }

  /// The host is connected to for so long.
  private func late(_ more: String = "") throws -> ProxyNode {
    network.latency = 20_000_000...20_000_000
    return ProxyNode(network, try simple("Auto", "Http2", limits: more))
  }

  @Test func whatHasPassedIsTakenOffOnTheWay() throws {
    let node = try late()
    let server = HTTP2Server(network, "127.0.0.1:8080")
    let client = HTTP2Client(network, "127.0.0.1:2045")
    _ = client.call(Self.head + [("timeout", "1000"), ("grpc-timeout", "1S"), ("x", "1000")])
    network.run(milliseconds: 500)
    let request = try #require(server.requests.first)
    let left = try #require(request["timeout"].flatMap { Int($0) })
    #expect((900..<1000).contains(left) && request["x"] == "1000")
    #expect(
      request["grpc-timeout"]?.hasSuffix("u") == true
        || request["grpc-timeout"]?.hasSuffix("n") == true)
    node.expectNothingLeft()
  }

  @Test(arguments: [false, true], ["SofaRpc", "Http2"])
  func ofBoltsOnlyWhereItIsWanted(_ isWanted: Bool, _ up: String) throws {
    network.latency = 20_000_000...20_000_000
    let node = ProxyNode(
      network, try simple("SofaRpc", up, limits: isWanted ? #""deduct_bolt_timeout": true"# : ""))
    let bolt = up == "SofaRpc" ? BoltServer(network, "127.0.0.1:8080") : nil
    let http2 = up == "Http2" ? HTTP2Server(network, "127.0.0.1:8080") : nil
    let client = BoltClient(network, "127.0.0.1:2045")
    var call = BoltMessage.call(1, timeout: 1000)
    (call.head.version, call.head.ver1, call.head.switches) = (.v2, 2, 1)
    client.send(call)
    network.run(milliseconds: 500)
    let left =
      bolt?.requests.first?.head.timeout.map { Int($0) }
      ?? http2?.requests.first?["timeout"].flatMap { Int($0) }
    #expect(left.map { isWanted ? (900..<1000).contains($0) : $0 == 1000 } == true)
    #expect(bolt?.complaints.isEmpty != false && client.failure == nil)
    node.expectNothingLeft()
  }

  // MARK: The proxy's own answers

  @Test(arguments: ["Http2", "SofaRpc"]) func aClientOfGRPCIsToldInItsOwnWay(_ up: String) throws {
    let node = ProxyNode(network, try simple("Http2", up))
    let client = HTTP2Client(network, "127.0.0.1:2045")
    let grpc = [("content-type", "application/grpc+proto"), ("te", "trailers")]
    let refused = client.call(Self.head + grpc, body: [0, 0, 0, 0, 0])
    let unknown = client.call(Self.head.filter { $0.0 != "service" } + grpc, body: [0, 0, 0, 0, 0])
    network.run(milliseconds: 1000)
    for (stream, code) in [(refused, "14"), (unknown, "12")] {
      let answer = client.answer(stream)
      #expect(answer.status == 200 && answer.body.isEmpty && answer.trailers.isEmpty)
      #expect(
        answer.fields["grpc-status"] == code && answer.fields["content-type"] == "application/grpc")
      #expect(answer.fields["grpc-message"]?.isEmpty == false && answer.fields["respstatus"] == nil)
    }
    #expect(Set(node.records.map(\.httpStatus)) == [404, 502], "what 200 means")
    node.expectNothingLeft()
  }

  @Test(arguments: ["Http2", "SofaRpc"]) func aPlainClientIsToldNothingOfBolt(_ up: String) throws {
    let node = ProxyNode(network, try simple("Http2", up))
    let client = HTTP2Client(network, "127.0.0.1:2045")
    let stream = client.get()
    network.run(milliseconds: 1000)
    #expect(client.answer(stream).fields == [":status": "502"])
    #expect(node.records.last?.httpStatus == 502 && node.records.last?.boltStatus == nil)
    node.expectNothingLeft()
  }

  /// However its head is broken: without the property set it would hang.
  @Test(arguments: [
    [("codec", "300")], [("contentlen", "7")], [("codec", "1"), ("codec", "2")],
    [("x-mosnd-map", "!")],
  ])
  func aMosnIsToldInItsOwnWayWhateverItSent(_ odd: [(String, String)]) throws {
    let node = ProxyNode(network, try simple("Http2", "SofaRpc"))
    let server = BoltServer(network, "127.0.0.1:8080")
    let client = HTTP2Client(network, "127.0.0.1:2045")
    let stream = client.call(
      Captured.listA().filter { field in !odd.contains { $0.0 == field.0 } } + odd)
    network.run(milliseconds: 100)
    let fields = client.answer(stream).fields
    #expect(
      MosnRules.complaints(
        about: fields.map { ($0.key, $0.value) }, bodyLength: 0, isRequest: false) == [])
    #expect(fields["respstatus"] == "9" && fields["requestid"] == "1" && server.requests.isEmpty)
    node.expectNothingLeft()
  }

  // MARK: What records say

  @Test func aRecordHasTheStatusThatTheCallerGot() throws {
    let node = ProxyNode(network, try simple("SofaRpc", "Http2"))
    let server = HTTP2Server(network, "127.0.0.1:8080")
    server.handle = { request, stream, session in
      // An answer that is none in bolt, and one whose caller has gone.
      session.answer(stream, 200, [("protocol", "1"), ("cmdtype", "0"), ("respstatus", "x")], [1])
    }
    let client = BoltClient(network, "127.0.0.1:2045")
    client.send(.call(1))
    network.run(milliseconds: 100)
    #expect(client.answer(1)?.head.status == .connectionClosed)
    #expect(
      node.records.last?.boltStatus == .connectionClosed && node.records.last?.httpStatus == 502)

    server.handle = { _, stream, session in session.begin(stream, 200, [], [1]) }
    client.send(.call(2))
    network.run(milliseconds: 100)
    client.close()
    network.run(milliseconds: 100)
    #expect(node.records.last?.failure?.cause == .clientClosed)
    #expect(node.records.last?.httpStatus == 0 && node.records.last?.boltStatus == nil)
    node.expectNothingLeft()
  }
}
