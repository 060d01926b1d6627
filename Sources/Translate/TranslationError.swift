/// A head that must not be translated: which rule it breaks and where, what was expected and what was found.
///
/// The call is answered with `LocalReply.malformed` or, when `rule` says so, `headTooLarge`.
public struct TranslationError: Error, Sendable, Hashable {
  public let rule: Rule
  /// Where the culprit lies in the source's bytes; empty when something is missing.
  public let range: Range<Int>
  /// The row of the field at fault, an index into `FieldRule.all`; nil for pseudo-header fields and parts of bolt.
  public let field: Int?
  /// The numbers that would have been right, where it is about numbers.
  public let expected: ClosedRange<Int64>?
  public let found: Int64?

  public enum Rule: String, Sendable, Hashable, CaseIterable {
    /// Bolt: heartbeats, GOAWAY and commands nobody knows never travel.
    case command
    /// HTTP/2: `:method` or `:path` is missing, or `:status` is no number of three digits.
    case pseudoHeader
    /// HTTP/2: `host` differs from `:authority`.
    case host
    /// HTTP/2: a property is no number or out of range.
    case property
    /// HTTP/2: a property or a length stands there twice with different values.
    case repeated
    /// HTTP/2: `content-length` or `contentlen` differs from the length of the body.
    case contentLength
    /// HTTP/2: the map field is not what a mosnd writes.
    case mapField
    /// HTTP/2: more fields than `TranslationLimits.entries`.
    case tooManyFields
    /// The class name or the header map would be longer than `TranslationLimits.shortPart`.
    case tooLong
  }

  public var reply: LocalReply {
    switch rule {
    case .tooManyFields, .tooLong: .headTooLarge
    case .command, .pseudoHeader, .host, .property, .repeated, .contentLength, .mapField: .malformed
    }
  }

  init(
    _ rule: Rule, at range: Range<Int>, field: Int? = nil, expected: ClosedRange<Int64>? = nil,
    found: Int64? = nil
  ) {
    self.rule = rule
    self.range = range
    self.field = field
    self.expected = expected
    self.found = found
  }
}

extension TranslationError: CustomStringConvertible {
  public var description: String {
    var text = rule.rawValue
    if let field, FieldRule.all.indices.contains(field) { text += " of \(FieldRule.all[field].name)" }
    text += " at \(range.lowerBound)..<\(range.upperBound)"
    if let expected {
      text +=
        expected.lowerBound == expected.upperBound
        ? ": expected \(expected.lowerBound)" : ": expected \(expected.lowerBound)...\(expected.upperBound)"
    }
    if let found { text += ", found \(found)" }
    return text
  }
}
