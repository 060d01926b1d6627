import BoltCodec
import H2Codec
import Testing

@testable import ProxyEngine

/// What is held is charged to who caused it, and those who hold most are cut: never their neighbours.
@Suite struct BudgetTests {
  let network = SimulatedNetwork(seed: 31)

  /// A small one, so that a test is over soon.
  private func limits(_ bytes: Int) -> ProxyLimits {
    var limits = ProxyLimits()
    limits.bufferedInAll = bytes
    return limits
  }

  /// Four kinds of listeners, each with its server behind it.
  private func arena(_ bytes: Int, engines: Int = 1) throws -> Arena {
    try Arena(network, limits(bytes), engines: engines)
  }

  /// Header lists that HPACK makes of few bytes.
  @Test func headsThatReferencesMakeLargeAreCutAtTheirSender() throws {
    let arena = try arena(4 << 20)
    let hogs = (0..<8).map { _ in RawPeer(network, arena.address("hb")) }
    for hog in hogs {
      hog.send(H2FrameDecoder.preface + RawPeer.settings)
      // A value of 3,900 bytes enters the table, and each head refers to it fifteen times.
      hog.send(RawPeer.heads(250, value: 3_900, times: 15))
    }
    arena.expectNeighboursWell(for: 2_000)
    #expect(arena.mostBuffered < 4 << 20)
    #expect(hogs.allSatisfy { !$0.isClosed }, "calls are cut before connections")
    hogs.forEach { $0.close() }
    arena.expectNothingLeft()
  }

  @Test func framesThatAreNotWholeAreCutAtTheirSender() throws {
    let arena = try arena(4 << 20)
    let hogs = (0..<20).map { _ in RawPeer(network, arena.address("bb")) }
    let begun = RawPeer.beginning(of: 8 << 20)
    hogs.forEach { $0.send(begun) }
    for _ in 0..<10 {
      hogs.forEach { $0.send([UInt8](repeating: 7, count: 100_000)) }
      arena.expectNeighboursWell(for: 100)
    }
    #expect(arena.mostBuffered < 4 << 20)
    #expect(hogs.contains { $0.isClosed })
    hogs.forEach { $0.close() }
    arena.expectNothingLeft()
  }

  @Test func answersThatNobodyReadsAreCutAtTheirCaller() throws {
    let arena = try arena(4 << 20)
    let large = [UInt8](repeating: 1, count: 300_000)
    arena.http2.handle = { request, stream, session in
      session.answer(stream, 200, [], request[":path"] == "/large" ? large : request.body)
    }
    let hogs = (0..<4).map { _ in HTTP2Client(network, arena.address("hh"), window: 0) }
    for hog in hogs { for _ in 0..<50 { _ = hog.get("/large") } }
    arena.expectNeighboursWell(for: 2_000)
    #expect(arena.mostBuffered < 4 << 20)
    #expect(hogs.allSatisfy { !$0.isClosed })
    let codes = hogs.flatMap { $0.answers.values.compactMap(\.reset) }
    #expect(!codes.isEmpty && codes.allSatisfy { $0 == .enhanceYourCalm })
    hogs.forEach { $0.close() }
    arena.expectNothingLeft()
  }

  @Test func bodiesThatNeverEndAreCutAtTheirSender() throws {
    let arena = try arena(4 << 20)
    let hogs = (0..<20).map { _ in RawPeer(network, arena.address("hb")) }
    for hog in hogs {
      hog.send(H2FrameDecoder.preface + RawPeer.settings)
      hog.send(RawPeer.heads(100, value: 10, times: 1))
      for stream in 0..<100 { hog.send(RawPeer.data(4_000, on: UInt32(2 * stream + 1))) }
    }
    arena.expectNeighboursWell(for: 2_000)
    #expect(arena.mostBuffered < 4 << 20)
    hogs.forEach { $0.close() }
    arena.expectNothingLeft()
  }

  /// Bolt clients whose socket takes nothing.
  @Test func outputThatNobodyTakesIsCutAtItsCaller() throws {
    // All answers come over one connection.
    network.latency = 1_000...5_000
    let arena = try arena(4 << 20)
    network.run(milliseconds: 10)
    let hogs = (0..<8).map { _ in BoltClient(network, arena.address("bb")) }
    network.run(milliseconds: 50)
    arena.bolt.handle = { message, session in
      let content = message.content.count == 3 ? [UInt8](repeating: 1, count: 400_000) : message.content
      session.send(BoltMessage(.response(to: message.head), content: content))
    }
    let node = arena.nodes[0]
    // Behind the four callers.
    node.setWritable(false) { 4..<12 ~= $0.slot }
    for hog in hogs { for id in 1...4 as ClosedRange<UInt32> { hog.send(.call(id, "big")) } }
    arena.expectNeighboursWell(for: 1_000)
    #expect(arena.mostBuffered < 5 << 20)
    #expect(hogs.contains { $0.isClosed })
    hogs.forEach { $0.close() }
    arena.expectNothingLeft()
  }

  /// What one engine's clients hold is not paid for by those of another.
  @Test func theHeaviestAreCutWhicheverEngineTheyAreOn() throws {
    let arena = try arena(4 << 20, engines: 2)
    let hogs = (0..<20).map { _ in RawPeer(network, arena.address("bb", engine: 0)) }
    let begun = RawPeer.beginning(of: 8 << 20)
    hogs.forEach { $0.send(begun) }
    // Those of the other engine hold little, and it is they who find that little is left.
    let small = (0..<20).map { _ in RawPeer(network, arena.address("bb", engine: 1)) }
    small.forEach { $0.send(begun) }
    for _ in 0..<10 {
      hogs.forEach { $0.send([UInt8](repeating: 7, count: 100_000)) }
      small.forEach { $0.send([UInt8](repeating: 7, count: 1_000)) }
      arena.expectNeighboursWell(for: 100)
    }
    #expect(arena.mostBuffered < 4 << 20)
    #expect(small.allSatisfy { !$0.isClosed })
    #expect(hogs.contains { $0.isClosed })
    (hogs + small).forEach { $0.close() }
    arena.expectNothingLeft()
  }

  /// When the heavy have gone everybody may hold as much as before.
  @Test func theLevelRisesAgain() throws {
    let arena = try arena(4 << 20)
    let hogs = (0..<20).map { _ in RawPeer(network, arena.address("bb")) }
    hogs.forEach { $0.send(RawPeer.beginning(of: 8 << 20) + [UInt8](repeating: 7, count: 400_000)) }
    network.run(milliseconds: 500)
    #expect(arena.budget.level < 1 << 20)
    hogs.forEach { $0.close() }
    network.run(milliseconds: 500)
    #expect(arena.budget.level == 2 << 20 && arena.budget.held < 8 << 10)
    arena.expectNothingLeft()
  }
}
