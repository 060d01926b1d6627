import BoltCodec
import H2Codec

/// Where the headers of a request are, for routes: bolt's map or HTTP/2's list, in bytes given along.
protocol HeaderLookup {
  func value(of name: HeaderName, in bytes: RawSpan) -> Range<Int>?
}

/// A header's name in a route: as the file has it for bolt, whose keys have their case, and in lower case for HTTP/2.
struct HeaderName {
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

struct BoltHeaders: HeaderLookup {
  let map: Range<Int>

  func value(of name: HeaderName, in bytes: RawSpan) -> Range<Int>? {
    BoltHeaderMap.value(forKey: name.exact.span.bytes, in: bytes, map)
  }
}

struct HTTP2Headers: HeaderLookup {
  let fields: [H2HeaderList.Field]

  func value(of name: HeaderName, in bytes: RawSpan) -> Range<Int>? {
    let wanted = name.lowercased.span.bytes
    for field in fields where bytes.equals(field.name, wanted) { return field.value }
    return nil
  }
}

extension RawSpan {
  @inline(__always)
  func byte(_ offset: Int) -> UInt8 { unsafeLoad(fromByteOffset: offset, as: UInt8.self) }

  func equals(_ range: Range<Int>, _ other: RawSpan) -> Bool {
    guard range.count == other.byteCount else { return false }
    for index in 0..<other.byteCount where byte(range.lowerBound + index) != other.byte(index) {
      return false
    }
    return true
  }

  func starts(_ range: Range<Int>, with other: RawSpan) -> Bool {
    range.count >= other.byteCount
      && equals(range.lowerBound..<range.lowerBound + other.byteCount, other)
  }

  func string(_ range: Range<Int>) -> String {
    extracting(range).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
  }

  func array(_ range: Range<Int>) -> [UInt8] { extracting(range).withUnsafeBytes { Array($0) } }
}

extension [UInt8] {
  @inline(__always)
  mutating func append(_ bytes: RawSpan) { bytes.withUnsafeBytes { append(contentsOf: $0) } }
}
