/// A peer broke a rule of bolt: which one, where in its stream, what was expected and what was found.
public struct BoltError: Error, Sendable, Hashable {
  public let rule: Rule
  /// Offset in the stream of the first byte of the field at fault.
  public let offset: UInt64
  /// The values that would have been right.
  public let expected: ClosedRange<Int64>
  public let found: Int64
  /// The fixed header of the frame at fault, when all of it was read: enough to answer it.
  public internal(set) var head: BoltHead?

  /// Whether reading can go on behind the frame.
  public var scope: Scope { rule.scope }

  public enum Scope: Sendable, Hashable {
    /// Step is lost, or must not be trusted: an endpoint closes.
    case connection
    /// The frame's bytes are consumed and the next call goes on behind it.
    case frame
  }

  public enum Rule: String, Sendable, Hashable, CaseIterable {
    /// Byte 0 is 1 or 2; SOFABolt and MOSN close on others.
    case unknownProtocol
    /// `ver1` is 1 or 2. SOFABolt waits for ever on others, which helps nobody.
    case unknownVersion
    /// `type` is 0, 1 or 2; SOFABolt closes on others, MOSN stalls.
    case unknownType
    /// The switch byte is below 0x80: SOFABolt reads it as a signed number and closes on a negative one.
    case switchOutOfRange
    case classNameTooLong
    case headerMapTooLong
    case contentTooLong
    /// The CRC-32 behind the content is that of the frame; SOFABolt closes otherwise.
    case checksumMismatch
    /// Fewer than four bytes are left of the header map where a key's length should stand.
    case headerKeyTruncated
    /// A key's length is neither -1 (null) nor within what is left of the header map.
    case headerKeyLength
    /// Fewer than four bytes are left of the header map where a value's length should stand.
    case headerValueTruncated
    /// A value's length is neither -1 (null) nor within what is left of the header map.
    case headerValueLength
    case tooManyHeaderEntries
    /// Observer: three or more fields of the header hold values that no peer is known to send, so these are hardly
    /// the bytes of a header. `found` counts them.
    case implausibleHeader

    /// The header does not walk as a map. To bolt it is bytes, which SOFARPC's own serializer takes for a map.
    public var isNoMap: Bool {
      switch self {
      case .headerKeyTruncated, .headerKeyLength, .headerValueTruncated, .headerValueLength: true
      case .unknownProtocol, .unknownVersion, .unknownType, .switchOutOfRange, .classNameTooLong,
        .headerMapTooLong, .contentTooLong, .checksumMismatch, .tooManyHeaderEntries, .implausibleHeader:
        false
      }
    }

    public var scope: Scope {
      switch self {
      case .unknownProtocol, .unknownVersion, .unknownType, .switchOutOfRange, .checksumMismatch,
        .implausibleHeader:
        .connection
      // A length out of all proportion mostly means that step was lost before.
      case .classNameTooLong, .headerMapTooLong, .contentTooLong: .connection
      case .headerKeyTruncated, .headerKeyLength, .headerValueTruncated, .headerValueLength,
        .tooManyHeaderEntries:
        .frame
      }
    }
  }

  @inline(never)
  init<Expected: BinaryInteger, Found: BinaryInteger>(
    _ rule: Rule, at offset: UInt64, expected: ClosedRange<Expected>, found: Found, head: BoltHead? = nil
  ) {
    self.rule = rule
    self.offset = offset
    self.expected = Int64(expected.lowerBound)...Int64(expected.upperBound)
    self.found = Int64(found)
    self.head = head
  }
}

extension BoltError: CustomStringConvertible {
  public var description: String {
    let wanted =
      expected.lowerBound == expected.upperBound
      ? "\(expected.lowerBound)" : "\(expected.lowerBound)...\(expected.upperBound)"
    return "\(rule.rawValue) at offset \(offset): expected \(wanted), found \(found)"
  }
}
