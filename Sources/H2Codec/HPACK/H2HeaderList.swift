/// An ordered list of header fields (RFC 9113 §8.2), flat: one byte arena and an entry per field.
///
/// Names and values are bytes and compare as bytes; nothing becomes a String before someone asks. A list can
/// be emptied and filled again without allocating. It holds at most 2 GiB of bytes.
public struct H2HeaderList: Sendable, Equatable {
  /// Names and values, one after the other in the order of the fields, with nothing between them.
  public internal(set) var bytes: [UInt8] = []
  public internal(set) var fields: [Field] = []

  public init() {}

  public var count: Int { fields.count }
  public var isEmpty: Bool { fields.isEmpty }

  /// The size RFC 9113 §6.5.2 counts against SETTINGS_MAX_HEADER_LIST_SIZE: names, values and 32 a field.
  public var size: Int { bytes.count + Field.overhead * fields.count }

  /// Bytes of memory that it takes, kept ones included.
  public var heldBytes: Int { bytes.capacity + fields.capacity * MemoryLayout<Field>.stride }

  /// Empties the list and keeps its memory.
  public mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    fields.removeAll(keepingCapacity: true)
  }

  public mutating func reserveCapacity(fields: Int, bytes: Int) {
    self.fields.reserveCapacity(fields)
    self.bytes.reserveCapacity(bytes)
  }
}

// MARK: - Appending

extension H2HeaderList {
  /// Copies a field to the end. `neverIndexed` keeps it out of compression tables on every hop (RFC 7541
  /// §7.1.3). String literals and arrays are copied without an allocation of their own.
  @inlinable
  public mutating func append(name: some H2Bytes, value: some H2Bytes, neverIndexed: Bool = false) {
    name.withBytes { name in value.withBytes { value in copy(name, value, neverIndexed) } }
  }

  /// Copies a field whose name and value lie in somebody's buffer.
  @inlinable
  public mutating func append(name: RawSpan, value: RawSpan, neverIndexed: Bool = false) {
    name.withUnsafeBytes { name in value.withUnsafeBytes { value in copy(name, value, neverIndexed) } }
  }

  /// Copies a field whose value lies in somebody's buffer.
  @inlinable
  public mutating func append(name: some H2Bytes, value: RawSpan, neverIndexed: Bool = false) {
    name.withBytes { name in value.withUnsafeBytes { value in copy(name, value, neverIndexed) } }
  }

  /// Copies field `index` of another list, as it was carried there.
  public mutating func append(_ index: Int, of other: borrowing H2HeaderList) {
    var field = other.fields[index]
    let start = bytes.count
    other.bytes.withUnsafeBytes {
      bytes.append(
        contentsOf: UnsafeRawBufferPointer(rebasing: $0[field.name.lowerBound..<field.value.upperBound]))
    }
    field.move(to: start)
    fields.append(field)
  }

  @usableFromInline
  mutating func copy(
    _ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer, _ neverIndexed: Bool
  ) {
    let start = bytes.count
    bytes.append(contentsOf: name)
    bytes.append(contentsOf: value)
    let middle = start + name.count
    fields.append(Field(name: start..<middle, value: middle..<bytes.count, neverIndexed: neverIndexed))
  }
}

extension H2HeaderList {
  /// Takes away all fields from `count` on.
  public mutating func removeFields(from count: Int) {
    guard count < fields.count else { return }
    bytes.removeLast(bytes.count - (count > 0 ? fields[count - 1].value.upperBound : 0))
    fields.removeLast(fields.count - count)
  }
}

// MARK: - Reading

extension H2HeaderList {
  /// The range of the first value whose field has this name, in `bytes`.
  @inlinable
  public func value(of name: StaticString) -> Range<Int>? {
    firstIndex(of: name).map { fields[$0].value }
  }

  /// The index of the first field of this name at or after `start`.
  @inlinable
  public func firstIndex(of name: StaticString, from start: Int = 0) -> Int? {
    bytes.withUnsafeBytes { arena in
      var index = start
      while index < fields.count {
        let candidate = fields[index].name
        if candidate.count == name.utf8CodeUnitCount, fields[index].unknown == .none,
          UnsafeRawBufferPointer(rebasing: arena[candidate]).isEqual(to: name)
        {
          return index
        }
        index += 1
      }
      return nil
    }
  }

