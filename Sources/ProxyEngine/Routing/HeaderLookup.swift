import BoltCodec
import H2Codec
import MosnBytes

/// Where the headers of a request are, for routes: bolt's map or HTTP/2's list, in bytes given along.
protocol HeaderLookup {
  /// Whether the value that the server will see is as wanted; no value is not.
  func verdict(of name: HeaderName, _ matcher: ValueMatcher, in bytes: RawSpan) -> Verdict
  /// For records.
  func value(of name: HeaderName, in bytes: RawSpan) -> Range<Int>?
}

/// A header's name in a route: as the file has it for bolt, whose keys have their case, and in lower case for HTTP/2.
struct HeaderName: Equatable {
  let exact: [UInt8]
  let lowercased: [UInt8]

  init(_ name: String) {
    self.init(inBolt: name, inHTTP2: name.lowercased())
  }

  private init(inBolt exact: String, inHTTP2 lowercased: String) {
    (self.exact, self.lowercased) = (Array(exact.utf8), Array(lowercased.utf8))
  }

  /// In a condition `method` is HTTP's own, as in MOSN 1.x.
  static func ofCondition(_ name: String) -> HeaderName {
    name == "method" ? HeaderName(inBolt: name, inHTTP2: ":method") : HeaderName(name)
  }
}

/// Of equal keys the last counts, and a null value is none, as in Java's map.
struct BoltHeaders: HeaderLookup {
  let map: Range<Int>

  func verdict(of name: HeaderName, _ matcher: ValueMatcher, in bytes: RawSpan) -> Verdict {
    do throws(BoltError) {
      return matcher.verdict(try last(name.exact.span.bytes, in: bytes), in: bytes)
    } catch {
      // A header that is no map says who knows what to its server.
      return .undecided
    }
  }

  func value(of name: HeaderName, in bytes: RawSpan) -> Range<Int>? {
    try? last(name.exact.span.bytes, in: bytes)
  }

  /// The path that a server will see.
  func path(in bytes: RawSpan) -> Range<Int>? { try? last(Self.path.span.bytes, in: bytes) }

  private func last(_ name: RawSpan, in bytes: RawSpan) throws(BoltError) -> Range<Int>? {
    var (cursor, found) = (BoltHeaderCursor(in: map), Range<Int>?.none)
    while let entry = try cursor.next(in: bytes) {
      if let key = entry.key, let value = entry.value, bytes.isEqual(key, to: name) { found = value }
    }
    return found
  }

  private static let path = Array("path".utf8)
}

/// Fields of one name count as one, joined as they become an entry of bolt.
struct HTTP2Headers: HeaderLookup {
  let fields: [H2HeaderList.Field]

  func verdict(of name: HeaderName, _ matcher: ValueMatcher, in bytes: RawSpan) -> Verdict {
    let wanted = name.lowercased.span.bytes
    guard let first = fields.firstIndex(where: { bytes.isEqual($0.name, to: wanted) }) else { return .no }
    var joined: [UInt8] = []
    for field in fields[(first + 1)...] where bytes.isEqual(field.name, to: wanted) {
      if joined.isEmpty { joined.append(bytes.extracting(fields[first].value)) }
      joined += bytes.isEqual(field.name, to: "cookie") ? "; ".utf8 : ",".utf8
      joined.append(bytes.extracting(field.value))
    }
    guard !joined.isEmpty else { return matcher.verdict(fields[first].value, in: bytes) }
    return matcher.verdict(joined.indices, in: joined.span.bytes)
  }

  func value(of name: HeaderName, in bytes: RawSpan) -> Range<Int>? {
    let wanted = name.lowercased.span.bytes
    for field in fields where bytes.isEqual(field.name, to: wanted) { return field.value }
    return nil
  }
}

extension ValueMatcher {
  /// Without blanks at the ends: a hop that takes them away must not make another route right.
  fileprivate func verdict(_ value: Range<Int>?, in bytes: RawSpan) -> Verdict {
    guard let value else { return .no }
    func isBlank(_ octet: UInt8) -> Bool { octet == UInt8(ascii: " ") || octet == UInt8(ascii: "\t") }
    var (start, end) = (value.lowerBound, value.upperBound)
    while start < end, isBlank(bytes.byte(start)) { start += 1 }
    while end > start, isBlank(bytes.byte(end - 1)) { end -= 1 }
    return matches(start..<end, in: bytes)
  }
}
