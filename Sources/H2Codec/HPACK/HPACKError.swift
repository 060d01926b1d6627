/// A rule of HPACK that a header block broke, or a limit of ours that it went over.
public struct HPACKError: Error, Sendable, Equatable {
  /// Each rule has one name. The sections are those of RFC 7541 where no other document is named.
  public enum Rule: UInt8, Sendable, CaseIterable {
    /// §5.1: an integer above 2^32-1 or longer than that needs. Counts octets after the prefix.
    case integerTooLarge
    /// §5: the block ends inside an integer or a string. Counts octets.
    case blockTruncated
    /// §5.2: padding strictly longer than 7 bits. Counts bits.
    case huffmanPaddingTooLong
    /// §5.2: padding that is not the beginning of EOS.
    case huffmanPaddingNotEOS
    /// §5.2: the EOS symbol inside a string.
    case huffmanEOS
    /// §6.1: index 0.
    case indexZero
    /// §2.3.3: an index beyond both tables. Counts entries.
    case indexBeyondTables
    /// §4.2: a table size update after the first field of a block.
    case sizeUpdateNotAtStart
    /// §6.3: a table size above the limit announced in SETTINGS. Counts octets.
    case sizeUpdateAboveLimit
    /// §4.2: more size updates than the two a block ever needs.
    case tooManySizeUpdates
    /// §4.2: the limit was lowered below the size in use and the block did not begin by obeying. Counts octets.
    case sizeUpdateMissing
    /// RFC 9113 §10.5.1: the list is larger than `HPACKLimits.listSize`.
    case listTooLarge
    /// RFC 9113 §10.5.1: the list has more fields than `HPACKLimits.fieldCount`.
    case tooManyFields
    /// RFC 9113 §10.5.1: the block decodes to more than `HPACKLimits.blockSize`.
    case blockTooLarge
  }

  /// What an endpoint must give up.
  public enum Scope: Sendable {
    /// The tables of both sides differ from now on: COMPRESSION_ERROR (RFC 7541 §2.3, RFC 9113 §4.3).
    case connection
    /// The block was decoded to its end and the tables agree; only this list is refused.
    case stream
  }

  public let rule: Rule
  /// Where in the header block the offending representation begins.
  public let offset: Int
  /// The bound, in the unit of the rule; 0 where the rule has none.
  public let expected: Int
  /// What was there instead, in the unit of the rule; 0 where the rule has none.
  public let found: Int

  init(_ rule: Rule, at offset: Int, expected: Int = 0, found: Int = 0) {
    self.rule = rule
    self.offset = offset
    self.expected = expected
    self.found = found
  }

  public var scope: Scope {
    switch rule {
    case .listTooLarge, .tooManyFields: .stream
    case .integerTooLarge, .blockTruncated, .huffmanPaddingTooLong, .huffmanPaddingNotEOS, .huffmanEOS,
      .indexZero, .indexBeyondTables, .sizeUpdateNotAtStart, .sizeUpdateAboveLimit, .tooManySizeUpdates,
      .sizeUpdateMissing, .blockTooLarge:
      .connection
    }
  }
}

extension HPACKError.Rule {
  /// Where it is written.
  public var section: String {
    switch self {
    case .integerTooLarge: "RFC 7541 §5.1"
    case .blockTruncated: "RFC 7541 §5"
    case .huffmanPaddingTooLong, .huffmanPaddingNotEOS, .huffmanEOS: "RFC 7541 §5.2"
    case .indexZero: "RFC 7541 §6.1"
    case .indexBeyondTables: "RFC 7541 §2.3.3"
    case .sizeUpdateNotAtStart, .tooManySizeUpdates, .sizeUpdateMissing: "RFC 7541 §4.2"
    case .sizeUpdateAboveLimit: "RFC 7541 §6.3"
    case .listTooLarge, .tooManyFields, .blockTooLarge: "RFC 9113 §10.5.1"
    }
  }
}

extension HPACKError: CustomStringConvertible {
  public var description: String {
    let bounds = (expected, found) == (0, 0) ? "" : ": expected at most \(expected), found \(found)"
    return "\(rule) at offset \(offset) of the header block\(bounds)"
  }
}
