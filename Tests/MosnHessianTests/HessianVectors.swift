import MosnHessian

/// A content and what it says, for every form of every value, at the ends of what it can hold.
struct HessianVector: Sendable {
  let bytes: [UInt8]
  let values: [HessianValue]

  init(_ digits: String, _ values: HessianValue...) {
    bytes = hex(digits)
    self.values = values
  }

  init(_ bytes: [UInt8], _ values: HessianValue...) {
    self.bytes = bytes
    self.values = values
  }

  static let all = scalars + texts + data + lists + maps + objects

  static let scalars: [HessianVector] = [
    .init("4e", .null), .init("54", .boolean(true)), .init("46", .boolean(false)),
    .init("80", .int(-16)), .init("90", .int(0)), .init("bf", .int(47)),
    .init("c000", .int(-2048)), .init("c7ff", .int(-1)), .init("c830", .int(48)), .init("cfff", .int(2047)),
    .init("d00000", .int(-262_144)), .init("d3ffff", .int(-1)), .init("d40000", .int(0)),
    .init("d7ffff", .int(262_143)),
    .init("49 80000000", .int(.min)), .init("49 7fffffff", .int(.max)), .init("49 ffffffff", .int(-1)),
    .init("d8", .long(-8)), .init("e0", .long(0)), .init("ef", .long(15)),
    .init("f000", .long(-2048)), .init("f7ff", .long(-1)), .init("ffff", .long(2047)),
    .init("380000", .long(-262_144)), .init("3bffff", .long(-1)), .init("3fffff", .long(262_143)),
    .init("77 80000000", .long(-2_147_483_648)), .init("77 7fffffff", .long(2_147_483_647)),
    .init("4c 8000000000000000", .long(.min)), .init("4c 7fffffffffffffff", .long(.max)),
    .init("67", .double(0)), .init("68", .double(1)), .init("69 80", .double(-128)),
    .init("69 7f", .double(127)),
    .init("6a 8000", .double(-32768)), .init("6a 7fff", .double(32767)), .init("6b 40500000", .double(3.25)),
    .init("6b ff800000", .double(-.infinity)), .init("44 4028000000000000", .double(12)),
    .init("44 8000000000000000", .double(-0.0)),
    .init("44 0000000000000001", .double(.leastNonzeroMagnitude)),
    .init("64 0000018bcfe56800", .date(1_700_000_000_000)), .init("64 ffffffffffffffff", .date(-1)),
    .init("64 8000000000000000", .date(.min)),
    .init("4e 54 91", .null, .boolean(true), .int(1)),
  ]

  static let texts: [HessianVector] = [
    .init("00", .string("")), .init("01 61", .string("a")),
    .init([0x1f] + [UInt8](repeating: 0x61, count: 31), .string(String(repeating: "a", count: 31))),
    .init(ascii("S") + [0, 0], .string("")),
    .init(
      ascii("S") + [0, 0x20] + [UInt8](repeating: 0x62, count: 32), .string(String(repeating: "b", count: 32))
    ),
    .init(
      ascii("S") + [0xff, 0xff] + [UInt8](repeating: 0x63, count: 65_535),
      .string(String(repeating: "c", count: 65_535))),
    .init("02 c3a9 e4bda0", .string("é你")), .init("02 eda0bd edb880", .string("😀")),
    .init("73 0001 61 01 62", .string("ab")), .init("73 0001 61 73 0000 53 0002 6263", .string("abc")),
    // Surrogates in two chunks.
    .init("73 0001 eda0bd 01 edb880", .string("😀")),
    // What is no character: surrogates alone, the wrong way round, overlong, a byte that does not go on.
    .init("01 eda0bd", .string("\u{FFFD}")), .init("02 edb880 eda0bd", .string("\u{FFFD}\u{FFFD}")),
    .init("01 c080", .string("\u{FFFD}")), .init("02 c341 62", .string("\u{FFFD}b")),
    .init("01 e08080", .string("\u{FFFD}")),
  ]

