import BoltCodec
import H2Codec
import Testing

@testable import ProxyEngine

/// When servers are asked whether they are there.
@Suite struct PingTests {
  let network = SimulatedNetwork(seed: 17)
  static let second: UInt64 = 1_000_000_000

  /// Counts PINGs as gRPC's servers do, and says nothing of its own accord.
  private final class Counting: Peer {
    var pings = 0
    var answers = true
    private var decoder = H2FrameDecoder(.endpoint, start: .preface)

    func opened(_ link: Link) {
      var bytes: [UInt8] = []
      H2FrameEncoder.settings([], into: &bytes)
      link.send(bytes, from: self)
    }

    func receive(_ bytes: [UInt8], on link: Link) {
      decoder.append(bytes)
      while let frame = try? decoder.next() {
        if frame.type == .settings, !frame.isAcknowledgement {
          var acknowledgement: [UInt8] = []
          H2FrameEncoder.settingsAcknowledgement(into: &acknowledgement)
          link.send(acknowledgement, from: self)
        }
        guard frame.type == .ping, !frame.isAcknowledgement else { continue }
        pings += 1
        if answers {
          var pong: [UInt8] = []
          H2FrameEncoder.ping(frame.pingData, acknowledgement: true, into: &pong)
          link.send(pong, from: self)
        }
      }
    }
  }

  private func listen() -> Counting {
    let server = Counting()
    network.listen(at: "127.0.0.1:8080") { _ in server }
    return server
  }

  @Test func aSilentStreamIsLeftInPeace() throws {
    let server = listen()
    let node = ProxyNode(network, try simple("Http2", "Http2"))
    let client = HTTP2Client(network, "127.0.0.1:2045")
    let stream = client.get()
    network.run(for: 3_600 * Self.second)
    #expect(server.pings == 0 && client.answers[stream]?.isOver == false)
    client.close()
    network.run(for: Self.second)
    node.expectNothingLeft()
  }

  @Test(arguments: [true, false])
  func anOverdueCallHasItsServerAsked(_ lives: Bool) throws {
    let server = listen()
    server.answers = lives
    let node = ProxyNode(network, try simple("Http2", "Http2", route: #""timeout": "10s""#))
    let client = HTTP2Client(network, "127.0.0.1:2045")
    let stream = client.get()
    network.run(for: 11 * Self.second)
    #expect(client.answer(stream).status == 504)
    #expect(server.pings == 1 && node.proxy.upstreamConnections == 1)
    network.run(for: 6 * Self.second)
    #expect(server.pings == 1 && node.proxy.upstreamConnections == (lives ? 1 : 0))
    node.expectNothingLeft()
  }

  @Test func regularPingsAreAKey() throws {
    let server = listen()
    let node = ProxyNode(network, try simple("Http2", "Http2", limits: #""ping_time": "15s""#))
    let client = HTTP2Client(network, "127.0.0.1:2045")
    _ = client.get()
    network.run(for: 100 * Self.second)
    #expect(server.pings == 6)
    client.close()
    network.run(for: Self.second)
    node.expectNothingLeft()
  }

  @Test func whatAGoAwaySaysIsTold() throws {
    let server = HTTP2Server(network, "127.0.0.1:8080")
    server.handle = { _, stream, session in
      session.answer(stream, 200)
      var bytes: [UInt8] = []
      H2FrameEncoder.goAway(
        last: stream, .enhanceYourCalm, debugData: Array("too_many_pings".utf8), into: &bytes)
      session.send(bytes)
    }
    let node = ProxyNode(network, try simple("Http2", "Http2"))
    let client = HTTP2Client(network, "127.0.0.1:2045")
    let stream = client.get()
    network.run(milliseconds: 100)
    #expect(client.answer(stream).status == 200)
    #expect(
      node.events.contains {
        if case .goAway(_, "ENHANCE_YOUR_CALM", "too_many_pings", false) = $0 { true } else { false }
      })
    node.expectNothingLeft()
  }
}
