/// A regular expression as MOSN's configurations hold them: the syntax of Go and RE2, without `\p` and with case
/// folding of ASCII only.
///
/// Matching takes time in proportion to the text times the expression, whatever both are: all ways to match are walked
/// at once, a character at a time, and none is tried again. A stranger's header value must not be able to hold up an
/// event loop, as it can where expressions are matched by backtracking (`(a+)+` and 24 letters cost minutes).
public struct Expression: Sendable {
  private let program: ExpressionProgram

  /// In bytes; longer texts are refused unread. A bracket may hold as many ranges as there is text.
  static let longest = 1024

  /// - Throws: what the expression lacks, in words.
  public init(_ text: String) throws(ExpressionError) {
    guard text.utf8.count <= Self.longest else {
      throw ExpressionError("it is longer than \(Self.longest) bytes")
    }
    var parser = ExpressionParser(text)
    program = try ExpressionProgram(parser.parse())
  }

  /// Whether a match is anywhere in `bytes`, as UTF-8; where it is anchored, the expression says so. A byte that is no
  /// UTF-8 counts as U+FFFD.
  public func isFound(in bytes: RawSpan) -> Bool {
    bytes.withUnsafeBytes {
      program.isFound(in: String(decoding: $0, as: UTF8.self).unicodeScalars.map(\.value))
    }
  }
}

/// Why a text is no expression.
public struct ExpressionError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}