  static let data: [HessianVector] = [
    .init("20", .binary([])), .init("21 ff", .binary([0xff])),
    .init([0x2f] + [UInt8](0..<15), .binary([UInt8](0..<15))),
    .init(ascii("B") + [0, 0x10] + [UInt8](0..<16), .binary([UInt8](0..<16))),
    .init("42 0000", .binary([])), .init("62 0002 0102 42 0001 03", .binary([1, 2, 3])),
    .init("62 0001 01 62 0000 21 02", .binary([1, 2])),
    .init(
      ascii("B") + [0xff, 0xff] + [UInt8](repeating: 7, count: 65_535),
      .binary([UInt8](repeating: 7, count: 65_535))),
  ]

  static let lists: [HessianVector] = [
    .init("56 7a", .list(type: nil, [])), .init("56 6e00 7a", .list(type: nil, [])),
    .init("56 6e02 91 4e 7a", .list(type: nil, [.int(1), .null])),
    .init("56 6c00000001 91 7a", .list(type: nil, [.int(1)])),
    .init("56 91 92 7a", .list(type: nil, [.int(1), .int(2)])),
    .init("56 740004 5b696e74 6e01 91 7a", .list(type: "[int", [.int(1)])),
    // The same type again: by its number, and without an end.
    .init(
      "56 740004 5b696e74 6e01 91 7a 76 90 92 93 94 56 75 90 6e00 7a 56 54 90 7a",
      .list(type: "[int", [.int(1)]), .list(type: "[int", [.int(3), .int(4)]), .list(type: "[int", []),
      .list(type: "[int", [])),
    .init("56 54 7a", .list(type: nil, [.boolean(true)])),
    .init("56 54 91 7a", .list(type: nil, [.boolean(true), .int(1)])),
    .init(
      "56 56 7a 4a00 4b0001 52 00000000 7a",
      .list(type: nil, [.list(type: nil, []), .reference(0), .reference(1), .reference(0)])),
    .init("72 740001 61 01 62 72 00", .remote(type: "a", address: "b"), .remote(type: nil, address: "")),
  ]

  static let maps: [HessianVector] = [
    .init("4d 7a", .map(type: nil, [])),
    .init(
      "4d 0161 91 0162 4e 7a", .map(type: nil, [.init(.string("a"), .int(1)), .init(.string("b"), .null)])),
    .init("4d 740001 54 91 4d 7a 7a", .map(type: "T", [.init(.int(1), .map(type: nil, []))])),
    .init("4d 54 0161 7a", .map(type: nil, [.init(.boolean(true), .string("a"))])),
    // An object of Hessian 1.
    .init("4d 740003 412e42 53000161 4900000001 7a", .map(type: "A.B", [.init(.string("a"), .int(1))])),
  ]

  static let objects: [HessianVector] = [
    .init("4f 91 41 90 6f 90", .object(type: "A", [])),
    .init(
      "4f 91 41 92 0161 0162 6f 90 91 92 6f 90 4e 4e",
      .object(type: "A", [.init("a", .int(1)), .init("b", .int(2))]),
      .object(type: "A", [.init("a", .null), .init("b", .null)])),
    // Two classes before the first object, which is of the first one; a name in chunks.
    .init(
      "4f 91 41 91 0161 4f 91 42 91 73000162 0163 6f 90 4a00 6f 91 4a00",
      .object(type: "A", [.init("a", .reference(0))]), .object(type: "B", [.init("bc", .reference(0))])),
    // The class of a field's value is defined where it is needed.
    .init(
      "4f 91 41 91 0161 6f 90 4f 91 42 90 6f 91", .object(type: "A", [.init("a", .object(type: "B", []))])),
    // Lengths and numbers in longer forms.
    .init("4f 4900000001 41 c801 0161 6f d40000 91", .object(type: "A", [.init("a", .int(1))])),
  ]
}
