import BoltCodec
import H2Codec
import MosnBytes

/// The fields behind the pseudo-header fields.
extension BoltToHTTP2 {
  /// The property set, the entries of the map and the map field.
  mutating func fields(
    _ frame: BoltFrame, in bytes: RawSpan, _ facts: Facts, _ kind: MapField.Kind, _ sendsMapField: Bool,
    into list: inout H2HeaderList
  ) {
    losses.removeAll(keepingCapacity: true)
    map.begin(kind)

    var facts = facts
    (facts.headerLength, facts.contentLength) = (frame.headerLength, frame.contentLength)
    facts.className = frame.className
    // Of a repeated property a receiver believes none, and MOSN repeats a field for each comma.
    if !FieldValue.isPlain(bytes, frame.className)
      || bytes.firstIndex(of: UInt8(ascii: ","), in: frame.className) != nil
    {
      map.className(bytes, frame.className)
      losses.append(TranslationLoss(kind: sendsMapField ? .mapFieldOnly : .dropped, name: frame.className))
      facts.className = frame.className.lowerBound..<frame.className.lowerBound
    }
    properties(facts, bytes, into: &list)

    entries(frame.headerMap, bytes, sendsMapField, into: &list)
    if sendsMapField {
      map.finish()
      list.append(name: "x-mosnd-map" as StaticString, value: map.text)
    }
  }

  /// The entries in their order; or all of the header in the map field, where it is no map.
  private mutating func entries(
    _ header: Range<Int>, _ bytes: RawSpan, _ sendsMapField: Bool, into list: inout H2HeaderList
  ) {
    let (start, mark, lost) = (list.count, map.mark, losses.count)
    func undo() {
      list.removeFields(from: start)
      map.rewind(to: mark)
      losses.removeLast(losses.count - lost)
    }
    do throws(BoltError) {
      try append(header, bytes, sendsMapField, shuns: nil, into: &list)
      guard let shunned = collisions() else { return }
      undo()
      try append(header, bytes, sendsMapField, shuns: shunned, into: &list)
    } catch {
      undo()
      map.opaque(bytes, header)
      losses.append(TranslationLoss(kind: sendsMapField ? .mapFieldOnly : .dropped, name: header))
    }
  }

  /// Names that another key has in lower case: in HTTP/2 both would be one, and the next hop could not tell which of
  /// them the server will see. Nil: there are none.
  private func collisions() -> [UInt32]? {
    guard !casedNames.isEmpty else { return nil }
    var found: [UInt32] = []
    for hash in casedNames where plainNames.contains(hash) { found.append(hash) }
    return found.isEmpty ? nil : found
  }

  /// - Parameter shuns: hashes of names that keys with upper-case letters must not become.
  private mutating func append(
    _ header: Range<Int>, _ bytes: RawSpan, _ sendsMapField: Bool, shuns: [UInt32]?,
    into list: inout H2HeaderList
  ) throws(BoltError) {
    plainNames.removeAll(keepingCapacity: true)
    casedNames.removeAll(keepingCapacity: true)
    var cursor = BoltHeaderCursor(in: header)
    while let entry = try cursor.next(in: bytes) {
      if let (hash, spaces) = appendPlainly(entry, bytes, shuns, into: &list) {
        if cases.isEmpty { plainNames.append(hash) } else { casedNames.append(hash) }
        map.reference(hash, cases: cases, spaces: spaces)
        guard !sendsMapField else { continue }
        if !cases.isEmpty { losses.append(TranslationLoss(kind: .keyCase, name: entry.key ?? 0..<0)) }
        if !spaces.isNone { losses.append(TranslationLoss(kind: .spaces, name: entry.key ?? 0..<0)) }
      } else {
        map.entry(bytes, key: entry.key, value: entry.value)
        losses.append(
          TranslationLoss(kind: sendsMapField ? .mapFieldOnly : .dropped, name: entry.key ?? 0..<0))
      }
    }
  }

  /// Appends the entry as a field of its own and gives back the hash of its name, and what its value lost; nil when it
  /// must not be one. What was upper case stands in `cases` then.
  private mutating func appendPlainly(
    _ entry: BoltHeaderEntry, _ bytes: RawSpan, _ shuns: [UInt32]?, into list: inout H2HeaderList
  ) -> (UInt32, FieldValue.Spaces)? {
    guard let key = entry.key, let value = entry.value, !key.isEmpty,
      let (trimmed, spaces) = FieldValue.trimmed(bytes, value), lower(key, bytes)
    else { return nil }
    let name = text.span.bytes
    let hash = FieldName.hash(name, 0..<key.count)
    if let match = table.match(hash, name, 0..<key.count), !match.role.isFree { return nil }
    if !cases.isEmpty, let shuns, shuns.contains(hash) { return nil }
    list.append(name: name.extracting(0..<key.count), value: bytes.extracting(trimmed))
    return (hash, spaces)
  }

  /// The key as a field's name at the beginning of `text`, its upper-case octets into `cases`; false when it can be
  /// none.
  private mutating func lower(_ key: Range<Int>, _ bytes: RawSpan) -> Bool {
    if text.count < key.count { text.append(contentsOf: repeatElement(0, count: key.count - text.count)) }
    if !cases.isEmpty { cases.removeAll(keepingCapacity: true) }
    var isCased = false
    let isName = text.withUnsafeMutableBytes { text in
      wire.withUnsafeBytes { wire in
        for index in 0..<key.count {
          let octet = bytes.byte(key.lowerBound &+ index)
          let lowered = wire[Int(octet)]
          if lowered == 0 { return false }
          text[index] = lowered
          isCased = isCased || lowered != octet
        }
        return true
      }
    }
    return isName && (!isCased || noteCases(key, bytes))
  }

  /// False when there is no counting them in the map field.
  private mutating func noteCases(_ key: Range<Int>, _ bytes: RawSpan) -> Bool {
    for index in 0..<key.count where bytes.byte(key.lowerBound + index) != text[index] {
      guard index < FieldName.longestCased else { return false }
      while cases.count <= index / 8 { cases.append(0) }
      cases[index / 8] |= 1 << UInt8(index % 8)
    }
    return true
  }
}
