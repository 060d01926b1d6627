import BoltCodec
import Support
import Testing

@testable import ProxyEngine

// The simulation knows no test framework, since the fuzzer compiles it too; here is what tests expect of it.

extension SimulatedNetwork {
  convenience init(seed: UInt64) { self.init(random: SeededRandom(seed: seed)) }
}

extension BoltClient {
  /// The only answer to a call; records an issue if there is none or another.
  func answer(_ id: UInt32, _ location: SourceLocation = #_sourceLocation) -> BoltMessage? {
    #expect(answers[id]?.count == 1, "answers to \(id)", sourceLocation: location)
    return answers[id]?.first
  }
}

extension HTTP2Client {
  func answer(_ stream: UInt32, _ location: SourceLocation = #_sourceLocation) -> Answer {
    let answer = answers[stream] ?? Answer()
    #expect(answer.heads == 1 && answer.isEnded, "answers to \(stream): \(answer)", sourceLocation: location)
    return answer
  }
}

extension ProxyNode {
  func expectNothingLeft(_ location: SourceLocation = #_sourceLocation) {
    #expect(leftovers.isEmpty, sourceLocation: location)
    let connections = proxy.connections.all
    let calls = connections.reduce(0) { $0 + proxy.connections[$1].calls.count }
    let blocked = connections.flatMap { proxy.peers.blocked(of: proxy.connections[$0].peer) }
    #expect(calls == 0 && blocked.isEmpty, sourceLocation: location)
    let accounts = connections.map { proxy.connections[$0].account.sum }
    #expect(accounts.allSatisfy { $0 == 0 } && proxy.budget.charged == 0, sourceLocation: location)
    let isNobodyWaiting = proxy.upstreams.hosts.allSatisfy { $0.pending == 0 }
    #expect(isNobodyWaiting, sourceLocation: location)
  }
}

extension Arena {
  /// None of the well-behaved callers fails, or waits for long.
  func expectNeighboursWell(for milliseconds: UInt64, _ location: SourceLocation = #_sourceLocation) {
    let (failures, slowest) = callForSomeTime(milliseconds)
    #expect(failures.isEmpty, "\(failures.prefix(5))", sourceLocation: location)
    #expect(slowest < 20_000_000, sourceLocation: location)
  }

  /// When everybody has gone.
  func expectNothingLeft(_ location: SourceLocation = #_sourceLocation) {
    boltCallers.forEach { $0.close() }
    http2Callers.forEach { $0.close() }
    network.run(milliseconds: 500)
    for node in nodes { node.expectNothingLeft(location) }
  }
}
