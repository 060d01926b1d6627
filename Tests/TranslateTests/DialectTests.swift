import BoltCodec
import H2Codec
import Testing
import Translate

/// Peers without the property set, and how each kind of peer is answered.
@Suite struct DialectTests {
  static let sofaRequest = "com.alipay.sofa.rpc.core.request.SofaRequest"

  @Test func `curl calls a service by its path`() throws {
    let list = H2HeaderList([
      ":method POST", ":scheme http", ":authority mesh:2045", ":path /peer.rpc.EchoService/echo?trace=1",
      "user-agent curl/7.88.1", "accept */*", "content-type application/json; charset=utf-8",
      "content-length 2",
      "x-tenant t",
    ])
    let arrival = try Arrival(list, content: Array("{}".utf8), id: 6)
    #expect(arrival.message.head == .request(id: 6, codec: .json))
    #expect(arrival.className == Self.sofaRequest)
    #expect(arrival.dialect == .plain)
    #expect(arrival.requestID == 6)
    #expect(
      arrival.headers == [
        "user-agent curl/7.88.1", "accept */*", "content-type application/json; charset=utf-8", "x-tenant t",
        "sofa_head_target_service peer.rpc.EchoService:1.0", "service peer.rpc.EchoService:1.0",
        "sofa_head_method_name echo", "host mesh:2045", "path /peer.rpc.EchoService/echo",
        "querystring trace=1",
        "method POST",
      ])
  }

  @Test func `h2load names service, timeout, codec and class in fields`() throws {
    let list = H2HeaderList([
      ":method GET", ":scheme http", ":authority mesh:2045", ":path /", "service testSofa", "timeout 3000",
      "codec 11",
      "classname com.X",
    ])
    let arrival = try Arrival(list, id: 6)
    #expect(arrival.message.head == .request(id: 6, timeout: 3000, codec: .protobuf))
    #expect(arrival.className == "com.X")
    #expect(
      arrival.headers == [
        "service testSofa", "sofa_head_target_service testSofa", "host mesh:2045", "path /", "method GET",
      ])
  }

  @Test func `a version in the path stays, a service in a field wins`() throws {
    let path = H2HeaderList([":method POST", ":path /a.B:2.0:grey/m"])
    #expect(try Arrival(path).headers.contains("service a.B:2.0:grey"))
    let field = H2HeaderList([
      ":method POST", ":path /a.B/m", "sofa_head_target_service c.D:1.0", "sofa_head_method_name n",
    ])
    let headers = try Arrival(field).headers
    #expect(headers.contains("service c.D:1.0"))
    #expect(
      headers.filter { $0.hasPrefix("sofa_head_") } == [
        "sofa_head_target_service c.D:1.0", "sofa_head_method_name n",
      ])
  }

  @Test(arguments: ["/", "//", "/a", "/a/", "//b", "/a/b/c", "/a%2f/b", "a/b", "*", ""])
  func `a path that names no method makes no service`(path: String) throws {
    let headers = try Arrival(H2HeaderList([":method POST", ":path \(path)"])).headers
    #expect(!headers.contains { $0.hasPrefix("service") || $0.hasPrefix("sofa_head") })
  }

  @Test func `SOFARPC's own HTTP2 call is the bolt call SOFARPC would have made`() throws {
    // sofarpc-h2c-priorknowledge-all.pcap, frame 10
    let list = H2HeaderList([
      ":path /peer.rpc.EchoService/echo", ":method POST", ":scheme http", ":authority 127.0.0.1:12211",
      "accept-encoding gzip", "accept-encoding deflate", "sofa_head_serialize_type hessian2",
      "app peerClient",
      "protocol h2c", "type sync",
    ])
    let arrival = try Arrival(list, content: [1])
    #expect(arrival.dialect == .sofarpc)
    #expect(arrival.message.head == .request(id: 1))
    #expect(arrival.className == Self.sofaRequest)
    #expect(
      Set(arrival.headers) == [
        "sofa_head_serialize_type hessian2", "app peerClient", "protocol h2c", "type sync",
        "sofa_head_target_service peer.rpc.EchoService:1.0", "service peer.rpc.EchoService:1.0",
        "sofa_head_method_name echo",
      ])
    let protobuf = H2HeaderList(
      list.lines.map { $0 == "sofa_head_serialize_type hessian2" ? "sofa_head_serialize_type protobuf" : $0 })
    #expect(try Arrival(protobuf).message.head.codec == .protobuf)
  }

  @Test func `an answer of SOFARPC's HTTP2 server becomes a SofaResponse`() throws {
    let list = H2HeaderList([
      ":status 200", "sofa_head_serialize_type protobuf", "sofa_head_response_error true",
    ])
    let arrival = try Arrival(list, content: [1], to: .request(id: 4))
    #expect(arrival.message.head == .response(id: 4, codec: .protobuf))
    #expect(arrival.className == "com.alipay.sofa.rpc.core.response.SofaResponse")
    #expect(arrival.headers.contains("sofa_head_response_error true"))
    let missing = H2HeaderList([":status 404", "sofa_head_response_error true"])
    #expect(try Arrival(missing, content: [1], to: .request(id: 4)).message.head.status == .noProcessor)
  }

  @Test(arguments: SerializerRule.all.map { ("\($0.contentType)", $0.codec) })
  func `a media type names the codec`(type: String, codec: BoltSerializer) throws {
    for spelling in [type, type.uppercased(), type + ";charset=utf-8", type + " ; q=1"] {
      let list = H2HeaderList([":method POST", ":path /", "content-type \(spelling)"])
      #expect(try Arrival(list).message.head.codec == codec)
    }
  }

  @Test(arguments: SerializerRule.all.map { ("\($0.serializeType)", $0.codec) })
  func `SOFARPC's name names the codec`(type: String, codec: BoltSerializer) throws {
    let list = H2HeaderList([
      ":method POST", ":path /a/b", "sofa_head_serialize_type \(type)", "content-type text/plain",
    ])
    #expect(try Arrival(list).message.head.codec == codec)
  }

  @Test func `who sends no property set is told by status and media type`() throws {
    var head = BoltHead.response(id: 1, status: .success, codec: .json)
    var list = try BoltMessage(head, headers: [.init("K", "v")], content: [1]).inHTTP2(to: .plain).list
    #expect(list.text(":status") == "200")
    #expect(list.text("content-type") == "application/json")
    #expect(list.text("respstatus") == "0")
    #expect(list.value(of: "x-mosnd-map") == nil)
    head = .response(id: 1, status: .timeout)
    list = try BoltMessage(head).inHTTP2(to: .plain).list
    #expect(list.text(":status") == "504")
    #expect(list.value(of: "content-type") == nil)
    list = try BoltMessage(.response(id: 1, codec: .protobuf)).inHTTP2(to: .sofarpc).list
    #expect(list.text("sofa_head_serialize_type") == "protobuf")
    let own = BoltMessage(.response(id: 1), headers: [.init("content-type", "text/css")], content: [1])
    #expect(
      try own.inHTTP2(to: .plain).list.lines.filter { $0.hasPrefix("content-type") } == [
        "content-type text/css"
      ])
  }

  @Test func `only one of ours is sent the map field in an answer`() throws {
    let answer = BoltMessage(.response(id: 1), headers: [.init("K", "v")])
    for dialect in H2Dialect.allCases {
      #expect(try (answer.inHTTP2(to: dialect).list.value(of: "x-mosnd-map") != nil) == (dialect == .mosnd))
    }
  }

  @Test func `v2 travels in two fields and is answered in kind`() throws {
    var head = BoltHead.request(id: 1)
    (head.version, head.ver1, head.switches) = (.v2, 2, 1)
    let list = try BoltMessage(head).inHTTP2().list
    #expect(list.text("protocol") == "1")
    #expect(list.text("ver1") == "2")
    #expect(list.text("switchcode") == "1")
    #expect(try Arrival(list).message.head == head)
    // A MOSN that knows no v2 answers without them.
    let mosn = H2HeaderList([":status 200", "protocol 1", "cmdcode 2", "codec 1", "respstatus 0"])
    let answer = try Arrival(mosn, to: head).message.head
    #expect((answer.version, answer.ver1, answer.switches) == (.v2, 2, 1))
    // One of ours says what the service said.
    let own = try BoltMessage(.response(id: 1)).inHTTP2(to: .mosnd).list
    #expect(try Arrival(own, to: head).message.head.version == .v1)
  }

  @Test func `oneway travels, and HTTP2 gets an answer`() throws {
    let message = BoltMessage(.oneway(id: 3, timeout: 1))
    let list = try message.inHTTP2().list
    #expect(list.text("cmdtype") == "2")
    let arrival = try Arrival(list, id: 3)
    #expect(arrival.message == message)
    var translator = BoltToHTTP2()
    var reply = H2HeaderList()
    translator.onewayReply(to: arrival.message.head, requestID: 7, dialect: arrival.dialect, into: &reply)
    #expect(reply.text(":status") == "200")
    #expect(Mosn021.violations(reply, BoltMessage(.response(id: 3))) == [])
  }

  @Test func `a path that HTTP would refuse stays in the map field`() throws {
    for path in ["", "p", "/a b", "/%", "/%2", "/%zz", "/\u{7f}", "/ü", "/a#b", "/a?b"] {
      let message = BoltMessage(.request(id: 1), headers: [.init("path", path)])
      let list = try message.inHTTP2().list
      #expect(list.text(":path") == "/", "\(path)")
      #expect(try Arrival(list).message == message)
    }
    for path in ["/", "/a/b", "/%2F", "/~a;b=c"] {
      #expect(
        try BoltMessage(.request(id: 1), headers: [.init("path", path)]).inHTTP2().list.text(":path") == path)
    }
  }

  @Test func `the scheme is an option`() throws {
    var options = TranslationOptions()
    #expect(try BoltMessage(.request(id: 1)).inHTTP2(options).list.text(":scheme") == "http")
    options.isSecure = true
    #expect(try BoltMessage(.request(id: 1)).inHTTP2(options).list.text(":scheme") == "https")
  }
}
