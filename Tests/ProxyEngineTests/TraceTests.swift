import Foundation
import Testing

/// What the engine did in thousands of schedules, kept as a hash of each. A change of structure leaves them all as they
/// are; `UPDATE_TRACES=1 swift test --filter TraceTests` writes them anew after a change of behaviour, and which lines
/// differ is what to review. `TRACE="bolt-to-http2 reload 17"` prints that one in words: with those of both versions
/// `diff` finds the first thing that is done differently.
@Suite struct TraceTests {
  static let seeds: ClosedRange<UInt64> = 1...39

  static let pairs = [
    "bolt-to-bolt": (down: "SofaRpc", up: "SofaRpc"), "bolt-to-http2": (down: "SofaRpc", up: "Http2"),
    "http2-to-bolt": (down: "Http2", up: "SofaRpc"), "http2-to-http2": (down: "Http2", up: "Http2"),
  ]

  @Test(arguments: pairs.keys.sorted())
  func schedulesGoAsTheyWent(_ name: String) throws {
    let pair = try #require(Self.pairs[name])
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Fixtures/traces/\(name).txt").standardizedFileURL
    let environment = ProcessInfo.processInfo.environment
    var lines: [String] = []
    for trouble in Schedule.Trouble.allCases {
      let schedule = try Schedule(pair, trouble)
      lines.append("\(trouble)")
      for seed in Self.seeds {
        let isWanted = environment["TRACE"] == "\(name) \(trouble) \(seed)"
        let (trace, left) = schedule.run(seed: seed, keepingLines: isWanted)
        #expect(left.isEmpty, "\(name) \(trouble) \(seed)")
        if isWanted { print(trace.lines.joined(separator: "\n")) }
        lines.append("\(seed) \(String(trace.hash, radix: 16))")
      }
    }
    if environment["UPDATE_TRACES"] == "1" {
      try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)
    }
    let before = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
    #expect(lines.count == before.count)
    var trouble = ""
    for (line, old) in zip(lines, before) {
      if !line.contains(" ") { trouble = line }
      if line != old { Issue.record("\(name) \(trouble) \(line), before \(old)") }
    }
  }
}
