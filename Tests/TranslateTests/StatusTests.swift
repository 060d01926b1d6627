import BoltCodec
import H2Codec
import Testing
import Translate

@Suite struct StatusTests {
  @Test(arguments: (0...20).map { BoltStatus(rawValue: $0) })
  func `a bolt status survives whatever the HTTP status says`(status: BoltStatus) throws {
    for policy in TranslationOptions.StatusPolicy.allCases {
      for dialect in H2Dialect.allCases {
        var options = TranslationOptions()
        options.status = policy
        let message = BoltMessage(.response(id: 1, status: status))
        let list = try message.inHTTP2(to: dialect, options).list
        let real = policy == .real || policy == .byDialect && !dialect.hasProperties
        #expect(list.text(":status") == (real ? "\(StatusRule.http(of: status))" : "200"))
        #expect(Mosn021.violations(list, message) == [])
        #expect(try Arrival(list, to: .request(id: 1)).message.head.status == status)
      }
    }
  }

  @Test func `the tables say what they say`() {
    let http = StatusRule.toHTTP.map { "\($0.bolt.rawValue) \($0.http)" }
    #expect(
      http == [
        "0 200", "1 500", "2 500", "3 500", "4 503", "5 502", "6 404", "7 504", "8 502", "9 400", "16 502",
        "17 500",
        "18 400", "3 500",
      ])
    for rule in StatusRule.toHTTP { #expect(StatusRule.http(of: rule.bolt) == rule.http) }
    #expect(StatusRule.http(of: BoltStatus(rawValue: 99)) == 500)
    for rule in StatusRule.toBolt { #expect(StatusRule.bolt(of: rule.http) == rule.bolt) }
    for status in [201, 204, 206, 299] { #expect(StatusRule.bolt(of: status) == .success) }
    for status in [100, 199, 300, 302, 401, 418, 505, 999] {
      #expect(StatusRule.bolt(of: status) == .unknown)
    }
  }

  @Test func `no status is invented that closes a Java peer's connection`() {
    let known = Set(StatusRule.toHTTP.map(\.bolt))
    for status in 0...999 { #expect(known.contains(StatusRule.bolt(of: status))) }
    for reply in LocalReply.allCases {
      #expect(known.contains(reply.boltStatus()) && known.contains(reply.boltStatus(compatible: true)))
    }
  }

  @Test(arguments: StatusRule.toBolt.dropLast().map(\.http)) func `an HTTP status alone is a bolt status`(
    status: Int
  ) throws {
    let arrival = try Arrival(H2HeaderList([":status \(status)"]), to: .request(id: 8))
    #expect(arrival.message == BoltMessage(.response(id: 8, status: StatusRule.bolt(of: status))))
  }

  @Test(arguments: LocalReply.allCases) func `the proxy's own answers pass through any MOSN`(
    reply: LocalReply
  ) throws {
    let call = BoltHead.request(id: 5, codec: .protobuf)
    for dialect in H2Dialect.allCases {
      for isCompatible in [false, true] {
        var options = TranslationOptions()
        options.isCompatible = isCompatible
        var translator = BoltToHTTP2(options: options)
        var list = H2HeaderList()
        translator.reply(reply, to: call, requestID: 77, dialect: dialect, into: &list)
        let head = reply.boltHead(to: call, compatible: isCompatible)
        #expect(head.status == reply.boltStatus(compatible: isCompatible))
        #expect(Mosn021.violations(list, BoltMessage(head)) == [])
        #expect(list.text("requestid") == "77")
        #expect(list.text(":status") == (dialect.hasProperties ? "200" : "\(reply.httpStatus)"))
        #expect(try Arrival(list, to: call).message == BoltMessage(head))
      }
    }
  }

  @Test func `every reply has a row, and only one`() {
    #expect(LocalReply.rules.map(\.reply) == LocalReply.allCases)
  }

  @Test func `errors MOSN makes are answered without the request they echo`() throws {
    // Reference §2.5: 404 by 0.2.1's router.
    let echo = H2HeaderList([
      ":status 404", "classlen 5", "classname com.X", "cmdcode 1", "cmdtype 1", "codec 1", "contentlen 5",
      "headerlen 9", "host h", "path /", "protocol 1", "querystring ", "requestid 4", "timeout 3000",
      "version 1",
      "x-mosn-streamid 4", "do 1", "content-length 0", "date now",
    ])
    let arrival = try Arrival(echo, to: .request(id: 9))
    #expect(arrival.message == BoltMessage(.response(id: 9, status: .noProcessor)))
    #expect(arrival.losses == [.echo])
    // 504: not even the properties are left, which makes a client MOSN hang.
    let bare = H2HeaderList([
      ":status 504", "do 1", "host h", "path /", "querystring ", "service s", "content-length 0", "date now",
    ])
    #expect(try Arrival(bare, to: .request(id: 9)).message.head == .response(id: 9, status: .timeout))
  }
}
