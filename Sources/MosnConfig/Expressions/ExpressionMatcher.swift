/// An expression made ready to be looked for in values of strangers.
///
/// That takes time in proportion to the value, whatever the expression is: all ways to match are followed at once, a
/// character at a time, and none is tried again. A header value must not be able to hold up an event loop, as it can
/// where expressions are matched by backtracking (`(a+)+` and 24 letters cost minutes).
public struct ExpressionMatcher: Sendable {
  private enum Way {
    case table(ExpressionTable)
    /// The table would be too large.
    case walk(ExpressionProgram)
  }

  private let way: Way

  public init(_ expression: Expression) {
    way = ExpressionTable(expression.program).map { .table($0) } ?? .walk(expression.program)
  }

  /// Whether a match is anywhere in `bytes`, as UTF-8; where it is anchored, the expression says so. A byte that is no
  /// UTF-8 counts as U+FFFD.
  ///
  /// - Returns: nil: it took too much work to find out (`ExpressionWalk.mostWork`).
  public func isFound(in bytes: RawSpan) -> Bool? {
    bytes.withUnsafeBytes { bytes in
      switch way {
      case .table(let table): table.isFound(in: bytes)
      case .walk(let program): program.isFound(in: String(decoding: bytes, as: UTF8.self).unicodeScalars)
      }
    }
  }
}
