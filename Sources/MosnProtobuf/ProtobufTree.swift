/// What a reader takes at most.
public struct ProtobufLimits: Sendable, Hashable {
  /// Bytes of a message.
  public var size = 16 << 20 {
    didSet { size = min(size, Int(Int32.max)) }
  }
  /// Messages and groups in one another, 1...128: reading recurses so deep, and each level may look at a byte once more.
  public var depth = 32 {
    didSet { depth = min(max(depth, 1), 128) }
  }
  /// Each takes 32 bytes of memory, and at least one of input.
  public var fields = 262_144

  public init() {}
}

/// A field, as far as the wire tells. Behind it follow those it holds.
public struct ProtobufField: Sendable, Hashable {
  /// What the wire type says; of data (wire type 2), a guess that its bytes allow.
  public enum Kind: UInt8, Sendable, Hashable {
    case varint, fixed64, fixed32, group
    /// Data that are UTF-8 and nothing but printable characters; or those and `\t`, `\n`, `\r`, and no message.
    case string
    /// Data that are wholly a message.
    case message
    case bytes
    /// Data that are the numbers of a repeated field, one behind the other; only a schema tells.
    case packed
  }

  public let number: UInt32
  public internal(set) var kind: Kind
  /// Whether reading stopped inside it.
  public internal(set) var isPartial = false
  let start: UInt32
  var end: UInt32
  /// In the schema's fields; below 0 where it does not know this one.
  let known: Int32
  /// Where in `ProtobufTree.fields` the first one stands that it does not hold.
  public internal(set) var next: Int32 = 0
  /// Of a varint or a fixed one, without a sign.
  public let value: UInt64

  /// Its value's bytes: of data behind the length, of a group those of its fields.
  public var range: Range<Int> { Int(start)..<Int(end) }
  /// As sint32 and sint64 mean it.
  public var zigzag: Int64 { Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1) }
}

/// The fields of a message, one after the other in one array, each before those it holds. Without a schema names and types
/// are unknown: what data hold is a guess.
///
/// Where the bytes break a rule, the tree holds what stands before and `failure` says why it ends there.
public struct ProtobufTree: Sendable {
  public let limits: ProtobufLimits
  public internal(set) var fields: [ProtobufField] = []
  public private(set) var failure: ProtobufError?
  let schema: ProtobufSchema?
  /// What a message is in the schema (`ProtobufSchema.message`): to be said before it is read.
  public var message: Int?
  /// What was done: fields, and bytes looked at for text. At most two for every byte and level.
  public internal(set) var steps = 0
  var offset = 0

  public init(limits: ProtobufLimits = ProtobufLimits(), schema: ProtobufSchema? = nil) {
    (self.limits, self.schema) = (limits, schema)
  }

  public init(_ bytes: RawSpan, limits: ProtobufLimits = ProtobufLimits()) {
    self.init(limits: limits)
    read(bytes)
  }

  /// Reads another message with the memory of the one before.
  public mutating func read(_ bytes: RawSpan) {
    fields.removeAll(keepingCapacity: true)
    (failure, steps, offset) = (nil, 0, 0)
    do throws(ProtobufError) {
      guard bytes.byteCount <= limits.size else {
        throw ProtobufError(.tooLong, at: 0, expected: limits.size, found: UInt64(bytes.byteCount))
      }
      try readFields(to: bytes.byteCount, of: bytes, depth: 1, group: 0, as: message)
    } catch {
      failure = error
    }
  }

  /// The fields that no other one holds.
  public var roots: ProtobufSiblings { ProtobufSiblings(fields, next: 0, end: fields.count) }

  public func children(of index: Int) -> ProtobufSiblings {
    ProtobufSiblings(fields, next: index + 1, end: Int(fields[index].next))
  }
}

/// Fields beside each other, as indices in `ProtobufTree.fields`.
public struct ProtobufSiblings: Sequence, IteratorProtocol, Sendable {
  private let fields: [ProtobufField]
  private var index: Int
  private let end: Int

  init(_ fields: [ProtobufField], next: Int, end: Int) {
    (self.fields, index, self.end) = (fields, next, end)
  }

  public mutating func next() -> Int? {
    guard index < end else { return nil }
    defer { index = Int(fields[index].next) }
    return index
  }
}
