import BoltCodec
import H2Codec
import Testing

@testable import ProxyEngine

/// Who is slow is given the time that keys say, and holds up nobody else.
@Suite struct SlowPeerTests {
  let network = SimulatedNetwork(seed: 41)
  static let second: UInt64 = 1_000_000_000

  struct Drip: Sendable, CustomTestStringConvertible {
    let name: String
    let listener: String
    /// What is sent at once, and then a piece a second.
    let first: [UInt8]
    let rest: [UInt8]
    var piece = 1
    /// Seconds after which the connection is closed; nil: it stays open.
    let closed: UInt64?
    var testDescription: String { name }
  }

  private static let begun = H2FrameDecoder.preface + RawPeer.settings
  private static let long = RawPeer.frame(1, flags: 5, on: 1, [UInt8](repeating: 0, count: 2_000))

  static let drips = [
    Drip(name: "nothing", listener: "bb", first: [], rest: [], closed: 60),
    Drip(name: "nothing for HTTP/2", listener: "hh", first: [], rest: [], closed: 60),
    Drip(
      name: "bolt head", listener: "bb", first: [1], rest: Array(RawPeer.beginning(of: 9)[1...]), closed: 10),
    Drip(
      name: "bolt map", listener: "bb", first: Array(RawPeer.beginning(of: 9)[..<30]),
      rest: Array(RawPeer.beginning(of: 9)[30...]), closed: 10),
    Drip(
      name: "bolt content", listener: "bb", first: RawPeer.beginning(of: 100_000),
      rest: [UInt8](repeating: 7, count: 1_000), closed: 60),
    Drip(
      name: "preface", listener: "hh", first: Array(H2FrameDecoder.preface[..<4]),
      rest: Array(H2FrameDecoder.preface[4...]), closed: 10),
    Drip(name: "HEADERS", listener: "hh", first: begun + long[..<9], rest: Array(long[9...]), closed: 10),
    Drip(
      name: "DATA", listener: "hh",
      first: begun + RawPeer.heads(1, value: 3, times: 1) + RawPeer.data(5_000, on: 1)[..<20],
      rest: [UInt8](repeating: 7, count: 1_000), closed: 60),
    // A stream as of gRPC, which may last.
    Drip(
      name: "frames that pass", listener: "hh", first: begun + RawPeer.heads(1, value: 3, times: 1),
      rest: (0..<200).flatMap { _ in RawPeer.data(20, on: 1) }, piece: 29, closed: nil),
  ]

  @Test(arguments: drips) func whatIsBegunHasItsTime(_ drip: Drip) throws {
    let arena = try Arena(network)
    let peer = RawPeer(network, arena.address(drip.listener))
    peer.send(drip.first)
    var rest = drip.rest[...]
    let end = drip.closed ?? 150
    for second in 0..<end {
      #expect(!peer.isClosed, "after \(second) s")
      network.run(for: Self.second - 1_000_000)
      peer.send(Array(rest.prefix(drip.piece)))
      rest = rest.dropFirst(drip.piece)
      network.run(for: 1_000_000)
    }
    network.run(for: Self.second)
    #expect(peer.isClosed == (drip.closed != nil))
    peer.close()
    arena.expectNothingLeft()
  }

  @Test func aBodyThatHasToBeWholeHasItsTime() throws {
    let arena = try Arena(network)
    let peer = RawPeer(network, arena.address("hb"))
    peer.send(Self.begun + RawPeer.heads(1, value: 3, times: 1))
    for _ in 0..<59 {
      network.run(for: Self.second)
      peer.send(RawPeer.data(20, on: 1))
    }
    #expect(arena.nodes[0].proxy.calls == 1)
    network.run(for: 2 * Self.second)
    #expect(arena.nodes[0].proxy.calls == 0 && !peer.isClosed)
    #expect(arena.nodes[0].records.last?.failure?.cause == .timeout)
    peer.close()
    arena.expectNothingLeft()
  }

