import BoltCodec
import H2Codec
import MosnBytes

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
    for field in fields where bytes.isEqual(field.name, to: wanted) { return field.value }
    return nil
  }
}
