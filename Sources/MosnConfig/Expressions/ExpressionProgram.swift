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
  enum Step {
    case one(of: ScalarSet)
    case assertion(ExpressionNode.Assertion)
    case jump(Int)
    /// Two ways on.
    case fork(Int, Int)
    case match
  }

  /// Matching takes up to so many steps a character; also the work that a tree may cost to be laid out.
  private static let most = 4096

  private(set) var steps: [Step] = []
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
    case .choice(let nodes): try lay(choice: nodes)
    case .repeated(let node, let least, let most):
      for _ in 0..<least { try lay(node) }
      guard let most else { return try lay(loop: node) }
      try lay(node, atMost: most - least)
    }
  }

  /// A place for a step whose target is known later.
  private mutating func gap() throws(ExpressionError) -> Int {
    try append(.match)
    return steps.count - 1
  }

  private mutating func lay(choice nodes: [ExpressionNode]) throws(ExpressionError) {
    var ends: [Int] = []
    for node in nodes.dropLast() {
      let fork = try gap()
      try lay(node)
      ends.append(try gap())
      steps[fork] = .fork(fork + 1, steps.count)
    }
    if let last = nodes.last { try lay(last) }
    for end in ends { steps[end] = .jump(steps.count) }
  }

  private mutating func lay(loop node: ExpressionNode) throws(ExpressionError) {
    let fork = try gap()
    try lay(node)
    try append(.jump(fork))
    steps[fork] = .fork(fork + 1, steps.count)
  }

  private mutating func lay(_ node: ExpressionNode, atMost count: Int) throws(ExpressionError) {
    var forks: [Int] = []
    for _ in 0..<count {
      forks.append(try gap())
      try lay(node)
    }
    for fork in forks { steps[fork] = .fork(fork + 1, steps.count) }
  }
}
