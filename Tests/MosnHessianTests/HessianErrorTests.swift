import MosnHessian
import Testing

@Suite struct HessianErrorTests {
  /// A content for every rule, where it breaks it, and how that is said.
  @Test(arguments: [
    ("49 0000", "truncated at offset 1: expected 4 bytes, found 2"),
    ("56 91", "truncated at offset 2: expected 1 bytes, found 0"),
    ("02 c3a9 e4bd", "truncated at offset 3: expected 3 bytes, found 2"),
    ("05 61", "length at offset 0: expected at most 1, found 5"),
    ("42 7fff 00", "length at offset 0: expected at most 1, found 32767"),
    ("73 0001 61 53 ffff", "length at offset 4: expected at most 0, found 65535"),
    ("56 6c7fffffff 91", "length at offset 1: expected at most 1, found 2147483647"),
    ("56 6cffffffff 91", "length at offset 1: expected at most 1, found -1"),
    ("56 740001 61 7a 76 90 49 7fffffff", "length at offset 8: expected at most 0, found 2147483647"),
    ("4f 497fffffff 41", "length at offset 1: expected at most 1, found 2147483647"),
    ("4f 91 41 497fffffff", "length at offset 3: expected at most 0, found 2147483647"),
    ("4f 91 41 8f", "length at offset 3: expected at most 0, found -1"),
    ("56 74ffff 61", "length at offset 1: expected at most 1, found 65535"),
    ("43", "unknownCode at offset 0: expected a value, found 0x43"),
    ("91 7a", "unknownCode at offset 1: expected a value, found 0x7a"),
    ("4f 91 41 91 0161 6f 90 7a", "unknownCode at offset 8: expected a value, found 0x7a"),
    ("4f 4e", "integerExpected at offset 1: expected an integer, found 0x4e"),
    ("6f e0", "integerExpected at offset 1: expected an integer, found 0xe0"),
    ("4f 91 41 91 4e", "stringExpected at offset 4: expected a string, found 0x4e"),
    ("73 0001 61 91", "stringExpected at offset 4: expected a string, found 0x91"),
    (
      "4f 91 41 91 73 0000 0161",
      "emptyChunk at offset 4: expected characters in every chunk of a name, found none"
    ),
    ("72 73 0000 0161", "emptyChunk at offset 1: expected characters in every chunk of a name, found none"),
    ("62 0001 61 01", "binaryExpected at offset 4: expected a chunk of binary data, found 0x01"),
    ("01 f09f9880", "characterExpected at offset 1: expected the first byte of a character, found 0xf0"),
    ("01 80", "characterExpected at offset 1: expected the first byte of a character, found 0x80"),
    ("6f 90", "unknownClass at offset 1: expected a number below 0, found 0"),
    ("4f 91 41 90 6f 91", "unknownClass at offset 5: expected a number below 1, found 1"),
    ("4f 91 41 90 6f 8f", "unknownClass at offset 5: expected a number below 1, found -1"),
    ("56 75 90", "unknownType at offset 2: expected a number below 0, found 0"),
    ("76 90 90", "unknownType at offset 1: expected a number below 0, found 0"),
    ("4a 00", "unknownReference at offset 0: expected a number below 0, found 0"),
    ("56 52 80000000", "unknownReference at offset 1: expected a number below 1, found -2147483648"),
    ("56 6e02 91 7a 4e", "listLength at offset 4: expected 2 values, found 1"),
    ("56 6e00 91 7a", "listLength at offset 4: expected 0 values, found 1"),
    ("4d 91 7a", "valueExpected at offset 2: expected the value of a key, found the map's end"),
  ]) func isSaid(_ digits: String, _ description: String) {
    #expect(failure(hex(digits))?.description == description)
  }

  @Test func limits() {
    var limits = HessianLimits()
    limits.size = 3
    #expect(failure(hex("4e4e4e"), limits) == nil)
    #expect(
      failure(hex("4e4e4e4e"), limits)?.description == "tooLong at offset 0: expected at most 3, found 4")
    limits = HessianLimits()
    limits.values = 3
    #expect(failure(hex("56 4e 4e 7a"), limits) == nil)
    #expect(
      failure(hex("56 4e 4e 4e 7a"), limits)?.description
        == "tooManyValues at offset 3: expected at most 3, found 4")
    // Refused where it is declared.
    #expect(
      failure(hex("56 6e03 4e 4e 4e 7a"), limits)?.description
        == "tooManyValues at offset 0: expected at most 2, found 3")
    #expect(failure(hex("4f 91 41 93 0161 0162 0163"), limits)?.rule == .tooManyValues)
    limits.depth = 0
    #expect(limits.depth == 1)
    limits.depth = .max
    #expect(limits.depth == 512)
  }

  @Test(arguments: ["56", "4d90", "56 740001 61", "4f 91 41 91 0161 6f 90"]) func depth(_ opening: String) {
    let open = hex(opening)
    func nested(_ depth: Int) -> [UInt8] { (0..<depth).flatMap { _ in open } }
    for limit in [1, 2, 128, 512] {
      var limits = HessianLimits()
      limits.depth = limit
      // Inside the innermost one the bytes end; an object's fields are more than are left.
      for depth in [limit - 1, limit] where depth > 0 {
        let rule = failure(nested(depth), limits)?.rule
        #expect(rule == .truncated || rule == .length, "\(depth) of \(limit)")
      }
      let refused = failure(nested(limit + 1) + [0x4e], limits)
      #expect(refused?.rule == .tooDeep && refused?.found == limit + 1, "\(limit)")
    }
    let far = failure(nested(200_000))
    #expect(far?.rule == .tooDeep)
  }

  @Test func deepestTreeIsShown() {
    var limits = HessianLimits()
    limits.depth = 512
    let bytes = [UInt8](repeating: 0x56, count: 512) + [UInt8](repeating: 0x7a, count: 512)
    let tree = HessianTree(bytes.span.bytes, limits: limits)
    var output: [UInt8] = []
    #expect(tree.failure == nil && tree.nodes.count == 512)
    #expect(tree.appendTree(of: bytes.span.bytes, to: &output, limit: 1 << 20))
    #expect(tree.appendJSON(of: bytes.span.bytes, to: &output, limit: 1 << 20))
    #expect(tree.appendLine(of: bytes.span.bytes, to: &output, width: 2000))
    #expect(tree.values(in: bytes.span.bytes).count == 1)
  }
}
