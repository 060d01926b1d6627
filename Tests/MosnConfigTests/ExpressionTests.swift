import Testing

@testable import MosnConfig

@Suite struct ExpressionTests {
  /// An expression, what it takes wholly, and what it does not.
  static let cases: [(String, takes: [String], refuses: [String])] = [
    ("", [""], ["a"]),
    ("abc", ["abc"], ["ab", "abcd", "xabc"]),
    ("a.c", ["abc", "a\u{e9}c", "a\u{1F600}c"], ["a\nc", "ac"]),
    ("(?s)a.c", ["a\nc"], []),
    ("a|bc|", ["a", "bc", ""], ["b", "abc"]),
    ("/r[0-9]+", ["/r1", "/r12"], ["/r", "/r1x"]),
    ("a*b+c?", ["b", "aabbc", "bc"], ["a", "ac", "bcc"]),
    ("(ab)*", ["", "ab", "abab"], ["a", "aba"]),
    ("a{2}b{1,3}c{0,}", ["aab", "aabbbcc"], ["ab", "aabbbb", "aaab"]),
    ("a{0}", [""], ["a"]),
    ("a{,3}x{", ["a{,3}x{"], ["aaax{"]),
    ("a+?b*?", ["a", "aab"], ["b"]),
    ("[abc-]", ["a", "-"], ["d", ""]),
    ("[]a]", ["]", "a"], ["b"]),
    ("[^a-c\\d]", ["d", "-"], ["b", "7"]),
    ("[[:alpha:]_[:^space:]]", ["x", "_", "9"], [" "]),
    ("[\\]\\-\\x41-\\x{43}]", ["]", "-", "B"], ["D", "\\"]),
    ("\\d\\D\\w\\W\\s\\S", ["1a_- x"], ["aaaaaa"]),
    ("\\.\\*\\/\\_", [".*/_"], ["a*/_"]),
    ("\\Qa.b*\\E+", ["a.b*", "a.b***"], ["axb"]),
    ("(\\Qa|)\\E)\\Q\\Eb\\Q\\E", ["a|)b"], ["a"]),
    ("(?i)aB[x-z]", ["Aby", "abX"], ["abw"]),
    ("a(?i:b)c", ["aBc"], ["aBC"]),
    ("(?i)a(?-i)b", ["Ab"], ["AB"]),
    ("(?P<n>a)(?<m>b)(?:c)", ["abc"], ["ab"]),
    ("^a$", ["a"], ["a\n"]),
    ("(?m)a$\n^b", ["a\nb"], ["ab"]),
    ("\\Aa\\z", ["a"], []),
    ("a\\b-\\Bx*.*", ["a-", "a--"], ["ab"]),
    ("(a|ab)(c|bcd)(d*)", ["abcd", "acd", "abbcd"], ["abd"]),
    ("(a*)*", ["", "aaa"], ["b"]),
    ("((a|)+)+", ["", "aa"], ["b"]),
    ("\u{e9}+", ["\u{e9}\u{e9}"], ["e"]),
    // Too many states for a table.
    ("(a|b)*a(a|b){12}c", ["baabbabbababbbc"], ["babbabbababbbc", "bbabbabbababbbc"]),
  ]

