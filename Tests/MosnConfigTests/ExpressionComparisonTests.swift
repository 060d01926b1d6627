import Support
import Testing

@testable import MosnConfig

/// The standard library's `Regex`, which backtracks, as a second opinion on expressions and values that are short.
@Suite struct ExpressionComparisonTests {
  @Test(arguments: 1...40) func aBacktrackingMatcherSaysTheSame(seed: UInt64) throws {
    var writer = ExpressionWriter(random: SeededRandom(seed: seed))
    for _ in 0..<50 {
      let text = writer.choice(depth: 2)
      let expression = try Expression(text)
      let matcher = ExpressionMatcher(expression)
      let other = try Regex(text).matchingSemantics(.unicodeScalar).asciiOnlyWordCharacters()
        .wordBoundaryKind(.simple)
      for _ in 0..<8 {
        let value = writer.value()
        let isFound = value.firstMatch(of: other) != nil
        #expect(matcher.isFound(in: Array(value.utf8).span.bytes) == isFound, "\(text) in '\(value)'")
        #expect(expression.program.isFound(in: value.unicodeScalars) == isFound, "\(text) in '\(value)'")
      }
    }
  }
}

/// Writes expressions of which both know the same, and values that they have a chance to match.
private struct ExpressionWriter {
  var random: SeededRandom

  private mutating func one(of texts: [String]) -> String { texts.randomElement(using: &random) ?? "" }

  mutating func value() -> String {
    (0..<Int.random(in: 0...6, using: &random)).map { _ in one(of: ["a", "a", "b", "b", "c", "-", "\u{e9}"]) }
      .joined()
  }

  mutating func choice(depth: Int) -> String {
    (0..<Int.random(in: 1...2, using: &random)).map { _ in sequence(depth: depth) }.joined(separator: "|")
  }

  private mutating func sequence(depth: Int) -> String {
    (0..<Int.random(in: 1...3, using: &random)).map { _ in repeated(depth: depth) }.joined()
  }

  private mutating func repeated(depth: Int) -> String {
    switch Int.random(in: 0..<8, using: &random) {
    case 0: one(of: ["^", "$", "\\b", "\\B"])
    case 1..<4: atom(depth: depth)
    default:
      atom(depth: depth) + one(of: ["*", "+", "?", "{2}", "{0,1}", "{1,}", "{1,3}"]) + one(of: ["", "?"])
    }
  }

  private mutating func atom(depth: Int) -> String {
    guard depth > 0, Int.random(in: 0..<3, using: &random) == 0 else {
      return one(of: ["a", "b", "c", "-", ".", "[ab]", "[^a]", "[a-c]", "\\w", "\\W", "\u{e9}"])
    }
    return one(of: ["(", "(?:", "(?i:"]) + choice(depth: depth - 1) + ")"
  }
}
