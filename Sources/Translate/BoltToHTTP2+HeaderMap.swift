import BoltCodec
import H2Codec
import MosnBytes

/// The fields behind the pseudo-header fields.
extension BoltToHTTP2 {
  /// The property set, the entries of the map and the map field.
  mutating func fields(
    _ frame: BoltFrame, in bytes: RawSpan, _ requestID: UInt32, _ kind: MapField.Kind, _ sendsMapField: Bool,
    into list: inout H2HeaderList
  ) throws(TranslationError) {
    losses.removeAll(keepingCapacity: true)
    map.begin(kind)

    var className = frame.className
    // Of a repeated property a receiver believes none, and MOSN repeats a field for each comma.
    if !FieldValue.isPlain(bytes, className) || bytes.firstIndex(of: UInt8(ascii: ","), in: className) != nil
    {
      map.className(bytes, className)
      losses.append(TranslationLoss(kind: sendsMapField ? .mapFieldOnly : .dropped, name: className))
      className = className.lowerBound..<className.lowerBound
    }
    properties(
      Facts(
        head: frame.head, requestID: requestID, className: className, headerLength: frame.headerLength,
        contentLength: frame.contentLength),
      bytes, into: &list)

    var cursor = BoltHeaderCursor(in: frame.headerMap)
    while let entry = try next(&cursor, in: bytes) {
      if let hash = appendPlainly(entry, bytes, into: &list) {
        map.reference(hash, cases: cases)
        if !sendsMapField, !cases.isEmpty {
          losses.append(TranslationLoss(kind: .keyCase, name: entry.key ?? 0..<0))
        }
      } else {
        map.entry(bytes, key: entry.key, value: entry.value)
        losses.append(
          TranslationLoss(kind: sendsMapField ? .mapFieldOnly : .dropped, name: entry.key ?? 0..<0))
      }
    }
    if sendsMapField {
      map.finish()
      list.append(name: "x-mosnd-map" as StaticString, value: map.text)
    }
  }

  private func next(
    _ cursor: inout BoltHeaderCursor, in bytes: RawSpan
  ) throws(TranslationError) -> BoltHeaderEntry? {
    do throws(BoltError) {
      return try cursor.next(in: bytes)
    } catch {
      throw TranslationError(
        .headerMap, at: cursor.position..<cursor.position, expected: error.expected, found: error.found)
    }
  }

  /// Appends the entry as a field of its own and gives back the hash of its name; nil when it must not be one. What
  /// was upper case stands in `cases` then.
  private mutating func appendPlainly(
    _ entry: BoltHeaderEntry, _ bytes: RawSpan, into list: inout H2HeaderList
  ) -> UInt32? {
    guard let key = entry.key, let value = entry.value, !key.isEmpty, FieldValue.isPlain(bytes, value),
      lower(key, bytes)
    else { return nil }
    let name = text.span.bytes
    let hash = FieldName.hash(name, 0..<key.count)
    if let match = table.match(hash, name, 0..<key.count), !match.role.isFree { return nil }
    list.append(name: name.extracting(0..<key.count), value: bytes.extracting(value))
    return hash
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
      guard index < 255 * 8 else { return false }
      while cases.count <= index / 8 { cases.append(0) }
      cases[index / 8] |= 1 << UInt8(index % 8)
    }
    return true
  }
}
