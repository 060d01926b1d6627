import BoltCodec
import H2Codec
import MosnBytes

/// The entries of bolt's header map.
extension HTTP2ToBolt {
  mutating func appendEntries(
    _ list: H2HeaderList, _ bytes: RawSpan, _ parts: inout [UInt8]
  ) throws(TranslationError) {
    parts.reserveCapacity(parts.count + list.bytes.count + 8 * list.count)
    if head.dialect == .mosnd {
      // A header that is no map has no place for anything a hop added.
      if let header = map.opaque { return parts.append(map.bytes.span.bytes, header) }
      if isInOrder { try appendInOrder(list, bytes, &parts) } else { try appendMended(list, bytes, &parts) }
    }
    // Without a map field these are all of them; with one, those a hop added.
    for index in head.entries.indices where !head.entries[index].isTaken && isCarried(head.entries[index]) {
      appendJoined(index, cases: 0..<0, list, bytes, &parts)
    }
  }

  /// Whether a field no map field claims becomes an entry.
  private func isCarried(_ entry: H2Head.Entry) -> Bool {
    switch entry.role {
    // A number only enters where it is no property.
    case nil, .read, .number: true
    case .target, .added: keepsHTTP
    case .text, .derived, .hidden, .hop: false
    }
  }

  /// The fields are those the map field refers to, in the same order: nothing happened on the way.
  private var isInOrder: Bool {
    var next = head.entries.startIndex
    for item in map.items {
      guard case .reference(let hash, _, _) = item else { continue }
      while next < head.entries.endIndex, !isClaimable(head.entries[next]) { next += 1 }
      guard next < head.entries.endIndex, head.entries[next].hash == hash else { return false }
      next += 1
    }
    return head.entries[next...].allSatisfy { !isClaimable($0) }
  }

  /// Whether a mosnd may have written the entry as this field.
  private func isClaimable(_ entry: H2Head.Entry) -> Bool {
    entry.role?.isFree ?? true
  }

  private mutating func appendInOrder(
    _ list: H2HeaderList, _ bytes: RawSpan, _ parts: inout [UInt8]
  ) throws(TranslationError) {
    var next = head.entries.startIndex
    for item in map.items {
      switch item {
      case .entry(let key, let value): appendWhole(key, value, &parts)
      case .reference(_, let cases, let spaces):
        while !isClaimable(head.entries[next]) { next += 1 }
        append(next, cases: cases, spaces, list, bytes, &parts)
        next += 1
      }
    }
  }

  /// Fields were added, taken away, joined, split or put in another order: each reference takes the next field of its
  /// hash; when there are more or fewer fields than references, the first reference takes them all.
  private mutating func appendMended(
    _ list: H2HeaderList, _ bytes: RawSpan, _ parts: inout [UInt8]
  ) throws(TranslationError) {
    for index in map.items.indices {
      switch map.items[index] {
      case .entry(let key, let value): appendWhole(key, value, &parts)
      case .reference(let hash, let cases, let spaces):
        var fields = 0
        var first: Int?
        for entry in head.entries.indices where isFree(entry, hash) {
          first = first ?? entry
          fields += 1
        }
        guard let first else {
          lose(.missing, 0..<0)
          continue
        }
        if fields == 1 || fields == references(to: hash, from: index) {
          append(first, cases: cases, spaces, list, bytes, &parts)
        } else {
          appendJoined(first, cases: cases, list, bytes, &parts)
        }
      }
    }
  }

  private func references(to hash: UInt32, from index: Int) -> Int {
    var count = 0
    for case .reference(hash, _, _) in map.items[index...] { count += 1 }
    return count
  }

  private func isFree(_ index: Int, _ hash: UInt32) -> Bool {
    let entry = head.entries[index]
    return entry.hash == hash && !entry.isTaken && isClaimable(entry)
  }

  /// An entry only the map field holds. What a field could have said is none: the plain field decides, also by not being
  /// there.
  private mutating func appendWhole(_ key: Range<Int>?, _ value: Range<Int>?, _ parts: inout [UInt8]) {
    guard !isUsurper(key, value) else { return lose(.mapField, 0..<0) }
    let bytes = map.bytes.span.bytes
    parts.appendText(bytes, key)
    parts.appendText(bytes, value)
  }

  /// Whether a mosnd would have written the entry as a field. It does not where another key has the name in lower case.
  private mutating func isUsurper(_ key: Range<Int>?, _ value: Range<Int>?) -> Bool {
    guard let key, let value, !key.isEmpty, FieldName.lowercase(map.bytes, key, into: &name) else {
      return false
    }
    let bytes = map.bytes.span.bytes
    let span = name.span.bytes
    let hash = FieldName.hash(span, 0..<name.count)
    if let match = head.table.match(hash, span, 0..<name.count), !match.role.isFree { return false }
    let isCased = !bytes.isEqual(key, to: span)
    if isCased, routedNames.contains(name), head.entries.contains(where: { $0.hash == hash }) || isWhole(span)
    {
      return true
    }
    guard FieldValue.trimmed(bytes, value) != nil, key.count <= FieldName.longestCased || !isCased else {
      return false
    }
    return !(isCased && head.entries.contains { $0.hash == hash })
  }

