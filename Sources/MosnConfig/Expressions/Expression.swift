/// A regular expression as MOSN's configurations hold them: the syntax of Go and RE2, without `\p` and with case
/// folding of ASCII only.
public struct Expression: Sendable {
  let program: ExpressionProgram

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
}

/// Why a text is no expression.
public struct ExpressionError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}
