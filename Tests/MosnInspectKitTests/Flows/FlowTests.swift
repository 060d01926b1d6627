import MosnPackets
import Testing

@testable import MosnInspectKit

/// The list of connections: who, what, how much, and how each ended.
@Suite struct FlowTests {
  static func flows(
    _ sent: [Talk.Sent], linkType: LinkType = .raw, limits: InspectLimits = InspectLimits()
  ) -> [FlowRecord] {
    var inspector = Inspector(limits: limits, tellsFlows: true)
    for (index, packet) in sent.enumerated() {
      inspector.receive(
        packet.bytes.span.bytes, number: index + 1, time: packet.time, linkType: linkType,
        originalLength: packet.originalLength
      ) { _ in }
    }
    inspector.finish { _ in }
    return inspector.takeFlows()
  }

  private static func opened(_ talk: Talk = Talk()) -> Talk {
    var talk = talk
    talk.open()
    return talk
  }

  @Test func countsWhatBothSidesSent() {
    var talk = Self.opened()
    talk.say(.client, Bolt.call(1))
    talk.retransmit()
    talk.say(.server, Bolt.answer(1))
    talk.close()
    let flow = Self.flows(talk.sent)[0]
    let (call, answer) = (Bolt.call(1).count, Bolt.answer(1).count)
    #expect(flow.fromClient == FlowRecord.Side(packets: 6, bytes: 2 * call))
    #expect(flow.fromServer == FlowRecord.Side(packets: 3, bytes: answer))
    #expect((flow.messages, flow.findings, flow.gaps, flow.undecodedBytes) == (2, 0, 0, 0))
    #expect((flow.firstPacket, flow.lastPacket, flow.lastTime - flow.firstTime) == (1, 9, 8_000_000))
    #expect(flow.content.text == "bolt v1")
    #expect(flow.ending == .closed(by: .client))
  }

  // MARK: how it ended

  @Test func theServerClosesFirst() {
    var talk = Self.opened()
    talk.send(.server, flags: [.fin, .acknowledgement])
    talk.send(.client, flags: [.fin, .acknowledgement])
    #expect(Self.flows(talk.sent).map(\.ending) == [.closed(by: .server)])
  }

  @Test(arguments: [Talk.Side.client, .server])
  func reset(_ side: Talk.Side) {
    var talk = Self.opened()
    talk.say(.client, Bolt.call(1))
    talk.send(side, flags: [.reset, .acknowledgement])
    #expect(Self.flows(talk.sent).map(\.ending) == [.reset(by: side == .client ? .client : .server)])
  }

  @Test func refused() {
    var talk = Talk()
    talk.send(.client, flags: .syn)
    talk.send(.server, flags: [.reset, .acknowledgement])
    #expect(Self.flows(talk.sent).map(\.ending) == [.refused])
  }

  @Test func nobodyAnswers() {
    var talk = Talk()
    talk.send(.client, flags: .syn)
    talk.retransmit()
    talk.retransmit()
    let flow = Self.flows(talk.sent)[0]
    #expect(flow.ending == .unanswered(attempts: 3))
    #expect(flow.ending.description == "timeout, no answer to 3 SYNs")
  }

  /// Answers that were not captured are answers.
  @Test func oneSideOnlyIsNoTimeout() {
    var talk = Self.opened()
    talk.say(.client, Bolt.call(1))
    let sent = talk.sent.filter { $0.bytes[15] == 1 }
    #expect(Self.flows(sent).map(\.ending) == [.open(closedBy: nil)])
  }

  @Test func stillOpen() {
    var talk = Self.opened()
    #expect(Self.flows(talk.sent).map(\.ending) == [.open(closedBy: nil)])
    talk.send(.client, flags: [.fin, .acknowledgement])
    #expect(Self.flows(talk.sent).map(\.ending) == [.open(closedBy: .client)])
  }