  @Test(arguments: cases.indices) func matches(index: Int) throws {
    let (text, takes, refuses) = Self.cases[index]
    let expression = try Expression("\\A(?:\(text))\\z")
    for value in takes { #expect(expression.takes(value), "\(text) on \(value)") }
    for value in refuses { #expect(!expression.takes(value), "\(text) on \(value)") }
  }

  /// Go's `MatchString`, which MOSN asks.
  @Test(arguments: [
    ("b+", "abbc", true), ("b+$", "abbc", false), ("^b", "ab", false), ("^a|c$", "abc", true), ("", "", true),
    ("", "a", true), ("x", "", false), ("a$", "a\n", false), ("(?m)^b$", "a\nb\nc", true),
    ("\\bb", "ab", false),
    ("aab", "aaab", true), ("c{2}$", "ccc", true), ("^b\\Q", "b", true), ("\\Q^b", "a^b", true),
  ]) func isFoundAnywhere(text: String, value: String, isFound: Bool) throws {
    #expect(try Expression(text).takes(value) == isFound)
  }

  @Test func bracketsMayHoldManyRangesInAnyOrder() throws {
    let even = stride(from: 0x4E00, to: 0x4F40, by: 2).reversed().compactMap(Unicode.Scalar.init).map(
      Character.init)
    let expression = try Expression("^[\(String(even))a-cb-eg]$")
    for scalar in (0x4DF0...0x4F50).compactMap(Unicode.Scalar.init) {
      #expect(expression.takes(String(scalar)) == even.contains(Character(scalar)))
    }
    for letter in "abcdefgh" { #expect(expression.takes(String(letter)) == (letter != "f" && letter != "h")) }
  }

  @Test(arguments: [
    ("(a", "expected ')'"), ("a)", "unexpected ')'"), ("[a", "expected ']'"), ("[", "expected ']'"),
    ("*a", "'*' has nothing to repeat"), ("(+)", "'+' has nothing to repeat"),
    ("a**", "'*' repeats what is repeated already"), ("a{1001}", "a number of repeats is out of range"),
    ("a{3,2}", "a number of repeats is out of range"), ("[z-a]", "the range 'z-a' is empty"),
    ("a\\", "nothing follows the last '\\'"), ("\\1", "'\\1' is not known"), ("\\p{L}", "'\\p' is not known"),
    ("(?=a)", "'(?=' is not known to RE2"), ("(?<!a)", "'(?<!' is not known to RE2"),
    ("(?x)", "there is no flag 'x'"), ("(?i", "expected ':' or ')' behind '(?'"),
    ("(?P<a-b>c)", "'a-b' is no name of a group"), ("[[:foo:]]", "'[:foo:]' is not known"),
    ("\\x{110000}", "'\\x110000' is no character"), ("\\xg0", "'\\xg0' is no character"),
    ("((a{100}){100}){100}", "it is too large"), ("((()){1000}){1000}", "it is too large"),
    (String(repeating: "(", count: 101) + String(repeating: ")", count: 101), "groups are nested too deeply"),
  ]) func says(text: String, why: String) {
    let error = #expect(throws: ExpressionError.self) { try Expression(text) }
    #expect(error?.description == why)
  }

  @Test func onlyWhatHasManyStatesIsNoTable() throws {
    for text in [
      "^/api/v[0-9]+/users/[^/]+$", "(?i)\\bhello\\b|com\\..*Service:1\\.[0-9]{1,3}", "^(a?){20}a{20}$",
    ] {
      #expect(ExpressionTable(try Expression(text).program) != nil, "\(text)")
    }
    #expect(ExpressionTable(try Expression("(a|b)*a(a|b){12}c").program) == nil)
  }

  @Test func lengthIsBounded() throws {
    let longest = String(repeating: "a", count: Expression.longest)
    #expect(try Expression(longest).takes(longest))
    let error = #expect(throws: ExpressionError.self) { try Expression(longest + "a") }
    #expect(error?.description == "it is longer than 1024 bytes")
  }

  @Test func bytesThatAreNoCharacterAreOneEach() throws {
    let bytes: [UInt8] = [0x61, 0xFF, 0x62]
    #expect(try Expression("a.b").takes(bytes))
    #expect(try Expression("a\u{FFFD}b").takes(bytes))
  }

  /// There is no length at which the answer changes.
  @Test(arguments: ["^a+$", "(a|b)*a(a|b){12}c"]) func valuesMayBeOfAnyLength(text: String) throws {
    let expression = try Expression(text)
    for count in [2047, 2048, 2049, 8192] {
      let value = String(repeating: "a", count: count)
      #expect(expression.takes(value) == (text == "^a+$"))
      #expect(expression.takes(value + "c") == (text != "^a+$"))
    }
  }

  @Test func whatTakesTooMuchWorkIsNotDecided() throws {
    let program = try Expression("(a|b)*a(a|b){12}c").program
    let value = String(repeating: "a", count: 100)
    #expect(program.isFound(in: value.unicodeScalars, most: 100) == nil)
    #expect(program.isFound(in: value.unicodeScalars) == false)
  }

  /// With backtracking each of these takes longer than anyone waits.
  @Test(arguments: ["^(a+)+$", "^(a|a)*$", "(.*)*x", "^(a?){100}a{100}$", "^((a*)*)*$"])
  func timeIsInProportion(text: String) throws {
    let value = String(repeating: "a", count: 300) + "!"
    #expect(try !Expression(text).takes(value))
  }
}

extension Expression {
  fileprivate func takes(_ value: String) -> Bool { takes(Array(value.utf8)) }

  /// By both ways.
  fileprivate func takes(_ value: [UInt8]) -> Bool {
    let isFound = ExpressionMatcher(self).isFound(in: value.span.bytes)
    #expect(isFound == program.isFound(in: String(decoding: value, as: UTF8.self).unicodeScalars))
    return isFound == true
  }
}
