import BoltCodec
import H2Codec
import Support
import Testing

@testable import ProxyEngine

/// Beside a MOSN 0.2.1 or 0.3, on either side.
@Suite struct MosnTests {
  let network = SimulatedNetwork(seed: 4)

  /// The client's bytes of the sample's capture; the server plays MOSN and answers with list C.
  @Test func theSamplesBytesMakeTheListThatMosnNeeds() throws {
    let node = ProxyNode(network, try simple("SofaRpc", "Http2"))
    let server = HTTP2Server(network, "127.0.0.1:8080")
    server.handle = { request, stream, session in
      var list = Captured.listC
      for index in list.indices where ["requestid", "x-mosn-streamid"].contains(list[index].0) {
        list[index].1 = request["x-mosn-streamid"] ?? ""
      }
      session.answer(stream, 200, list)
    }
    let client = BoltClient(network, "127.0.0.1:2045")
    client.send([UInt8](hex: Captured.request))
    network.run(milliseconds: 100)
    let request = try #require(server.requests.first)
    #expect(MosnRules.complaints(about: request.fields, bodyLength: 0, isRequest: true) == [])
    // Every field of list A, but for what Go's own client adds and what only MOSN's clock reads.
    for (name, value) in Captured.listA()
    where !["accept-encoding", "user-agent", "x-mosn-try-timeout"].contains(name) {
      switch name {
      case "requestid", "x-mosn-streamid", ":authority": #expect(request[name]?.isEmpty == false, "\(name)")
      case "timeout": #expect(["-1", value].contains(request[name]), "\(name)")
      default: #expect(request[name] == value, "\(name)")
      }
    }
    let answer = try #require(client.answer(1))
    #expect(answer.head.status == .success)
    #expect(answer.headers.contains(.init("service", "testSofa")))
    node.expectNothingLeft()
  }

  /// List A as captured, to us as the server side's daemon; the answer is what MOSN turns back into bolt.
  @Test func aListOfMosnIsCarriedToBoltAndAnswered() throws {
    let node = ProxyNode(network, try simple("Http2", "SofaRpc"))
    let server = BoltServer(network, "127.0.0.1:8080")
    let client = HTTP2Client(network, "127.0.0.1:2045")
    let stream = client.call(Captured.listA())
    network.run(milliseconds: 100)
    let request = try #require(server.requests.first)
    #expect(request.headers.contains(.init("service", "testSofa")) && request.head.codec == .hessian2)
    #expect((request.head.timeout ?? 0) <= 0)
    let answer = client.answer(stream)
    let fields = answer.fields.map { ($0.key, $0.value) }
    #expect(answer.status == 200)
    #expect(MosnRules.complaints(about: fields, bodyLength: 0, isRequest: false) == [])
    #expect(answer.fields["requestid"] == "1")
    for (name, _) in Captured.listC
    where ![
      "accept-encoding", "host", "path", "querystring", "user-agent", "resptimemills", "content-length",
      "date",
    ].contains(name) {
      #expect(answer.fields[name] != nil, "\(name)")
    }
    node.expectNothingLeft()
  }

  /// Errors have the property set too: without it a MOSN in front leaves its client hanging.
  @Test(arguments: ["timeout", "refused", "noRoute", "reset"]) func errorsCanBePassedOn(_ error: String)
    throws
  {
    let node = ProxyNode(network, try simple("Http2", "SofaRpc", route: #""timeout": "300ms""#))
    let server = error == "refused" ? nil : BoltServer(network, "127.0.0.1:8080")
    server?.handle = { _, session in if error == "reset" { session.reset() } }
    let client = HTTP2Client(network, "127.0.0.1:2045")
    let list = Captured.listA().filter { error != "noRoute" || $0.0 != "service" }
    let stream = client.call(list)
    network.run(milliseconds: 1000)
    let answer = client.answer(stream)
    let fields = answer.fields.map { ($0.key, $0.value) }
    #expect(MosnRules.complaints(about: fields, bodyLength: 0, isRequest: false) == [])
    #expect(answer.fields["requestid"] == "1" && answer.fields["respstatus"] != "0")
    node.expectNothingLeft()
  }

  @Test func errorsOfTheSecondHopReachTheClient() throws {
    let (near, far) = try sampleNodes(network)
    let server = BoltServer(network, "127.0.0.1:8080")
    server.handle = { _, _ in }
    let client = BoltClient(network, "127.0.0.1:2045")
    client.send(.call(9, timeout: 700))
    network.run(milliseconds: 2000)
    #expect(client.answer(9)?.head.status == .timeout)
    near.expectNothingLeft()
    far.expectNothingLeft()
  }

  /// The 0.3 set has neither x-mosn-streamid nor classlen.
  @Test func theSmallerListOfLaterVersionsIsTaken() throws {
    let node = ProxyNode(network, try simple("Http2", "SofaRpc"))
    let server = BoltServer(network, "127.0.0.1:8080")
    let client = HTTP2Client(network, "127.0.0.1:2045")
    let left = ["x-mosn-streamid", "x-mosn-try-timeout", "x-mosn-endstream", "classlen", "headerlen"]
    let stream = client.call(Captured.listA().filter { !left.contains($0.0) })
    network.run(milliseconds: 100)
    #expect(server.requests.count == 1 && client.answer(stream).fields["respstatus"] == "0")
    node.expectNothingLeft()
  }
}
