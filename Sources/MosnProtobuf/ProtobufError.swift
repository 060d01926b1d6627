/// Why bytes are no message, or were not read further: which rule they broke, where, what was expected and what was found.
public struct ProtobufError: Error, Sendable, Hashable {
  public enum Rule: String, Sendable, Hashable, CaseIterable {
    /// The message ends inside a number. Counts the bytes needed and those left.
    case truncated
    /// A varint has at most 10 bytes, and 64 bits. Counts bytes.
    case varintTooLong
    /// A field's number is 1...536,870,911.
    case fieldNumber
    /// Wire types are 0...5.
    case wireType
    /// Data are longer than what is left of the message. At most that; counts bytes.
    case length
    /// A group ends that did not begin, or another one. The number of the group's field, 0 outside of groups.
    case groupEnd
    /// `ProtobufLimits.size`.
    case tooLong
    /// `ProtobufLimits.depth`: of groups; a message that is deeper is shown as bytes.
    case tooDeep
    /// `ProtobufLimits.fields`.
    case tooManyFields
  }

  public let rule: Rule
  /// Of the first byte of what is at fault.
  public let offset: Int
  public let expected: UInt64
  public let found: UInt64

  init(_ rule: Rule, at offset: Int, expected: Int, found: UInt64) {
    self.rule = rule
    self.offset = offset
    self.expected = UInt64(expected)
    self.found = found
  }
}

extension ProtobufError: CustomStringConvertible {
  public var description: String {
    let bound =
      switch rule {
      case .truncated: "\(expected) bytes"
      case .groupEnd: expected == 0 ? "no end of a group" : "the end of group \(expected)"
      case .fieldNumber: "1...\(expected)"
      case .varintTooLong, .wireType, .length, .tooLong, .tooDeep, .tooManyFields: "at most \(expected)"
      }
    return "\(rule.rawValue) at offset \(offset): expected \(bound), found \(found)"
  }
}
