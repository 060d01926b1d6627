import MosnBytes

/// The field `x-mosnd-map`: what HTTP/2's other fields cannot carry of a header map.
///
///     1        then, in the order of the header map, one item for each entry
///     kind     0x11 request, 0x12 response
///
///     0x00  hash:3                                   the next field with this name
///     0x01  hash:3  count:1  case…                   the same; bit i of `case` (lowest first): octet i is upper case
///     0x02  keyLength:2  key…  valueLength:2  value…     an entry that is written nowhere else; 0xffff is null
///     0x04  hash:3  count:1  case…  before:2  after:2  as 0x01, and so many spaces around the value, which no field has
///     0x03  length:2  class…                         first item only: the class name, written nowhere else
///     0x05  length:2  header…                        the last and, but for the class name, only item: a header that is no map
///
/// Numbers are big-endian; `hash` is `FieldName.hash`. The octets are written in base64url (RFC 4648 §5) without
/// padding, so that no hop splits, trims or lower-cases them.
enum MapField {
  /// The high half is the format's version; the low half keeps a request's field that a server echoed from being
  /// taken for the response's own.
  enum Kind: UInt8 {
    case request = 0x11
    case response = 0x12
  }

  static let plain: UInt8 = 0x00
  static let cased: UInt8 = 0x01
  static let whole: UInt8 = 0x02
  static let className: UInt8 = 0x03
  static let spaced: UInt8 = 0x04
  static let opaque: UInt8 = 0x05
  static let null: UInt16 = 0xffff

  static let digits: [UInt8] = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
  /// The value of each digit; 0xff for an octet that is none.
  static let digitValues: [UInt8] = {
    var values = [UInt8](repeating: 0xff, count: 256)
    for (value, digit) in digits.enumerated() { values[Int(digit)] = UInt8(value) }
    return values
  }()
}

/// Collects a map field; its memory is used again.
struct MapFieldWriter: Sendable {
  private var items: [UInt8] = []
  private(set) var text: [UInt8] = []
  private let digits = MapField.digits

  mutating func begin(_ kind: MapField.Kind) {
    items.removeAll(keepingCapacity: true)
    items.append(kind.rawValue)
  }

  /// An entry that is a field of its own; `cases` are the bits of its upper-case octets, `spaces` those of its value's
  /// ends that the field has not.
  mutating func reference(_ hash: UInt32, cases: [UInt8], spaces: FieldValue.Spaces) {
    let isSpaced = spaces.before > 0 || spaces.after > 0
    items.append(isSpaced ? MapField.spaced : cases.isEmpty ? MapField.plain : MapField.cased)
    items.append(UInt8(truncatingIfNeeded: hash >> 16))
    items.append(UInt8(truncatingIfNeeded: hash >> 8))
    items.append(UInt8(truncatingIfNeeded: hash))
    if isSpaced || !cases.isEmpty {
      items.append(UInt8(truncatingIfNeeded: cases.count))
      items.append(contentsOf: cases)
    }
    if isSpaced {
      append(spaces.before)
      append(spaces.after)
    }
  }

  /// A header that is no map.
  mutating func opaque(_ bytes: RawSpan, _ header: Range<Int>) {
    items.append(MapField.opaque)
    text(bytes, header)
  }

  private mutating func append(_ count: Int) {
    items.append(UInt8(truncatingIfNeeded: count >> 8))
    items.append(UInt8(truncatingIfNeeded: count))
  }

  mutating func entry(_ bytes: RawSpan, key: Range<Int>?, value: Range<Int>?) {
    items.append(MapField.whole)
    text(bytes, key)
    text(bytes, value)
  }

  mutating func className(_ bytes: RawSpan, _ name: Range<Int>) {
    items.append(MapField.className)
    text(bytes, name)
  }

  /// Where the next item will stand, to go back to.
  var mark: Int { items.count }
  mutating func rewind(to mark: Int) { items.removeLast(items.count - mark) }

  /// Writes `text`.
  mutating func finish() {
    // Zeros up to a whole group are cut off again: a last group of one octet has two digits, of two octets three.
    let count = (items.count * 4 + 2) / 3
    while items.count % 3 != 0 { items.append(0) }
    let groups = items.count / 3
    text.removeAll(keepingCapacity: true)
    text.append(contentsOf: repeatElement(0, count: groups * 4))
    for group in 0..<groups {
      let (from, to) = (group * 3, group * 4)
      let bits = UInt32(items[from]) << 16 | UInt32(items[from + 1]) << 8 | UInt32(items[from + 2])
      text[to] = digit(bits >> 18)
      text[to + 1] = digit(bits >> 12)
      text[to + 2] = digit(bits >> 6)
      text[to + 3] = digit(bits)
    }
    text.removeLast(text.count - count)
  }

  @inline(__always)
  private func digit(_ bits: UInt32) -> UInt8 { digits[Int(bits & 0x3f)] }

  private mutating func text(_ bytes: RawSpan, _ range: Range<Int>?) {
    let length = range.map { UInt16(truncatingIfNeeded: $0.count) } ?? MapField.null
    items.append(UInt8(truncatingIfNeeded: length >> 8))
    items.append(UInt8(truncatingIfNeeded: length))
    if let range { items.append(bytes, range) }
  }
}
