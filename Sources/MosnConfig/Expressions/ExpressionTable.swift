/// A program as a table: what each character makes of where all ways stand (the subset construction). One look-up a
/// character, and nothing is allocated for a match.
struct ExpressionTable: Sendable {
  /// Where the ways stand before a character, and what is behind them.
  private struct State: Hashable {
    var reached: [Int]
    var before: ExpressionWalk.Neighbour
  }

  private let classes: ScalarClasses
  /// By state and class; the last column is the text's end.
  private let next: [UInt16]
  private let width: Int

  private static let found: UInt16 = .max
  private static let never: UInt16 = .max - 1
  /// Of the table, in cells; and of the work to make it, in steps of the program.
  private static let (most, mostWork) = (1 << 13, 1 << 15)

  /// - Returns: nil if the table were too large: a few expressions need as many states as there are sets of places.
  init?(_ program: ExpressionProgram) {
    guard let classes = ScalarClasses(program) else { return nil }
    let width = classes.representatives.count + 1
    var walk = ExpressionWalk(program)
    var states = [State(reached: [], before: .none)]
    var numbers: [State: UInt16] = [states[0]: 0]
    var next: [UInt16] = []
    while next.count < states.count * width {
      let state = states[next.count / width]
      for scalar in classes.representatives {
        let neighbour = ExpressionWalk.Neighbour(scalar)
        if walk.settle(state.reached, between: state.before, and: neighbour) {
          next.append(Self.found)
          continue
        }
        let after = State(reached: walk.reached(by: scalar).sorted(), before: neighbour)
        let number = numbers[after] ?? UInt16(states.count)
        if Int(number) == states.count {
          numbers[after] = number
          states.append(after)
        }
        next.append(number)
      }
      let isFound = walk.settle(state.reached, between: state.before, and: .none)
      next.append(isFound ? Self.found : Self.never)
      guard states.count * width <= Self.most, walk.work <= Self.mostWork else { return nil }
    }
    (self.classes, self.width) = (classes, width)
    self.next = Self.withoutDeadEnds(next, width)
  }

  /// States from which no match is reached become `never`, so that nothing more of the text is read.
  private static func withoutDeadEnds(_ next: [UInt16], _ width: Int) -> [UInt16] {
    var leads = [Bool](repeating: false, count: next.count / width)
    var isSettled = false
    while !isSettled {
      isSettled = true
      for state in leads.indices where !leads[state] {
        leads[state] = next[state * width..<(state + 1) * width].contains {
          $0 == found || $0 != never && leads[Int($0)]
        }
        if leads[state] { isSettled = false }
      }
    }
    return next.map { $0 == found || $0 == never || leads[Int($0)] ? $0 : never }
  }

  func isFound(in bytes: UnsafeRawBufferPointer) -> Bool {
    var state: UInt16 = 0
    for (offset, byte) in bytes.enumerated() {
      guard byte < 0x80 else {
        return isFound(in: String(decoding: bytes[offset...], as: UTF8.self).unicodeScalars, from: state)
      }
      state = next[Int(state) * width + classes[ascii: byte]]
      if state >= Self.never { return state == Self.found }
    }
    return next[(Int(state) + 1) * width - 1] == Self.found
  }

  private func isFound(in text: some Sequence<Unicode.Scalar>, from start: UInt16) -> Bool {
    var state = start
    for scalar in text {
      state = next[Int(state) * width + classes[scalar]]
      if state >= Self.never { return state == Self.found }
    }
    return next[(Int(state) + 1) * width - 1] == Self.found
  }
}
