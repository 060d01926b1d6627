/// Something about a message that a reader should know: a rule its sender broke, or what the capture lacks.
public struct Finding: Sendable, Equatable {
  /// The rule's name, in kebab case, for programs.
  public var rule: String
  /// What was expected and what was found, for people.
  public var text: String
  /// Where the rule is written, such as `RFC 9113 §6.9`; empty for rules of no specification.
  public var section: String

  public init(rule: String, text: String, section: String = "") {
    self.rule = rule
    self.text = text
    self.section = section
  }
}

extension [Finding] {
  /// Findings that may wait for one message: a flood of them says no more than its beginning.
  static var limit: Int { 64 }

  mutating func note(_ finding: Finding) { if count < Self.limit { append(finding) } }
}
