import MosnBytes

/// A piece of JSON; ranges are those of the bytes, of strings without their quotes.
enum JSONToken: Equatable {
  case beginObject, endObject, beginArray, endArray
  case key(Range<Int>)
  case string(Range<Int>)
  /// A number, `true`, `false` or `null`.
  case literal(Range<Int>)
}

/// Walks through one value of JSON (RFC 8259), token by token.
struct JSONTokens: Sendable {
  /// Objects and arrays in one another: what walks them remembers each.
  static let depth = 128

  private var offset = 0
  private var place = Place.value
  /// The brackets that are open: whether each is an object's.
  private var open: [Bool] = []

  private enum Place { case value, firstValue, firstKey, key, behindValue, over }

  mutating func restart() {
    (offset, place) = (0, .value)
    open.removeAll(keepingCapacity: true)
  }

  /// Nil behind the last.
  mutating func next(in bytes: RawSpan) throws(JSONError) -> JSONToken? {
    skipBlanks(in: bytes)
    if place == .behindValue, current(in: bytes) == UInt8(ascii: ",") {
      offset += 1
      place = open.last == true ? .key : .value
      skipBlanks(in: bytes)
    }
    switch place {
    case .value: return try value(in: bytes)
    case .firstValue:
      return current(in: bytes) == UInt8(ascii: "]") ? close() : try value(in: bytes)
    case .firstKey:
      return current(in: bytes) == UInt8(ascii: "}") ? close() : try key(in: bytes)
    case .key: return try key(in: bytes)
    case .behindValue:
      guard current(in: bytes) == UInt8(ascii: open.last == true ? "}" : "]") else {
        throw fault(.commaExpected, in: bytes)
      }
      return close()
    case .over:
      if offset < bytes.byteCount { throw fault(.endExpected, in: bytes) }
      return nil
    }
  }

  private func current(in bytes: RawSpan) -> UInt8? { offset < bytes.byteCount ? bytes.byte(offset) : nil }

  private func fault(_ rule: JSONError.Rule, in bytes: RawSpan) -> JSONError {
    let found = current(in: bytes)
    return JSONError(rule: found == nil ? .truncated : rule, offset: offset, found: found)
  }

  private mutating func skipBlanks(in bytes: RawSpan) {
    while let byte = current(in: bytes), byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 {
      offset += 1
    }
  }

  private mutating func value(in bytes: RawSpan) throws(JSONError) -> JSONToken {
    switch current(in: bytes) {
    case UInt8(ascii: "{"): return try begin(isObject: true, in: bytes)
    case UInt8(ascii: "["): return try begin(isObject: false, in: bytes)
    case UInt8(ascii: "\""):
      let range = try string(in: bytes)
      end()
      return .string(range)
    case UInt8(ascii: "t"): return try word("true", in: bytes)
    case UInt8(ascii: "f"): return try word("false", in: bytes)
    case UInt8(ascii: "n"): return try word("null", in: bytes)
    case let byte? where byte == UInt8(ascii: "-") || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte:
      return try number(in: bytes)
    default: throw fault(.valueExpected, in: bytes)
    }
  }

  private mutating func begin(isObject: Bool, in bytes: RawSpan) throws(JSONError) -> JSONToken {
    guard open.count < Self.depth else { throw fault(.tooDeep, in: bytes) }
    offset += 1
    open.append(isObject)
    place = isObject ? .firstKey : .firstValue
    return isObject ? .beginObject : .beginArray
  }

  private mutating func close() -> JSONToken {
    offset += 1
    let wasObject = open.popLast() ?? false
    end()
    return wasObject ? .endObject : .endArray
  }

  private mutating func end() { place = open.isEmpty ? .over : .behindValue }

  private mutating func key(in bytes: RawSpan) throws(JSONError) -> JSONToken {
    guard current(in: bytes) == UInt8(ascii: "\"") else { throw fault(.keyExpected, in: bytes) }
    let range = try string(in: bytes)
    skipBlanks(in: bytes)
    guard current(in: bytes) == UInt8(ascii: ":") else { throw fault(.colonExpected, in: bytes) }
    offset += 1
    place = .value
    return .key(range)
  }

  private mutating func string(in bytes: RawSpan) throws(JSONError) -> Range<Int> {
    offset += 1
    let start = offset
    while let byte = current(in: bytes) {
      switch byte {
      case UInt8(ascii: "\""):
        offset += 1
        return start..<offset - 1
      case UInt8(ascii: "\\"): try escape(in: bytes)
      case ..<0x20: throw fault(.controlCharacter, in: bytes)
      default: offset += 1
      }
    }
    throw fault(.truncated, in: bytes)
  }

  private mutating func escape(in bytes: RawSpan) throws(JSONError) {
    offset += 1
    switch current(in: bytes) {
    case UInt8(ascii: "u"):
      offset += 1
      for _ in 0..<4 {
        guard let byte = current(in: bytes), JSONStringPieces.hexadecimal(byte) != nil else {
          throw fault(.escape, in: bytes)
        }
        offset += 1
      }
    case let byte? where JSONStringPieces.escapes[byte] != nil: offset += 1
    default: throw fault(.escape, in: bytes)
    }
  }

  private mutating func word(_ word: StaticString, in bytes: RawSpan) throws(JSONError) -> JSONToken {
    let start = offset
    for index in 0..<word.utf8CodeUnitCount {
      guard current(in: bytes) == word.utf8Start[index] else { throw fault(.valueExpected, in: bytes) }
      offset += 1
    }
    end()
    return .literal(start..<offset)
  }

  private mutating func number(in bytes: RawSpan) throws(JSONError) -> JSONToken {
    let start = offset
    if current(in: bytes) == UInt8(ascii: "-") { offset += 1 }
    if current(in: bytes) == UInt8(ascii: "0") { offset += 1 } else { try digits(in: bytes) }
    if current(in: bytes) == UInt8(ascii: ".") {
      offset += 1
      try digits(in: bytes)
    }
    if let byte = current(in: bytes), byte | 0x20 == UInt8(ascii: "e") {
      offset += 1
      if let sign = current(in: bytes), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { offset += 1 }
      try digits(in: bytes)
    }
    end()
    return .literal(start..<offset)
  }

  private mutating func digits(in bytes: RawSpan) throws(JSONError) {
    let start = offset
    while let byte = current(in: bytes), UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte { offset += 1 }
    if offset == start { throw fault(.number, in: bytes) }
  }
}
