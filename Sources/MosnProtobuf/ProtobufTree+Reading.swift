import MosnBytes
import MosnText

extension ProtobufTree {
  /// The fields up to `end`, or to the end of `group`. Every message that data may be is tried once, where it stands in
  /// the one around it, so a byte is looked at no more often than messages are nested.
  mutating func readFields(
    to end: Int, of bytes: RawSpan, depth: Int, group: UInt32, as message: Int?
  ) throws(ProtobufError) {
    while offset < end {
      let start = offset
      let tag = try varint(before: end, in: bytes)
      let number = UInt32(truncatingIfNeeded: tag >> 3)
      guard tag >> 3 >= 1, tag >> 3 <= 536_870_911 else {
        throw ProtobufError(.fieldNumber, at: start, expected: 536_870_911, found: tag >> 3)
      }
      let known = schema?.field(number, of: message, wireType: tag & 7) ?? -1
      switch tag & 7 {
      case 0: try append(number, known, .varint, from: start, value: varint(before: end, in: bytes))
      case 1: try append(number, known, .fixed64, from: start, value: fixed(8, before: end, in: bytes))
      case 2: try readData(number, known, from: start, before: end, in: bytes, depth: depth)
      case 3: try readGroup(number, known, from: start, before: end, in: bytes, depth: depth)
      case 4:
        guard number == group else {
          throw ProtobufError(.groupEnd, at: start, expected: Int(group), found: UInt64(number))
        }
        return
      case 5: try append(number, known, .fixed32, from: start, value: fixed(4, before: end, in: bytes))
      case let type: throw ProtobufError(.wireType, at: start, expected: 5, found: type)
      }
    }
    if group != 0 { throw ProtobufError(.truncated, at: end, expected: 1, found: 0) }
  }

  private mutating func append(
    _ number: UInt32, _ known: Int32, _ kind: ProtobufField.Kind, from start: Int, value: UInt64 = 0,
    range: Range<Int>? = nil
  ) throws(ProtobufError) {
    guard fields.count < limits.fields else {
      throw ProtobufError(.tooManyFields, at: start, expected: limits.fields, found: UInt64(fields.count) + 1)
    }
    steps += 1
    let range = range ?? start..<offset
    fields.append(
      ProtobufField(
        number: number, kind: kind, start: UInt32(truncatingIfNeeded: range.lowerBound),
        end: UInt32(truncatingIfNeeded: range.upperBound), known: known, next: Int32(fields.count + 1),
        value: value))
  }

  private mutating func readData(
    _ number: UInt32, _ known: Int32, from start: Int, before end: Int, in bytes: RawSpan, depth: Int
  ) throws(ProtobufError) {
    let lengthStart = offset
    let length = try varint(before: end, in: bytes)
    guard length <= UInt64(end - offset) else {
      throw ProtobufError(.length, at: lengthStart, expected: end - offset, found: length)
    }
    let range = offset..<offset + Int(length)
    let index = fields.count
    try append(number, known, .bytes, from: start, range: range)
    fields[index].kind =
      if let field = schema?.known(known) {
        try kind(of: index, as: field, in: bytes, depth: depth)
      } else {
        try guess(index, in: bytes, depth: depth)
      }
    fields[index].next = Int32(fields.count)
    offset = range.upperBound
  }

  private mutating func guess(
    _ index: Int, in bytes: RawSpan, depth: Int
  ) throws(ProtobufError) -> ProtobufField.Kind {
    let text = text(in: fields[index].range, of: bytes)
    if text == .line { return .string }
    if depth < limits.depth, try isMessage(index, in: bytes, depth: depth, as: nil) { return .message }
    return text == .lines ? .string : .bytes
  }

  /// What data are that the schema knows; bytes where they are not what it says.
  private mutating func kind(
    of index: Int, as field: ProtobufSchema.KnownField, in bytes: RawSpan, depth: Int
  ) throws(ProtobufError) -> ProtobufField.Kind {
    switch field.type {
    case .string: return .string
    case .bytes: return .bytes
    case .message, .group:
      guard depth < limits.depth else { return .bytes }
      return try isMessage(index, in: bytes, depth: depth, as: field.target) ? .message : .bytes
    default:
      var numbers = ProtobufPacked(fields[index].range, of: field.type)
      while numbers.next(in: bytes) != nil { steps += 1 }
      return numbers.isBroken ? .bytes : .packed
    }
  }

  /// Whether the data of a field are wholly a message, whose fields then stand behind it.
  private mutating func isMessage(
    _ index: Int, in bytes: RawSpan, depth: Int, as message: Int?
  ) throws(ProtobufError) -> Bool {
    let range = fields[index].range
    do throws(ProtobufError) {
      offset = range.lowerBound
      try readFields(to: range.upperBound, of: bytes, depth: depth + 1, group: 0, as: message)
      return true
    } catch {
      if error.rule == .tooManyFields {
        markPartial(index, .message)
        throw error
      }
      fields.removeSubrange((index + 1)...)
      return false
    }
  }

  private mutating func readGroup(
    _ number: UInt32, _ known: Int32, from start: Int, before end: Int, in bytes: RawSpan, depth: Int
  ) throws(ProtobufError) {
    guard depth < limits.depth else {
      throw ProtobufError(.tooDeep, at: start, expected: limits.depth, found: UInt64(depth) + 1)
    }
    let index = fields.count
    try append(number, known, .group, from: start, range: offset..<end)
    do throws(ProtobufError) {
      let message = schema?.known(known)?.target
      try readFields(to: end, of: bytes, depth: depth + 1, group: number, as: message)
    } catch {
      markPartial(index, .group)
      throw error
    }
    fields[index].next = Int32(fields.count)
    fields[index].end = UInt32(truncatingIfNeeded: offset)
  }

  private mutating func markPartial(_ index: Int, _ kind: ProtobufField.Kind) {
    fields[index].kind = kind
    fields[index].isPartial = true
    fields[index].next = Int32(fields.count)
  }

  private enum Text { case line, lines, none }

  private mutating func text(in range: Range<Int>, of bytes: RawSpan) -> Text {
    var pieces = UTF8Pieces(range)
    var text = Text.line
    while let piece = pieces.next(in: bytes) {
      steps += 1
      switch piece {
      case .scalar("\t"), .scalar("\n"), .scalar("\r"): text = .lines
      case .scalar(let scalar) where scalar.isActedUpon: return .none
      case .scalar: break
      case .invalid: return .none
      }
    }
    return text
  }

  private mutating func varint(before end: Int, in bytes: RawSpan) throws(ProtobufError) -> UInt64 {
    let start = offset
    var value: UInt64 = 0
    for place in 0..<10 {
      guard offset < end else {
        throw ProtobufError(.truncated, at: start, expected: place + 1, found: UInt64(place))
      }
      let byte = UInt64(bytes.byte(offset))
      offset += 1
      if place == 9, byte > 1 { break }
      value |= (byte & 0x7f) << UInt64(7 * place)
      if byte < 0x80 { return value }
    }
    throw ProtobufError(.varintTooLong, at: start, expected: 10, found: 11)
  }

  private mutating func fixed(
    _ count: Int, before end: Int, in bytes: RawSpan
  ) throws(ProtobufError) -> UInt64 {
    guard count <= end - offset else {
      throw ProtobufError(.truncated, at: offset, expected: count, found: UInt64(end - offset))
    }
    defer { offset += count }
    return count == 4
      ? UInt64(bytes.integer(UInt32.self, at: offset, .little))
      : bytes.integer(UInt64.self, at: offset, .little)
  }
}