  /// Whether a range of `bytes` (a name or a value) holds exactly these bytes.
  @inlinable
  public func equals(_ range: Range<Int>, _ text: StaticString) -> Bool {
    bytes.withUnsafeBytes { UnsafeRawBufferPointer(rebasing: $0[range]).isEqual(to: text) }
  }

  /// A range of `bytes` as text, with U+FFFD where it is not UTF-8.
  public func string(_ range: Range<Int>) -> String {
    String(decoding: bytes[range], as: UTF8.self)
  }
}

// MARK: - One field

extension H2HeaderList {
  /// One field: where its name and value lie in the arena, and how HPACK carried it.
  public struct Field: Sendable, Equatable {
    /// What an observer that joined late cannot tell of a field.
    public enum Unknown: UInt8, Sendable {
      case none
      /// The value is known, the name is empty in the list.
      case name
      /// Name and value are empty in the list.
      case nameAndValue
    }

    @usableFromInline var nameStart: Int32
    @usableFromInline var valueStart: Int32
    @usableFromInline var end: Int32
    /// Must never be put into a compression table (RFC 7541 §6.2.3).
    public var isNeverIndexed: Bool
    public private(set) var unknown: Unknown = .none
    private var unknownEpoch: UInt16 = 0
    private var unknownPosition: Int32 = 0
    /// The index on the wire that referred to the unknown name or field; 0 when nothing is unknown.
    public private(set) var unknownIndex: UInt32 = 0

    init(name: Range<Int>, value: Range<Int>, neverIndexed: Bool) {
      nameStart = Int32(truncatingIfNeeded: name.lowerBound)
      valueStart = Int32(truncatingIfNeeded: value.lowerBound)
      end = Int32(truncatingIfNeeded: value.upperBound)
      isNeverIndexed = neverIndexed
    }

    @inlinable public var name: Range<Int> { Range(uncheckedBounds: (Int(nameStart), Int(valueStart))) }
    @inlinable public var value: Range<Int> { Range(uncheckedBounds: (Int(valueStart), Int(end))) }

    /// Tells unknown table entries apart: of one decoder, two fields with the same identity (not 0) refer to
    /// the same unseen entry, wherever it had moved to meanwhile. 0 when nothing is unknown.
    public var unknownIdentity: UInt64 {
      unknown == .none ? 0 : UInt64(unknownEpoch) << 32 | UInt64(UInt32(bitPattern: unknownPosition))
    }

    /// What a field counts beside its bytes (RFC 7541 §4.1, RFC 9113 §6.5.2).
    static var overhead: Int { 32 }

    /// Marks what rests on a table entry that was never seen.
    mutating func mark(_ unknown: Unknown, _ entry: HPACKUnseenEntry, index: Int) {
      self.unknown = unknown
      unknownEpoch = entry.epoch
      unknownPosition = entry.position
      unknownIndex = UInt32(truncatingIfNeeded: index)
    }

    mutating func move(to start: Int) {
      let distance = Int32(truncatingIfNeeded: start) &- nameStart
      nameStart &+= distance
      valueStart &+= distance
      end &+= distance
    }
  }
}

// MARK: - Filled by a decoder

extension H2HeaderList {
  /// Makes a field of the bytes from `start` to the end of the arena.
  @inline(__always)
  mutating func appendField(from start: Int, nameCount: Int, neverIndexed: Bool = false) {
    let middle = start &+ nameCount
    fields.append(Field(name: start..<middle, value: middle..<bytes.count, neverIndexed: neverIndexed))
  }

  @inline(__always)
  mutating func append(nameAndValue source: UnsafeRawBufferPointer, nameCount: Int) {
    let start = bytes.count
    bytes.append(copying: source)
    appendField(from: start, nameCount: nameCount)
  }

  /// Takes away what an error left behind the last field.
  mutating func dropUnfinishedField() {
    bytes.removeLast(bytes.count - (fields.last?.value.upperBound ?? 0))
  }

  mutating func markLast(_ unknown: Field.Unknown, _ entry: HPACKUnseenEntry, index: Int) {
    fields[fields.count - 1].mark(unknown, entry, index: index)
  }
}
