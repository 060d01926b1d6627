/// Why bytes are no JSON (RFC 8259): which rule they broke, where, and what stands there instead.
struct JSONError: Error, Equatable {
  enum Rule: String, CaseIterable {
    /// The bytes end inside a value.
    case truncated
    case valueExpected, keyExpected, colonExpected, commaExpected, endExpected
    /// A number has digits on both sides of its point and behind its exponent, and no zero in front.
    case number
    case escape
    /// Below U+0020, which strings escape.
    case controlCharacter
    /// Objects and arrays in one another; a limit of ours.
    case tooDeep
  }

  var rule: Rule
  var offset: Int
  /// The byte there; nil at the end.
  var found: UInt8?
}

extension JSONError: CustomStringConvertible {
  var description: String {
    "\(rule.rawValue) at offset \(offset): expected \(expectation), found "
      + (found.map { "0x" + ($0 < 16 ? "0" : "") + String($0, radix: 16) } ?? "the end")
  }

  private var expectation: String {
    switch rule {
    case .truncated: "more"
    case .valueExpected: "a value"
    case .keyExpected: "a key"
    case .colonExpected: "a colon"
    case .commaExpected: "a comma or the closing bracket"
    case .endExpected: "nothing behind the value"
    case .number: "a digit"
    case .escape: "an escape"
    case .controlCharacter: "an escaped control character"
    case .tooDeep: "at most \(JSONTokens.depth) levels"
    }
  }
}
