import MosnConfig
import NIOPosix
import Testing

@testable import ProxyIO

/// Lines of one kind are bounded, and none is lost without a word.
@Suite struct LineLimiterTests {
  static let second: UInt64 = 1_000_000_000

  private static let log = Log(
    sink: LogSink(
      LogOutput(inherited: 2), writer: MultiThreadedEventLoopGroup.singleton.next(),
      figures: ProcessFigures()),
    level: .info)

  @Test func theFirstOnesOfASecondAreWrittenAndTheRestCounted() {
    var limiter = LineLimiter(most: 3)
    var written = 0
    for _ in 0..<10 where limiter.admits("a", Self.log, .warn) { written += 1 }
    #expect(written == 3 && limiter.isDue)
    let isOther = limiter.admits("b", Self.log, .info)
    #expect(isOther, "another kind")
    let summaries = limiter.takeSummaries(at: 6 * Self.second)
    #expect(summaries.map(\.text) == ["… 7 more lines within a second (limits.log_lines): a"])
    #expect(summaries.first?.level == .warn && !limiter.isDue)
    let isNew = limiter.admits("a", Self.log, .warn)
    let again = limiter.takeSummaries(at: 6 * Self.second + 5)
    #expect(isNew && again.isEmpty, "a new second")
  }

  @Test func zeroIsNoLimit() {
    var limiter = LineLimiter(most: 0)
    let written = (0..<10_000).count { _ in limiter.admits("a", Self.log, .warn) }
    #expect(written == 10_000 && !limiter.isDue)
  }

  /// Kinds are named from outside, too.
  @Test func kindsAreBounded() {
    var limiter = LineLimiter(most: 1)
    for number in 0..<100_000 { _ = limiter.admits("\(number)", Self.log, .warn) }
    let summaries = limiter.takeSummaries(at: 2 * Self.second)
    #expect(summaries.count == 1 && summaries[0].text.hasSuffix("others"))
  }
}
