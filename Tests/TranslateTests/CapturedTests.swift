import BoltCodec
import H2Codec
import Testing
import Translate

/// The heads MOSN 0.2.1 was seen to send, in every direction; the order of fields is random there.
@Suite struct CapturedTests {
  static let call = BoltMessage(.request(id: 1), headers: [.init("service", "testSofa")])

  @Test func `list A is what the captured call makes under compatibility`() throws {
    let list = try Self.call.inHTTP2(requestID: 1, Captured.compatible).list
    let go = ["accept-encoding gzip", "user-agent Go-http-client/2.0"]
    #expect(Set(list.lines) == Set(Captured.requestList).subtracting(go))
    #expect(list.count == Captured.requestList.count - 2)
  }

  @Test func `without compatibility the timeout is signed and our field is added`() throws {
    let list = try Self.call.inHTTP2(requestID: 1).list
    #expect(list.text("timeout") == "-1")
    #expect(list.value(of: "x-mosnd-map") != nil)
    #expect(list.value(of: "x-mosn-try-timeout") == nil)
    #expect(list.value(of: "accept-encoding") == nil)
  }

  @Test func `list A is the captured frame again, list B under compatibility`() throws {
    let arrival = try Arrival(H2HeaderList(Captured.requestList), id: 9)
    #expect(arrival.message.head == .request(id: 9))
    #expect(arrival.headers == ["service testSofa"])
    #expect(arrival.dialect == .mosn)
    #expect(arrival.requestID == 1)
    #expect(arrival.losses.isEmpty)

    let compatible = try Arrival(H2HeaderList(Captured.requestList), Captured.compatible)
    #expect(Set(compatible.headers) == Set(Captured.requestMap))
    #expect(compatible.headers.count == 6)
  }

  @Test func `list C is what the echoed map makes, without MOSN's clock and Go's fields`() throws {
    let echo = BoltMessage(
      .response(id: 1),
      headers: Captured.requestMap.map {
        BoltMessage.Header(String($0.prefix { $0 != " " }), String($0.drop { $0 != " " }.dropFirst()))
      })
    let list = try echo.inHTTP2(requestID: 1, to: .mosn, Captured.compatible).list
    let missing = Set(Captured.responseList).subtracting(list.lines).map { String($0.prefix { $0 != " " }) }
    // host, path and querystring may be no fields: they would be read as what HTTP says of its own target.
    #expect(Set(missing) == ["resptimemills", "content-length", "date", "host", "path", "querystring"])
    #expect(Set(list.lines).subtracting(Captured.responseList).isEmpty)
  }

  @Test func `list C is the captured answer, list D under compatibility`() throws {
    let list = H2HeaderList(Captured.responseList)
    let arrival = try Arrival(list, to: .request(id: 77))
    #expect(arrival.message.head == .response(id: 77))
    #expect(arrival.headers == ["service testSofa"])

    let compatible = try Arrival(list, to: .request(id: 77), Captured.compatible)
    // A length of HTTP's never becomes an entry.
    #expect(Set(compatible.headers) == Set(Captured.responseMap.filter { $0 != "content-length 0" }))
  }

  @Test func `the rich request is as captured, commas kept and collisions in our field`() throws {
    let (list, losses) = try Captured.richRequest.inHTTP2(
      requestID: 1, authority: "127.0.0.1:3046", Captured.compatible)
    let captured = Set(Captured.richList)
      .subtracting([
        "comma a", "comma b", "comma  c", "accept-encoding gzip", "user-agent Go-http-client/2.0",
      ])
      .union(["comma a,b, c"])
    #expect(Set(list.lines) == captured)
    // path, querystring, method, host, Host, version, codec, timeout
    #expect(losses.filter { $0 == .dropped }.count == 8)
    #expect(losses.filter { $0 == .keyCase }.count == 2)
  }

  @Test func `the rich request comes back whole between two of ours`() throws {
    let (list, losses) = try Captured.richRequest.inHTTP2()
    #expect(losses == Array(repeating: .mapFieldOnly, count: 8))
    #expect(list.text(":path") == "/p/q?x=1")
    let arrival = try Arrival(list, content: Captured.richRequest.content, id: 0x8000_0001)
    #expect(arrival.message == Captured.richRequest)
    #expect(arrival.dialect == .mosnd)
    #expect(arrival.losses.isEmpty)
  }

  @Test func `the rich list of a 0.2.1 keeps what it carries`() throws {
    let arrival = try Arrival(H2HeaderList(Captured.richList), content: Array("hello".utf8), id: 3)
    #expect(arrival.message.head == .request(id: 3, timeout: 3000, codec: .protobuf))
    #expect(arrival.className == "com.alipay.X")
    #expect(
      arrival.headers == [
        "empty ", "service svc", "rpc_trace_context.sofarpcid 0.1", "upper-key Val", "comma a,b, c",
      ])
    #expect(arrival.losses == [.joined])
  }

  @Test func `the eight entries of 0.3 are accepted`() throws {
    let list = H2HeaderList([
      ":method POST", ":path /", ":scheme http", ":authority a", "protocol 1", "cmdtype 1", "cmdcode 1",
      "version 1",
      "requestid 42", "codec 1", "timeout 18446744073709551615", "contentlen 2", "classname com.X",
      "service s",
    ])
    let arrival = try Arrival(list, content: [1, 2], id: 5)
    #expect(arrival.message.head == .request(id: 5))
    #expect(arrival.className == "com.X")
    #expect(arrival.headers == ["service s"])
    #expect(arrival.requestID == 42)
    #expect(arrival.dialect == .mosn)

    let answer = H2HeaderList([
      ":status 200", "protocol 1", "cmdtype 0", "cmdcode 2", "version 1", "requestid 42", "codec 1",
      "contentlen 0",
      "classname ", "respstatus 7", "resptimemills 1",
    ])
    let response = try Arrival(answer, to: .request(id: 5))
    #expect(response.message == BoltMessage(.response(id: 5, status: .timeout)))
  }
}