  @Test func silent() {
    let first = Self.opened(Talk(clientPort: 1))
    let second = Self.opened(Talk(clientPort: 2, at: first.time + 400_000_000_000))
    let flows = Self.flows(first.sent + second.sent)
    #expect(flows.map(\.ending) == [.silent, .open(closedBy: nil)])
  }

  @Test func evictedAndReplaced() {
    var limits = InspectLimits()
    limits.connections = 1
    let (one, two) = (Self.opened(Talk(clientPort: 1)), Self.opened(Talk(clientPort: 2)))
    #expect(
      Self.flows(one.sent + two.sent, limits: limits).map(\.ending) == [.evicted, .open(closedBy: nil)])
    let again = Self.opened(Talk(clientPort: 1, at: one.time, initial: (90_000_000, 800_000_000)))
    #expect(Self.flows(one.sent + again.sent).map(\.ending) == [.replaced, .open(closedBy: nil)])
  }

  // MARK: who

  @Test func theClientStandsFirst() {
    var talk = Self.opened()
    talk.say(.server, Bolt.answer(1))
    talk.say(.client, Bolt.call(2))
    func roles(_ sent: [Talk.Sent]) -> (UInt16, FlowRecord.Roles) {
      let flow = Self.flows(sent)[0]
      return (flow.client.port, flow.roles)
    }
    #expect(roles(talk.sent) == (40_000, .syn))
    #expect(roles(Array(talk.sent[1...])) == (40_000, .syn))
    #expect(roles(Array(talk.sent[3...])) == (40_000, .content))
    var unknown = Talk()
    unknown.say(.server, [1, 2, 3])
    #expect(roles(unknown.sent) == (40_000, .ports))
  }

  @Test func aTLSClientOnALowPort() {
    var talk = Talk(clientPort: 443, serverPort: 50_000)
    talk.say(.server, TLSBytes.records(TLSBytes.serverHello()))
    talk.say(.client, TLSBytes.records(TLSBytes.clientHello()))
    let flow = Self.flows(talk.sent)[0]
    #expect((flow.client.port, flow.roles) == (443, .content))
    #expect(flow.content.text == "TLS 1.3, SNI pay.svc, ALPN h2, no keys")
  }

  /// Where both sides might have said it, ports are all there is.
  @Test func recordsOfTLSDoNotTellTheClient() {
    var talk = Talk()
    for side in [Talk.Side.server, .client] {
      talk.say(side, TLSBytes.records([UInt8](repeating: 9, count: 90), type: 23, size: 40))
    }
    let flow = Self.flows(talk.sent)[0]
    #expect((flow.client.port, flow.roles) == (40_000, .ports))
  }

  @Test func networksAreNamed() {
    let talk = Self.opened()
    let tagged = talk.wrapped { Wrapping.ethernet($0, vlan: 10) }
    #expect(Self.flows(tagged, linkType: .ethernet)[0].networks.map(\.description) == ["VLAN 10"])
    let tunnelled = talk.wrapped { Wrapping.vxlan($0, network: 5_001) }
    #expect(Self.flows(tunnelled, linkType: .ethernet)[0].networks.map(\.description) == ["VXLAN 5001"])
    #expect(Self.flows(talk.sent)[0].networks.isEmpty)
  }

  // MARK: what

  @Test func aProxyHeaderIsTold() {
    var talk = Self.opened()
    talk.say(.client, Array("PROXY TCP4 192.0.2.1 192.0.2.2 1111 80\r\n".utf8))
    var (bolt, http1) = (talk, talk)
    bolt.say(.client, Bolt.call(1))
    bolt.close()
    http1.say(.client, Array("GET / HTTP/1.1\r\n\r\n".utf8))
    for (said, name) in [(bolt, "bolt v1"), (http1, "HTTP/1.1 GET /")] {
      let flow = Self.flows(said.sent)[0]
      #expect(flow.content.text == name)
      #expect(flow.proxyHeader?.source == "192.0.2.1:1111")
    }
  }

  @Test func http2AfterAnUpgradeIsHTTP2() {
    var talk = Self.opened()
    talk.say(
      .client,
      Array(
        "GET / HTTP/1.1\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: \r\n\r\n"
          .utf8))
    talk.say(.server, Array("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n".utf8))
    talk.say(.server, [0, 0, 0, 4, 0, 0, 0, 0, 0])
    talk.say(.client, Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0])
    talk.close()
    #expect(Self.flows(talk.sent)[0].content == .http2(isUpgraded: true))
  }

  @Test func gapsAreCounted() {
    var talk = Self.opened()
    talk.say(.client, Bolt.call(1))
    talk.lose(.client, 70)
    talk.say(.client, Bolt.call(2))
    talk.send(.server, flags: .acknowledgement)
    talk.close()
    let flow = Self.flows(talk.sent)[0]
    #expect((flow.gaps, flow.gapBytes) == (1, 70))
    #expect(flow.findings > 0)
  }

  // MARK: when

  /// A line appears a second after the end, with the last acknowledgement and what else was under way.
  @Test func isToldOnceItIsOver() {
    var talk = Self.opened()
    talk.close()
    var other = Talk(clientPort: 2, at: talk.time + 500_000_000)
    other.open()
    other.time += 2_000_000_000
    other.send(.client, flags: .acknowledgement)
    var inspector = Inspector(tellsFlows: true)
    var told: [(packet: Int, packets: Int)] = []
    for (index, packet) in (talk.sent + other.sent).enumerated() {
      inspector.receive(
        packet.bytes.span.bytes, number: index + 1, time: packet.time, linkType: .raw,
        originalLength: packet.originalLength
      ) { _ in }
      for flow in inspector.takeFlows() { told.append((index + 1, flow.fromClient.packets)) }
    }
    #expect(told.map(\.packet) == [10])
    #expect(told.map(\.packets) == [4])
    inspector.finish { _ in }
    #expect(inspector.takeFlows().map(\.client.port) == [2])
  }

  @Test func ordersByFirstPacketAsFarAsThereIsRoom() {
    let record = Self.flows(Self.opened().sent)[0]
    func order(_ numbers: [Int], capacity: Int) -> [Int] {
      var order = FlowOrder(capacity: capacity)
      var out: [Int] = []
      for number in numbers {
        var record = record
        record.number = number
        if let next = order.insert(record) { out.append(next.number) }
      }
      while let next = order.next() { out.append(next.number) }
      return out
    }
    let mixed = [5, 0, 3, 1, 2, 4, 9, 6, 8, 7]
    #expect(order(mixed, capacity: 0) == mixed)
    #expect(order(mixed, capacity: 6) == Array(0...9))
    #expect(order(mixed, capacity: 100) == Array(0...9))
    #expect(order(mixed, capacity: 1) == [0, 3, 1, 2, 4, 5, 6, 8, 7, 9])
  }

  @Test func theSummaryCountsWhatIsNotDecoded() {
    var packets: [Talk.Sent] = []
    for (port, text) in [(1, "GET / HTTP/1.1\r\n\r\n"), (2, "GET /b HTTP/1.1\r\n\r\n"), (3, "\u{1}\u{2}")] {
      var talk = Self.opened(Talk(clientPort: UInt16(port)))
      talk.say(.client, Array(text.utf8))
      packets += talk.sent
    }
    let summary = Story(packets).summary
    #expect(summary.unread == [.http1: .init(flows: 2, bytes: 37), nil: .init(flows: 1, bytes: 2)])
    #expect(summary.undecodedBytes == 39)
  }

  @Test func linkTypesThatAreNotReadAreCounted() {
    let packet = Self.opened().sent[0]
    let summary = Story([packet, packet], linkType: LinkType(rawValue: 127)).summary
    #expect(summary.unreadLinkTypes == [LinkType(rawValue: 127): 2])
    #expect(summary.others == 0)
  }
}
