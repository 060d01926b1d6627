import BoltCodec
import Glibc
import H2Codec
import Measure
import MosnConfig
import ProxyEngine

/// CPU of the engine alone, in memory: batches of 16 calls through one hop, or through both hops of the sample.
///
///     swift run -c release --package-path Benchmarks proxy-bench [part of a name]
let wanted = CommandLine.arguments.dropFirst().first ?? ""
let batch = 16
/// So few that a round takes less than a millisecond.
let batches = 2

for content in [0, 1024] {
  let requests = try Requests(count: batch, content: content)
  try measure("bolt -> bolt, \(content) B") {
    Hop("SofaRpc", "SofaRpc")
  } run: { hop in
    hop.carry(requests) { hop in hop.answerUpstream() }
  }
  try measure("bolt -> HTTP/2 -> bolt, two hops, \(content) B") {
    Chain()
  } run: { chain in
    chain.carry(requests)
  }
  try measure("bolt -> HTTP/2 -> HTTP/2 -> bolt, three hops, \(content) B") {
    Chain(passing: true)
  } run: { chain in
    chain.carry(requests)
  }
}

func measure<Bench>(_ name: String, _ make: () throws -> Bench, run: (Bench) -> Int) throws {
  guard wanted.isEmpty || name.contains(wanted) else { return }
  let bench = try make()
  var answers = 0
  for _ in 0..<10 { _ = run(bench) }
  let result = Measure.measure(name, units: batch * batches) {
    answers = 0
    for _ in 0..<batches { answers += run(bench) }
  }
  guard result == nil || answers == batch * batches else { fatalError("\(name): \(answers) answers") }
}
