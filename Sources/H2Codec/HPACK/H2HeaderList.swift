/// An ordered list of header fields (RFC 9113 §8.2), flat: one byte arena and an entry per field.
///
/// Names and values are bytes; nothing becomes a String before someone asks. A list can be emptied and filled
/// again without allocating.
public struct H2HeaderList: Sendable {
  /// One field: where its name and value lie in the arena, and how HPACK carried it.
  public struct Field: Sendable, Equatable {
    public var name: Range<Int> { nameStart..<valueStart }
    public var value: Range<Int> { valueStart..<end }
    /// Must never be put into a compression table (RFC 7541 §6.2.3).
    public var isNeverIndexed: Bool
    /// The HPACK index of an entry that an observer never saw inserted, or 0 for a known field.
    /// Name, value or both of such a field are empty and unknown; see `unknown`.
    public var unknownIndex: UInt32
    public var unknown: Unknown
    @usableFromInline var nameStart: Int
    @usableFromInline var valueStart: Int
    @usableFromInline var end: Int

    public enum Unknown: UInt8, Sendable { case none, name, nameAndValue }
  }

  /// Names and values, one after the other.
  public private(set) var bytes: [UInt8] = []
  public private(set) var fields: [Field] = []

  public init() {}

  public var count: Int { fields.count }
  public var isEmpty: Bool { fields.isEmpty }

  /// The size RFC 9113 §6.5.2 counts against SETTINGS_MAX_HEADER_LIST_SIZE: names, values and 32 a field.
  public var size: Int { bytes.count + 32 * fields.count }

  public mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    fields.removeAll(keepingCapacity: true)
  }
}
