import BoltCodec
import Glibc
import H2Codec
import Measure
import MosnConfig
import Proxy

/// CPU of the engine alone, in memory: batches of 16 calls through one hop, or through both hops of the sample.
///
///     swift run -c release --package-path Benchmarks proxy-bench [rounds [batches [part of a name]]]
let arguments = CommandLine.arguments
let batch = 16
let rounds = arguments.count > 1 ? Int(arguments[1]) ?? 5 : 5
let batches = arguments.count > 2 ? Int(arguments[2]) ?? 2000 : 2000
let wanted = arguments.count > 3 ? arguments[3] : ""

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
}

func measure<Bench>(_ name: String, _ make: () throws -> Bench, run: (Bench) -> Int) throws {
  guard wanted.isEmpty || name.contains(wanted) else { return }
  let bench = try make()
  var answers = 0
  for _ in 0..<10 { _ = run(bench) }
  Measure.measure(name, units: batch * batches, rounds: rounds) {
    answers = 0
    for _ in 0..<batches { answers += run(bench) }
  }
  guard answers == batch * batches else { fatalError("\(name): \(answers) answers") }
}
