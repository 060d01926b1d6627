/// All characters, sorted into classes that no step of a program tells apart.
struct ScalarClasses: Sendable {
  /// The first characters of ranges that follow on each other, and their classes.
  private let starts: [UInt32]
  private let classes: [UInt8]
  private let ascii: [UInt8]
  /// One character of each class.
  let representatives: [UInt32]

  /// - Returns: nil if that were too many, or too much work.
  init?(_ program: ExpressionProgram) {
    var sets: Set<ScalarSet> = []
    for step in program.steps {
      switch step {
      case .one(let set): sets.insert(set)
      case .assertion: sets.formUnion([.word, .newline])
      case .jump, .fork, .match: break
      }
    }
    let starts = Set(sets.flatMap(\.ranges).flatMap { [$0.lowerBound, $0.upperBound + 1] } + [0]).sorted()
    guard starts.count * sets.count <= 1 << 14 else { return nil }

    var known: [[Bool]: UInt8] = [:]
    var (classes, representatives) = ([UInt8](), [UInt32]())
    for start in starts {
      let membership = sets.map { $0.contains(start) }
      guard let number = known[membership] ?? UInt8(exactly: representatives.count) else { return nil }
      if number == representatives.count {
        known[membership] = number
        representatives.append(start)
      }
      classes.append(number)
    }
    (self.starts, self.classes, self.representatives) = (starts, classes, representatives)
    ascii = (0..<128).map { classes[Self.place(of: $0, in: starts)] }
  }

  subscript(_ scalar: Unicode.Scalar) -> Int { Int(classes[Self.place(of: scalar.value, in: starts)]) }

  subscript(ascii byte: UInt8) -> Int { Int(ascii[Int(byte & 0x7F)]) }

  /// Of the last that is not above `scalar`; the first is 0.
  private static func place(of scalar: UInt32, in starts: [UInt32]) -> Int {
    starts.firstPlace { $0 > scalar } - 1
  }
}