  /// Whether the map field has an entry of exactly this key.
  private func isWhole(_ name: RawSpan) -> Bool {
    let bytes = map.bytes.span.bytes
    for case .entry(let key?, .some) in map.items where bytes.isEqual(key, to: name) { return true }
    return false
  }

  /// Whether another field of this hash has its name in lower case: a mosnd does not write both as fields.
  private func isSecondSpelling(_ hash: UInt32) -> Bool {
    for case .reference(hash, let cases, _) in map.items where cases.isEmpty { return true }
    return false
  }

  /// The field at `index` of the entries, as the map field spells it.
  private mutating func append(
    _ index: Int, cases: Range<Int>, _ spaces: FieldValue.Spaces, _ list: H2HeaderList, _ bytes: RawSpan,
    _ parts: inout [UInt8]
  ) {
    let field = list.fields[Int(head.entries[index].field)]
    head.entries[index].isTaken = true
    guard cases.isEmpty || !isSecondSpelling(head.entries[index].hash) else {
      return lose(.mapField, field.name)
    }
    appendKey(field.name, cases: cases, bytes, &parts)
    guard !spaces.isNone else { return parts.appendText(bytes, field.value) }
    parts.appendLength(spaces.before + field.value.count + spaces.after)
    parts.append(contentsOf: repeatElement(UInt8(ascii: " "), count: spaces.before))
    parts.append(bytes, field.value)
    parts.append(contentsOf: repeatElement(UInt8(ascii: " "), count: spaces.after))
  }

  /// The field at `index` of the entries, and behind commas every later one of the same name.
  private mutating func appendJoined(
    _ index: Int, cases: Range<Int>, _ list: H2HeaderList, _ bytes: RawSpan, _ parts: inout [UInt8]
  ) {
    let entry = head.entries[index]
    let field = list.fields[Int(entry.field)]
    head.entries[index].isTaken = true
    appendKey(field.name, cases: cases, bytes, &parts)
    let length = parts.count
    parts.appendText(bytes, field.value)
    var isJoined = false
    var next = index + 1
    while next < head.entries.count {
      if head.entries[next].hash == entry.hash, !head.entries[next].isTaken {
        let other = list.fields[Int(head.entries[next].field)]
        if bytes.isEqual(other.name, to: bytes, field.name) {
          head.entries[next].isTaken = true
          isJoined = true
          // RFC 9113 §8.2.3 for cookies, RFC 9110 §5.3 for all others.
          parts.append(bytes.isEqual(field.name, to: "cookie") ? "; " : ",")
          parts.append(bytes, other.value)
        }
      }
      next += 1
    }
    if isJoined {
      parts.setLength(parts.count - length - 4, at: length)
      lose(.joined, field.name)
    }
  }

  /// The key as it was spelled; as it came when the bits do not fit it, which a mosnd does not write.
  private mutating func appendKey(
    _ name: Range<Int>, cases: Range<Int>, _ bytes: RawSpan, _ parts: inout [UInt8]
  ) {
    parts.appendText(bytes, name)
    guard !cases.isEmpty else { return }
    let start = parts.count - name.count
    for octet in cases {
      var bits = map.bytes[octet]
      while bits != 0 {
        let index = (octet - cases.lowerBound) * 8 + bits.trailingZeroBitCount
        guard index < name.count, 0...25 ~= parts[start + index] &- UInt8(ascii: "a") else {
          parts.removeLast(name.count)
          parts.append(bytes, name)
          return lose(.mapField, name)
        }
        parts[start + index] &-= 0x20
        bits &= bits - 1
      }
    }
  }
}

extension [UInt8] {
  /// A length and what it counts; nil is null.
  @inline(__always)
  mutating func appendText(_ bytes: RawSpan, _ range: Range<Int>?) {
    appendLength(range?.count ?? -1)
    if let range { append(bytes, range) }
  }

  @inline(__always)
  mutating func appendEntry(
    _ key: StaticString, _ bytes: RawSpan, _ value: Range<Int>, followedBy more: [UInt8] = []
  ) {
    appendLength(key.utf8CodeUnitCount)
    append(key)
    appendLength(value.count + more.count)
    append(bytes, value)
    append(contentsOf: more)
  }

  mutating func setLength(_ length: Int, at offset: Int) {
    let value = UInt32(truncatingIfNeeded: length)
    self[offset] = UInt8(truncatingIfNeeded: value >> 24)
    self[offset + 1] = UInt8(truncatingIfNeeded: value >> 16)
    self[offset + 2] = UInt8(truncatingIfNeeded: value >> 8)
    self[offset + 3] = UInt8(truncatingIfNeeded: value)
  }

  @inline(__always) mutating func appendLength(_ length: Int) {
    append(bigEndian: Int32(truncatingIfNeeded: length))
  }
}
