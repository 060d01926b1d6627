/// What an expression says, as a tree.
indirect enum ExpressionNode {
  case empty
  case one(of: ScalarSet)
  case assertion(Assertion)
  case sequence([ExpressionNode])
  case choice([ExpressionNode])
  case repeated(ExpressionNode, atLeast: Int, atMost: Int?)

  enum Assertion {
    case textStart, textEnd, lineStart, lineEnd, wordBoundary, noWordBoundary
  }
}

/// An expression as steps that many walk at once (Thompson's construction).
struct ExpressionProgram: Sendable {
  private enum Step {
    case one(of: ScalarSet)
    case assertion(ExpressionNode.Assertion)
    case jump(Int)
    /// Two ways on.
    case fork(Int, Int)
    case match
  }

  /// Matching takes up to so many steps a character; also the work that a tree may cost to be laid out.
  private static let most = 4096

  private var steps: [Step] = []
  private var work = 0

  init(_ tree: ExpressionNode) throws(ExpressionError) {
    try lay(tree)
    try append(.match)
  }

  private mutating func append(_ step: Step) throws(ExpressionError) {
    guard steps.count < Self.most else { throw ExpressionError("it is too large") }
    steps.append(step)
  }

  private mutating func lay(_ node: ExpressionNode) throws(ExpressionError) {
    work += 1
    guard work <= 4 * Self.most else { throw ExpressionError("it is too large") }
    switch node {
    case .empty: break
    case .one(let set): try append(.one(of: set))
    case .assertion(let assertion): try append(.assertion(assertion))
    case .sequence(let nodes): for node in nodes { try lay(node) }
    case .choice(let nodes): try lay(choice: nodes[...])
    case .repeated(let node, let least, let most):
      for _ in 0..<least { try lay(node) }
      guard let most else { return try lay(loop: node) }
      try lay(node, atMost: most - least)
    }
  }

  private mutating func lay(choice nodes: ArraySlice<ExpressionNode>) throws(ExpressionError) {
    var ends: [Int] = []
    for (index, node) in nodes.enumerated() {
      guard index < nodes.count - 1 else {
        try lay(node)
        break
      }
      let fork = steps.count
      try append(.match)
      try lay(node)
      ends.append(steps.count)
      try append(.match)
      steps[fork] = .fork(fork + 1, steps.count)
    }
    for end in ends { steps[end] = .jump(steps.count) }
  }

  private mutating func lay(loop node: ExpressionNode) throws(ExpressionError) {
    let fork = steps.count
    try append(.match)
    try lay(node)
    try append(.jump(fork))
    steps[fork] = .fork(fork + 1, steps.count)
  }

  private mutating func lay(_ node: ExpressionNode, atMost count: Int) throws(ExpressionError) {
    var forks: [Int] = []
    for _ in 0..<count {
      forks.append(steps.count)
      try append(.match)
      try lay(node)
    }
    for fork in forks { steps[fork] = .fork(fork + 1, steps.count) }
  }

  // MARK: Matching

  func isFound(in text: [UInt32]) -> Bool {
    var walkers: [Int] = []
    var next: [Int] = []
    // Where a walker came by at which character.
    var seen = [Int](repeating: -1, count: steps.count)
    var open: [Int] = []
    for at in 0...text.count {
      swap(&walkers, &next)
      next.removeAll(keepingCapacity: true)
      // Steps that take no character; `walkers` have just taken one.
      open += walkers
      // One more sets out at every character.
      open.append(0)
      walkers.removeAll(keepingCapacity: true)
      while let step = open.popLast() {
        guard seen[step] != at else { continue }
        seen[step] = at
        switch steps[step] {
        case .one: walkers.append(step)
        case .assertion(let assertion): if holds(assertion, at, text) { open.append(step + 1) }
        case .jump(let target): open.append(target)
        case .fork(let one, let other):
          open.append(one)
          open.append(other)
        case .match: return true
        }
      }
      guard at < text.count else { return false }
      for step in walkers {
        if case .one(let set) = steps[step], set.contains(text[at]) { next.append(step + 1) }
      }
    }
    return false
  }

  private func holds(_ assertion: ExpressionNode.Assertion, _ at: Int, _ text: [UInt32]) -> Bool {
    let newline: UInt32 = 0x0A
    func isWord(_ place: Int) -> Bool { text.indices.contains(place) && ScalarSet.word.contains(text[place]) }
    return switch assertion {
    case .textStart: at == 0
    case .textEnd: at == text.count
    case .lineStart: at == 0 || text[at - 1] == newline
    case .lineEnd: at == text.count || text[at] == newline
    case .wordBoundary: isWord(at - 1) != isWord(at)
    case .noWordBoundary: isWord(at - 1) == isWord(at)
    }
  }
}
