import H2Codec
import MosnBytes

/// What of a header list may go on over HTTP/2. Rules let a receiver be lenient; servers as Envoy's end the connection
/// that all calls share for a single field that is not as a sender must write it (RFC 9113 §8.2.1, RFC 9110 §5.5, §8.6).
enum CleanFields {
  /// Which blanks at the ends of values go.
  enum Blanks {
    /// Each field's own, as for HTTP/2.
    case ofFields
    /// Those around all values of a name. MOSN 0.2.1 splits a value at its commas and leaves the blanks behind them,
    /// which bolt gets back.
    case ofNames
  }

  /// Nil: the list is clean as it is, as nearly all are.
  ///
  /// - Control characters become blanks, as RFC 9110 §5.5 has it, and blanks at the ends of a value go.
  /// - `content-length` stands there once. Trailers have none, nor what else frames or routes a message.
  static func cleaned(
    _ list: borrowing H2HeaderList, trimming blanks: Blanks = .ofFields, isTrailers: Bool = false
  ) -> H2HeaderList? {
    let bytes = list.bytes.span.bytes
    guard needsCleaning(list, bytes, isTrailers) else { return nil }
    let places = blanks == .ofNames ? places(list) : [:]
    var clean = H2HeaderList()
    var value: [UInt8] = []
    var hasLength = false
    for (index, field) in list.fields.enumerated() {
      if bytes.isEqual(field.name, to: "content-length") {
        if hasLength { continue }
        hasLength = true
      }
      if isTrailers, isNoTrailer(field.name, bytes) { continue }
      value.removeAll(keepingCapacity: true)
      for position in field.value {
        let octet = bytes.byte(position)
        value.append(isControl(octet) ? blank : octet)
      }
      let place = places[list.bytes[field.name]] ?? index...index
      if place.upperBound == index { while value.last.map(isBlank) == true { value.removeLast() } }
      let start = place.lowerBound == index ? value.firstIndex { !isBlank($0) } ?? value.count : 0
      clean.append(
        name: bytes.extracting(field.name), value: value.span.bytes.extracting(start..<value.count),
        neverIndexed: field.isNeverIndexed)
    }
    return clean
  }

  /// Whether `:authority`, or `host` in its place, is one (RFC 3986 §3.2 without user information).
  static func hasSoundAuthority(_ list: borrowing H2HeaderList) -> Bool {
    let bytes = list.bytes.span.bytes
    for field in list.fields
    where bytes.isEqual(field.name, to: ":authority") || bytes.isEqual(field.name, to: "host") {
      for position in field.value where !isAuthority(bytes.byte(position)) { return false }
    }
    return true
  }

  private static func needsCleaning(
    _ list: borrowing H2HeaderList, _ bytes: RawSpan, _ isTrailers: Bool
  ) -> Bool {
    var hasLength = false
    for field in list.fields {
      if let first = field.value.first, let last = field.value.last,
        isBlank(bytes.byte(first)) || isBlank(bytes.byte(last))
      {
        return true
      }
      if field.name.count == 14, bytes.isEqual(field.name, to: "content-length") {
        if hasLength { return true }
        hasLength = true
      }
      if isTrailers, isNoTrailer(field.name, bytes) { return true }
    }
    return holdsControl(bytes)
  }

  /// The first and the last field of each name.
  private static func places(_ list: H2HeaderList) -> [ArraySlice<UInt8>: ClosedRange<Int>] {
    var places: [ArraySlice<UInt8>: ClosedRange<Int>] = [:]
    for (index, field) in list.fields.enumerated() {
      let name = list.bytes[field.name]
      places[name] = (places[name]?.lowerBound ?? index)...index
    }
    return places
  }

  /// Eight octets at a time: one is below 0x20 where subtracting borrows, 0x7f where adding 1 carries.
  private static func holdsControl(_ bytes: RawSpan) -> Bool {
    var position = 0
    while bytes.byteCount - position >= 8 {
      let word = bytes.word(position)
      let below = (word &- 0x2020_2020_2020_2020) & ~word
      let delete = ((word & 0x7f7f_7f7f_7f7f_7f7f) &+ 0x0101_0101_0101_0101) & ~word
      if (below | delete) & 0x8080_8080_8080_8080 != 0 {
        for place in position..<position + 8 where isControl(bytes.byte(place)) { return true }
      }
      position += 8
    }
    for place in position..<bytes.byteCount where isControl(bytes.byte(place)) { return true }
    return false
  }

  /// RFC 9110 §6.5.1.
  private static func isNoTrailer(_ name: Range<Int>, _ bytes: RawSpan) -> Bool {
    bytes.isEqual(name, to: "content-length") || bytes.isEqual(name, to: "host")
      || bytes.isEqual(name, to: "te")
  }

  /// A tab may stand within a value.
  @inline(__always)
  private static func isControl(_ octet: UInt8) -> Bool { octet < blank && octet != 0x09 || octet == 0x7f }

  @inline(__always)
  private static func isBlank(_ octet: UInt8) -> Bool { octet == blank || octet == 0x09 }

  private static var blank: UInt8 { UInt8(ascii: " ") }

  private static func isAuthority(_ octet: UInt8) -> Bool {
    switch octet {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "-._~%!$&'()*+,;=:[]".utf8.contains(octet)
    }
  }
}
