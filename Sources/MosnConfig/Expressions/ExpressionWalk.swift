/// All ways through a program at once (Thompson's simulation), a character at a time.
struct ExpressionWalk {
  /// What stands beside a place between two characters, so far as assertions ask.
  enum Neighbour: Hashable {
    /// The text's end, or its beginning.
    case none
    case newline, word, other

    init(_ scalar: UInt32) {
      self = scalar == 0x0A ? .newline : ScalarSet.word.contains(scalar) ? .word : .other
    }
  }

  private let steps: [ExpressionProgram.Step]
  /// The steps that wait for the next character.
  private(set) var waiting: [Int] = []
  /// How many steps were visited.
  private(set) var work = 0
  /// Of them for one value: a few tens of milliseconds, in which nobody else is served. A head of 64 KiB may take 64
  /// steps at each of its characters; an expression that needs more, and is no table, nobody was seen to write.
  static let mostWork = 1 << 22
  private var open: [Int] = []
  /// At which place a step was visited last.
  private var seen: [Int]
  private var place = 0

  init(_ program: ExpressionProgram) {
    steps = program.steps
    seen = Array(repeating: 0, count: steps.count)
  }

  /// Goes on from `reached`, and from the beginning, up to where a character is waited for; true: to a match.
  mutating func settle(_ reached: [Int], between before: Neighbour, and after: Neighbour) -> Bool {
    place += 1
    waiting.removeAll(keepingCapacity: true)
    open.removeAll(keepingCapacity: true)
    open += reached
    open.append(0)
    while let step = open.popLast() {
      guard seen[step] != place else { continue }
      seen[step] = place
      work += 1
      switch steps[step] {
      case .one: waiting.append(step)
      case .assertion(let assertion):
        if assertion.holds(between: before, and: after) { open.append(step + 1) }
      case .jump(let target): open.append(target)
      case .fork(let one, let other):
        open.append(one)
        open.append(other)
      case .match: return true
      }
    }
    return false
  }

  /// Where those come to that wait for this character.
  func reached(by scalar: UInt32) -> [Int] {
    waiting.filter { step in
      if case .one(let set) = steps[step] { set.contains(scalar) } else { false }
    }.map { $0 + 1 }
  }
}

extension ExpressionProgram {
  /// Nil: it took more work than `most` to find out.
  func isFound(in text: some Sequence<Unicode.Scalar>, most: Int = ExpressionWalk.mostWork) -> Bool? {
    var walk = ExpressionWalk(self)
    var reached: [Int] = []
    var before = ExpressionWalk.Neighbour.none
    for scalar in text {
      let neighbour = ExpressionWalk.Neighbour(scalar.value)
      if walk.settle(reached, between: before, and: neighbour) { return true }
      guard walk.work <= most else { return nil }
      reached = walk.reached(by: scalar.value)
      before = neighbour
    }
    return walk.settle(reached, between: before, and: .none)
  }
}

extension ExpressionNode.Assertion {
  fileprivate func holds(between before: ExpressionWalk.Neighbour, and after: ExpressionWalk.Neighbour)
    -> Bool
  {
    switch self {
    case .textStart: before == .none
    case .textEnd: after == .none
    case .lineStart: before == .none || before == .newline
    case .lineEnd: after == .none || after == .newline
    case .wordBoundary: (before == .word) != (after == .word)
    case .noWordBoundary: (before == .word) == (after == .word)
    }
  }
}
