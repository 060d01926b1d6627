import MosnBytes

/// Reads a map field strictly: whatever `MapFieldWriter` would not have written is refused. Its memory is used again.
struct MapFieldReader: Sendable {
  /// What the items' ranges lie in.
  private(set) var bytes: [UInt8] = []
  private(set) var items: [Item] = []
  /// The class name, when HTTP/2 cannot carry it.
  private(set) var className: Range<Int>?
  /// The header, when it is no map. There are no items then.
  private(set) var opaque: Range<Int>?
  private let values = MapField.digitValues

  enum Item: Sendable, Equatable {
    /// A field with this hash; `cases` is empty when its key is all lower case.
    case reference(hash: UInt32, cases: Range<Int>, spaces: FieldValue.Spaces)
    case entry(key: Range<Int>?, value: Range<Int>?)
  }

  enum Outcome: Sendable, Equatable {
    case read
    /// The other kind, as a server that echoes its request sends it, or a later version: not meant for us.
    case foreign
    /// At this octet of the field's value, or of what it encodes.
    case malformed(offset: Int)
    case tooLarge
  }

  mutating func clear() {
    bytes.removeAll(keepingCapacity: true)
    items.removeAll(keepingCapacity: true)
    (className, opaque) = (nil, nil)
  }

  /// Reads the field's value. After anything but `read` nothing is held.
  mutating func read(_ field: RawSpan, _ value: Range<Int>, as kind: MapField.Kind, limits: TranslationLimits)
    -> Outcome
  {
    clear()
    guard value.count <= limits.mapField else { return .tooLarge }
    let outcome = decode(field, value) ?? parse(kind, limits)
    if outcome != .read { clear() }
    return outcome
  }

  /// base64url to `bytes`; nil when all went well.
  private mutating func decode(_ field: RawSpan, _ value: Range<Int>) -> Outcome? {
    let groups = value.count / 4
    bytes.append(contentsOf: repeatElement(0, count: groups * 3))
    var index = value.lowerBound
    var to = 0
    let values = values
    var octets = bytes.mutableSpan
    while value.upperBound - index >= 4 {
      let group = Self.digits(values, field, index, 4)
      guard group <= 0xff_ffff else { return .malformed(offset: index - value.lowerBound) }
      octets[to] = UInt8(truncatingIfNeeded: group >> 16)
      octets[to + 1] = UInt8(truncatingIfNeeded: group >> 8)
      octets[to + 2] = UInt8(truncatingIfNeeded: group)
      index += 4
      to += 3
    }
    let rest = value.upperBound - index
    guard rest > 0 else { return nil }
    let group = Self.digits(values, field, index, rest)
    // The bits beyond the last octet are zero, so that each field has one spelling.
    let spare: UInt32 = rest == 2 ? 0xf : 0x3
    guard rest >= 2, group <= 0xff_ffff, group & spare == 0 else {
      return .malformed(offset: index - value.lowerBound)
    }
    bytes.append(UInt8(truncatingIfNeeded: group >> (rest == 2 ? 4 : 10)))
    if rest == 3 { bytes.append(UInt8(truncatingIfNeeded: group >> 2)) }
    return nil
  }

  /// The bits of some digits; more than 24 bits when one is none.
  @inline(__always)
  private static func digits(_ values: [UInt8], _ field: RawSpan, _ index: Int, _ count: Int) -> UInt32 {
    var group: UInt32 = 0
    var bad: UInt32 = 0
    for offset in 0..<count {
      // There is one for each octet.
      let value = UInt32(values.span[unchecked: Int(field.byte(index + offset))])
      bad |= value & 0x80
      group = group << 6 | value & 0x3f
    }
    return group | bad << 24
  }

  private mutating func parse(_ kind: MapField.Kind, _ limits: TranslationLimits) -> Outcome {
    guard let first = bytes.first else { return .malformed(offset: 0) }
    guard first == kind.rawValue else { return .foreign }
    var position = 1
    while position < bytes.count {
      guard items.count < limits.entries else { return .tooLarge }
      let start = position
      let tag = bytes[position]
      position += 1
      switch tag {
      case MapField.plain, MapField.cased, MapField.spaced:
        guard let reference = reference(tag, &position) else { return .malformed(offset: start) }
        items.append(reference)
      case MapField.whole:
        guard let key = text(&position), let value = text(&position) else { return .malformed(offset: start) }
        items.append(.entry(key: key.range, value: value.range))
      case MapField.className:
        guard items.isEmpty, className == nil, let name = text(&position)?.range, !name.isEmpty else {
          return .malformed(offset: start)
        }
        className = name
      case MapField.opaque:
        guard items.isEmpty, let header = text(&position)?.range, !header.isEmpty, position == bytes.count
        else { return .malformed(offset: start) }
        opaque = header
      default: return .malformed(offset: start)
      }
    }
    return .read
  }

  private func reference(_ tag: UInt8, _ position: inout Int) -> Item? {
    guard bytes.count - position >= 3 else { return nil }
    let hash = UInt32(bytes[position]) << 16 | UInt32(bytes[position + 1]) << 8 | UInt32(bytes[position + 2])
    position += 3
    guard tag != MapField.plain else {
      return .reference(hash: hash, cases: position..<position, spaces: FieldValue.Spaces())
    }
    let isBare = tag == MapField.spaced && position < bytes.count && bytes[position] == 0
    guard let cases = isBare ? position + 1..<position + 1 : cases(&position) else { return nil }
    guard tag == MapField.spaced else {
      return .reference(hash: hash, cases: cases, spaces: FieldValue.Spaces())
    }
    if isBare { position += 1 }
    guard bytes.count - position >= 4 else { return nil }
    let spaces = FieldValue.Spaces(before: count(position), after: count(position + 2))
    position += 4
    return spaces.isNone ? nil : .reference(hash: hash, cases: cases, spaces: spaces)
  }

  private func count(_ position: Int) -> Int { Int(bytes[position]) << 8 | Int(bytes[position + 1]) }

  /// At least one octet, and the last one not zero.
  private func cases(_ position: inout Int) -> Range<Int>? {
    guard position < bytes.count, case let count = Int(bytes[position]), count > 0 else { return nil }
    guard bytes.count - position > count, bytes[position + count] != 0 else { return nil }
    defer { position += 1 + count }
    return position + 1..<position + 1 + count
  }

  private struct Text {
    let range: Range<Int>?
  }

  private func text(_ position: inout Int) -> Text? {
    guard bytes.count - position >= 2 else { return nil }
    let length = UInt16(bytes[position]) << 8 | UInt16(bytes[position + 1])
    position += 2
    if length == MapField.null { return Text(range: nil) }
    guard bytes.count - position >= Int(length) else { return nil }
    defer { position += Int(length) }
    return Text(range: position..<position + Int(length))
  }
}
