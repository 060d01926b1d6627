import BoltCodec
import H2Codec
import Testing

@testable import ProxyEngine

/// The calls of many go over one connection to a server: what SOFABolt would close it for is refused to who sent it.
@Suite struct SharedConnectionTests {
  let network = SimulatedNetwork(seed: 19)

  enum Offence: CaseIterable {
    case command3, command99, responseCommand, className, headerMap

    var head: BoltHead {
      switch self {
      case .command3: .request(id: 7, command: BoltCommand(rawValue: 3))
      case .command99: .request(id: 7, command: BoltCommand(rawValue: 99))
      case .responseCommand: .request(id: 7, command: .response)
      case .className, .headerMap: .request(id: 7)
      }
    }

    /// This head with parts as they are in such a frame.
    func frame(_ head: BoltHead) -> [UInt8] {
      longFrame(head, className: self == .className ? 32_768 : 1, value: self == .headerMap ? 32_753 : 1)
    }
  }

  @Test(arguments: Offence.allCases, ["SofaRpc", "Http2"])
  func anOddRequestCostsItsSenderAlone(_ offence: Offence, _ up: String) throws {
    let node = ProxyNode(network, try simple("SofaRpc", up))
    let bolt = up == "SofaRpc" ? BoltServer(network, "127.0.0.1:8080") : nil
    let http2 = up == "Http2" ? HTTP2Server(network, "127.0.0.1:8080") : nil
    let (odd, honest) = (BoltClient(network, "127.0.0.1:2045"), BoltClient(network, "127.0.0.1:2045"))
    honest.send(.call(1))
    odd.send(offence.frame(offence.head))
    odd.send(offence.frame(.oneway(id: 8, command: offence.head.command)))
    odd.send(.call(9))
    network.run(milliseconds: 100)
    honest.send(.call(2))
    network.run(milliseconds: 100)
    #expect(odd.answer(7)?.head.status == .codecException)
    #expect(odd.answers[8] == nil && odd.answer(9)?.head.status == .success, "its connection goes on")
    #expect(honest.answer(1)?.head.status == .success && honest.answer(2)?.head.status == .success)
    #expect((bolt?.requests.count ?? http2?.requests.count) == 3, "none of it went out")
    let isLimit = offence == .className || offence == .headerMap
    #expect(node.events.count { if case .misbehaved = $0 { true } else { false } } == (isLimit ? 0 : 2))
    #expect(node.events.count { if case .limitMet = $0 { true } else { false } } == (isLimit ? 2 : 0))
    node.expectNothingLeft()
  }

  @Test func lengthsAtTheLimitPassAndTheLimitIsAKey() throws {
    let server = BoltServer(network, "127.0.0.1:8080")
    let node = ProxyNode(network, try simple("SofaRpc", "SofaRpc"))
    let client = BoltClient(network, "127.0.0.1:2045")
    server.handle = { message, session in session.send(BoltMessage(.response(to: message.head))) }
    client.send(longFrame(.request(id: 1), className: 32_767, value: 32_752))
    network.run(milliseconds: 100)
    #expect(client.answer(1)?.head.status == .success)
    #expect(server.requests.last?.className.count == 32_767)
    node.apply(try simple("SofaRpc", "SofaRpc", limits: #""bolt_header_length": 40000"#))
    client.send(longFrame(.request(id: 2), className: 40_000, value: 1))
    client.send(longFrame(.request(id: 3), className: 40_001, value: 1))
    network.run(milliseconds: 100)
    #expect(client.answer(2)?.head.status == .success && client.answer(3)?.head.status == .codecException)
    node.expectNothingLeft()
  }

  @Test(arguments: [BoltCommand.goaway, BoltCommand(rawValue: 99), .response])
  func noHTTP2ClientHasAnOddCommandSent(_ command: BoltCommand) throws {
    let node = ProxyNode(network, try simple("Http2", "SofaRpc"))
    let server = BoltServer(network, "127.0.0.1:8080")
    let client = HTTP2Client(network, "127.0.0.1:2045")
    let fields = Captured.listA(type: 1).map { $0.0 == "cmdcode" ? ("cmdcode", "\(command.rawValue)") : $0 }
    let stream = client.call(fields)
    network.run(milliseconds: 100)
    #expect(client.answer(stream).status == 400)
    #expect(server.requests.isEmpty)
    node.expectNothingLeft()
  }

  @Test func headersOfHTTP2ThatMakeALongMapAreRefused() throws {
    let node = ProxyNode(network, try simple("Http2", "SofaRpc"))
    let server = BoltServer(network, "127.0.0.1:8080")
    let client = HTTP2Client(network, "127.0.0.1:2045")
    let stream = client.call(
      [(":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "/"), ("service", "s")]
        + (1...5).map { ("k\($0)", String(repeating: "x", count: 7_000)) })
    network.run(milliseconds: 100)
    #expect(client.answer(stream).status == 431)
    #expect(server.requests.isEmpty)
    node.expectNothingLeft()
  }

  @Test(arguments: Offence.allCases)
  func anOddAnswerCostsItsCallAlone(_ offence: Offence) throws {
    let node = ProxyNode(network, try simple("SofaRpc", "SofaRpc"))
    let server = BoltServer(network, "127.0.0.1:8080")
    server.handle = { message, session in
      var head = BoltHead.response(to: message.head)
      guard message.text == "odd" else { return session.send(BoltMessage(head)) }
      head.command =
        switch offence {
        case .command3, .command99: offence.head.command
        case .responseCommand: .request
        case .className, .headerMap: .response
        }
      session.send(offence.frame(head))
    }
    let client = BoltClient(network, "127.0.0.1:2045")
    client.send(.call(1, "odd"))
    client.send(.call(2))
    network.run(milliseconds: 100)
    #expect(client.answer(1)?.head.status == .connectionClosed)
    #expect(client.answer(2)?.head.status == .success)
    #expect(server.sessions.count == 1 && client.failure == nil)
    node.expectNothingLeft()
  }
}

/// A frame whose class name and whose header map (`service` and a value) are longer than an encoder makes them.
private func longFrame(_ head: BoltHead, className: Int, value: Int) -> [UInt8] {
  var bytes: [UInt8] = []
  try? BoltEncoder.encode(BoltMessage(head), into: &bytes)
  bytes.removeLast(8)
  func append(_ value: some FixedWidthInteger) { withUnsafeBytes(of: value.bigEndian) { bytes += $0 } }
  let key = Array("service".utf8)
  append(UInt16(className))
  append(UInt16(8 + key.count + value))
  append(UInt32(0))
  bytes += [UInt8](repeating: 0x63, count: className)
  append(UInt32(key.count))
  bytes += key
  append(UInt32(value))
  return bytes + [UInt8](repeating: 0x78, count: value)
}
