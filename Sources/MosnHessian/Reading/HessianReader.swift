import MosnBytes

/// Reads a content value by value, without copying anything: the draft grammar of Hessian 2 as sofa-hessian writes it,
/// and Hessian 1. The values follow each other to the end of the bytes, and share classes, types and references.
///
/// An error is final. Nothing that a content declares is trusted: lengths are compared with the bytes left, depth and
/// number of values with the limits. A reference stays a number, so a content costs what its bytes cost.
public struct HessianReader: Sendable {
  public let limits: HessianLimits
  /// Of the next byte that is read.
  public internal(set) var offset = 0
  public private(set) var names = HessianNames()
  /// Lists, maps and objects so far; a reference names one of them by its number, from 0.
  public private(set) var containers = 0
  /// What was done: tokens, chunks and names. At most two for every byte.
  public internal(set) var steps = 0
  /// The beginning of the text in which the bytes ended.
  var unfinished: HessianToken?
  private var values = 0
  private var open: [OpenContainer] = []
  private var failure: HessianError?

  public init(limits: HessianLimits = HessianLimits()) { self.limits = limits }

  /// Begins anew, for other bytes, with the memory it has.
  public mutating func reset() {
    names.removeAll()
    open.removeAll(keepingCapacity: true)
    (offset, containers, steps, values) = (0, 0, 0, 0)
    (unfinished, failure) = (nil, nil)
  }

  /// How many lists, maps and objects are open.
  public var depth: Int { open.count }

  /// The next token; nil at the end. The bytes are the same at every call.
  public mutating func next(in bytes: RawSpan) throws(HessianError) -> HessianToken? {
    if let failure { throw failure }
    do throws(HessianError) {
      return try advance(in: bytes)
    } catch {
      failure = error
      throw error
    }
  }

  private mutating func advance(in bytes: RawSpan) throws(HessianError) -> HessianToken? {
    steps += 1
    if bytes.byteCount > limits.size {
      throw HessianError(.tooLong, at: 0, expected: limits.size, found: bytes.byteCount)
    }
    if let innermost = open.last {
      if innermost.isComplete { return close(at: offset) }
    } else if offset == bytes.byteCount {
      return nil
    }
    let start = offset
    var code = try byte(in: bytes)
    if code == HessianCode.end, let innermost = open.last, innermost.hasEnd {
      try innermost.checkEnd(at: start)
      return close(at: start)
    }
    while code == HessianCode.classDefinition {
      try readClass(in: bytes)
      code = try byte(in: bytes)
    }
    try count(at: start)
    if !open.isEmpty { open[open.count - 1].seen += 1 }
    return try readValue(code, from: start, in: bytes)
  }

  private mutating func close(at start: Int) -> HessianToken {
    open.removeLast()
    return token(.end, from: start)
  }

  /// A value or a name more.
  private mutating func count(at start: Int) throws(HessianError) {
    values += 1
    if values > limits.values {
      throw HessianError(.tooManyValues, at: start, expected: limits.values, found: values)
    }
  }

  func token(
    _ kind: HessianToken.Kind, from start: Int, bits: UInt64 = 0, name: UInt32 = HessianToken.none,
    isChunked: Bool = false
  ) -> HessianToken {
    HessianToken(
      kind: kind, isChunked: isChunked, name: name, start: UInt32(truncatingIfNeeded: start),
      stop: UInt32(truncatingIfNeeded: offset), bits: bits)
  }

  mutating func begin(
    _ kind: HessianToken.Kind, from start: Int, _ container: OpenContainer, name: UInt32 = HessianToken.none
  ) throws(HessianError) -> HessianToken {
    if open.count >= limits.depth {
      throw HessianError(.tooDeep, at: start, expected: limits.depth, found: open.count + 1)
    }
    if let length = container.length, length > limits.values - values {
      throw HessianError(.tooManyValues, at: start, expected: limits.values - values, found: length)
    }
    open.append(container)
    containers += 1
    let bits = container.length.map { UInt64($0) } ?? HessianToken.undeclared
    return token(kind, from: start, bits: bits, name: name)
  }

  /// `O`: a name, the number of fields and their names.
  private mutating func readClass(in bytes: RawSpan) throws(HessianError) {
    let start = offset
    try count(at: start)
    let units = try integer(in: bytes)
    let name = try text(units: units, from: start, in: bytes)
    let countStart = offset
    let count = try integer(in: bytes)
    try check(length: count, from: countStart, in: bytes)
    let first = names.fields.count
    for _ in 0..<count {
      steps += 1
      try self.count(at: offset)
      let start = offset
      let code = try byte(in: bytes)
      let field = try readText(code, from: start, in: bytes, isName: true)
      names.fields.append(field.text)
    }
    names.classes.append(HessianClass(name: name, fields: first..<first + count))
  }

  /// The type of a list or a map, if it has one: a name, or the number of one. sofa-hessian writes `u` for a number and
  /// reads `T`, too; `T` is a boolean where no number of a type follows.
  mutating func readType(in bytes: RawSpan) throws(HessianError) -> UInt32 {
    guard offset < bytes.byteCount else { return HessianToken.none }
    let start = offset
    switch bytes.byte(start) {
    case HessianCode.type:
      offset += 1
      try count(at: start)
      let length = Int(try uint16(in: bytes))
      names.types.append(try text(units: length, from: start, in: bytes))
      return UInt32(truncatingIfNeeded: names.types.count - 1)
    case HessianCode.typeNumber:
      offset += 1
      return try typeNumber(in: bytes)
    case HessianCode.yes:
      offset += 1
      if offset < bytes.byteCount, Self.isInteger(bytes.byte(offset)), let number = try? typeNumber(in: bytes)
      {
        return number
      }
      offset = start
      return HessianToken.none
    default: return HessianToken.none
    }
  }

  mutating func typeNumber(in bytes: RawSpan) throws(HessianError) -> UInt32 {
    let start = offset
    let number = try integer(in: bytes)
    return try index(number, below: names.types.count, .unknownType, at: start)
  }

  func index(
    _ number: Int, below count: Int, _ rule: HessianError.Rule, at start: Int
  ) throws(HessianError) -> UInt32 {
    guard number >= 0, number < count else {
      throw HessianError(rule, at: start, expected: count, found: number)
    }
    return UInt32(truncatingIfNeeded: number)
  }
}

/// A list, a map or an object whose end was not read yet.
struct OpenContainer: Sendable {
  /// Values to come in all; nil of a map, and of a list that ends where `z` stands.
  let length: Int?
  /// Whether it ends with `z`.
  let hasEnd: Bool
  let isMap: Bool
  var seen = 0

  init(length: Int?, hasEnd: Bool, isMap: Bool = false) {
    (self.length, self.hasEnd, self.isMap) = (length, hasEnd, isMap)
  }

  var isComplete: Bool { !hasEnd && seen == length }

  func checkEnd(at offset: Int) throws(HessianError) {
    if let length, seen != length {
      throw HessianError(.listLength, at: offset, expected: length, found: seen)
    }
    if isMap, seen % 2 == 1 { throw HessianError(.valueExpected, at: offset, found: Int(HessianCode.end)) }
  }
}