  /// A call whose body came in time has the rest of its own time.
  @Test func aBodyThatCameInTimeLimitsNothing() throws {
    let node = ProxyNode(network, try simple("Http2", "SofaRpc", limits: #""body_time": "2s""#))
    let server = BoltServer(network, "127.0.0.1:8080")
    server.handle = { message, session in
      self.network.after(100 * Self.second) { session.send(BoltMessage(.response(to: message.head))) }
    }
    let client = HTTP2Client(network, "127.0.0.1:2045")
    let call = client.post([UInt8](repeating: 1, count: 100_000))
    network.run(for: 101 * Self.second)
    #expect(client.answer(call).status == 200)
    client.close()
    network.run(for: Self.second)
    node.expectNothingLeft()
  }

  @Test func timesAreKeys() throws {
    let node = ProxyNode(
      network,
      try simple(
        "SofaRpc", "SofaRpc", limits: #""head_time": "2s", "body_time": "3s", "silent_time": "4s""#))
    let peers = [[], [1], RawPeer.beginning(of: 9)].map { bytes in
      let peer = RawPeer(network, "127.0.0.1:2045")
      peer.send(bytes)
      return peer
    }
    network.run(milliseconds: 1_900)
    #expect(peers.map(\.isClosed) == [false, false, false])
    network.run(milliseconds: 1_000)
    #expect(peers.map(\.isClosed) == [false, true, false])
    network.run(milliseconds: 1_000)
    #expect(peers.map(\.isClosed) == [false, true, true])
    network.run(milliseconds: 1_000)
    #expect(peers.map(\.isClosed) == [true, true, true])
    node.expectNothingLeft()
  }

  /// More than 20 MiB wait for a client that pauses for 200 ms.
  @Test func aReaderMayPause() throws {
    let node = ProxyNode(network, try simple("SofaRpc", "SofaRpc"))
    let server = BoltServer(network, "127.0.0.1:8080")
    server.handle = { message, session in
      self.network.after(50_000_000) {
        session.send(
          BoltMessage(.response(to: message.head), content: [UInt8](repeating: 1, count: 1 << 20)))
      }
    }
    let client = BoltClient(network, "127.0.0.1:2045")
    for id in 1...30 as ClosedRange<UInt32> { client.send(.call(id)) }
    network.run(milliseconds: 40)
    node.setWritable(false) { $0.slot == 0 }
    network.run(milliseconds: 300)
    #expect(node.mostBuffered > 20 << 20)
    node.setWritable(true) { $0.slot == 0 }
    network.run(milliseconds: 500)
    #expect((1...30).allSatisfy { client.answers[$0]?.count == 1 })
    client.close()
    network.run(milliseconds: 100)
    node.expectNothingLeft()
  }

  /// Whether the socket takes something now and then, and whether its connection is given up.
  @Test(arguments: [(true, false), (false, true)])
  func whoTakesNothingIsGivenUp(_ moves: Bool, _ isClosed: Bool) throws {
    let node = ProxyNode(network, try simple("SofaRpc", "SofaRpc"))
    let server = BoltServer(network, "127.0.0.1:8080")
    let client = BoltClient(network, "127.0.0.1:2045")
    client.send(.call(1))
    network.run(milliseconds: 50)
    let id = ConnectionID(slot: 0, generation: 1)
    node.setWritable(false) { $0 == id }
    node.leaveUnflushed(100_000, on: id)
    client.send(.call(2))
    for step in 1...10 {
      if moves {
        node.leavesUnflushed(100_000 - 1_000 * step, on: id)
      } else {
        node.leavesUnflushed(100_000, on: id)
      }
      network.run(for: 10 * Self.second)
    }
    #expect(client.isClosed == isClosed)
    #expect(server.requests.count == 2)
    client.close()
    network.run(milliseconds: 100)
    node.expectNothingLeft()
  }
}
