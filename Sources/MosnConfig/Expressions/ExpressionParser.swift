/// Reads the syntax of RE2 (github.com/google/re2/wiki/Syntax), which Go's `regexp` shares.
struct ExpressionParser {
  private let text: [Unicode.Scalar]
  private var position = 0
  private var flags = Flags()
  private var depth = 0
  /// Behind `\Q`: up to `\E` every character means itself.
  private var isQuoting = false

  private struct Flags {
    var ignoresCase = false
    var isMultiline = false
    var dotTakesNewline = false
  }

  private static let deepest = 100
  /// RE2's own.
  private static let mostRepeats = 1000

  init(_ text: String) { self.text = Array(text.unicodeScalars) }

  mutating func parse() throws(ExpressionError) -> ExpressionNode {
    let node = try choice()
    guard position == text.count else { throw ExpressionError("unexpected ')'") }
    return node
  }

  private var next: Unicode.Scalar? { position < text.count ? text[position] : nil }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    position += 1
    return true
  }

  private mutating func take(_ word: String) -> Bool {
    let scalars = Array(word.unicodeScalars)
    guard text[position...].starts(with: scalars) else { return false }
    position += scalars.count
    return true
  }

  /// All up to `end`, which is passed over.
  private mutating func take(until end: Unicode.Scalar) throws(ExpressionError) -> String {
    guard let place = text[position...].firstIndex(of: end) else {
      throw ExpressionError("expected '\(end)'")
    }
    defer { position = place + 1 }
    var word = String.UnicodeScalarView()
    word.append(contentsOf: text[position..<place])
    return String(word)
  }

  // MARK: From the outside in

  private mutating func choice() throws(ExpressionError) -> ExpressionNode {
    var options = [try sequence()]
    while take("|") { options.append(try sequence()) }
    return options.count == 1 ? options[0] : .choice(options)
  }

  private mutating func sequence() throws(ExpressionError) -> ExpressionNode {
    var nodes: [ExpressionNode] = []
    while let scalar = next, isQuoting || scalar != "|" && scalar != ")" { nodes.append(try repeated()) }
    return .sequence(nodes)
  }

  private mutating func repeated() throws(ExpressionError) -> ExpressionNode {
    if let scalar = next, !isQuoting, "*+?".unicodeScalars.contains(scalar) {
      throw ExpressionError("'\(scalar)' has nothing to repeat")
    }
    let node = isQuoting ? quoted() : try atom()
    guard !isQuoting, let bounds = try bounds() else { return node }
    // Whether the shortest match is preferred makes no difference to whether there is one.
    _ = take("?")
    if let scalar = next, "*+?".unicodeScalars.contains(scalar) {
      throw ExpressionError("'\(scalar)' repeats what is repeated already")
    }
    return .repeated(node, atLeast: bounds.least, atMost: bounds.most)
  }

  private mutating func bounds() throws(ExpressionError) -> (least: Int, most: Int?)? {
    if take("*") { return (0, nil) }
    if take("+") { return (1, nil) }
    if take("?") { return (0, 1) }
    let start = position
    // Anything else in braces is meant as it stands.
    guard take("{"), let least = number() else {
      position = start
      return nil
    }
    var most: Int? = least
    if take(",") { most = number() }
    guard take("}") else {
      position = start
      return nil
    }
    guard max(least, most ?? 0) <= Self.mostRepeats, least <= most ?? least else {
      throw ExpressionError("a number of repeats is out of range")
    }
    return (least, most)
  }

  private mutating func number() -> Int? {
    var value: Int?
    while let digit = next, ("0"..."9").contains(digit) {
      value = min(Self.mostRepeats + 1, (value ?? 0) * 10 + Int(digit.value - 0x30))
      position += 1
    }
    return value
  }

  private mutating func atom() throws(ExpressionError) -> ExpressionNode {
    guard let scalar = next else { return .empty }
    position += 1
    switch scalar {
    case "(": return try group()
    case "[": return .one(of: try bracket())
    case ".": return .one(of: flags.dotTakesNewline ? .all : ScalarSet.newline.inverted)
    case "^": return .assertion(flags.isMultiline ? .lineStart : .textStart)
    case "$": return .assertion(flags.isMultiline ? .lineEnd : .textEnd)
    case "\\": return try escape()
    default: return literal(scalar)
    }
  }

  private func literal(_ scalar: Unicode.Scalar) -> ExpressionNode { .one(of: folded(ScalarSet(scalar))) }

  private func folded(_ set: ScalarSet) -> ScalarSet { flags.ignoresCase ? set.ignoringCase : set }

  // MARK: Groups

  /// Behind `(`.
  private mutating func group() throws(ExpressionError) -> ExpressionNode {
    guard depth < Self.deepest else { throw ExpressionError("groups are nested too deeply") }
    let outer = flags
    if take("?"), try !named() {
      try readFlags()
      // For the rest of the group around it.
      if take(")") { return .empty }
      guard take(":") else { throw ExpressionError("expected ':' or ')' behind '(?'") }
    }
    depth += 1
    let node = try choice()
    depth -= 1
    flags = outer
    guard take(")") else { throw ExpressionError("expected ')'") }
    return node
  }

  /// `P<name>` or `<name>`.
  private mutating func named() throws(ExpressionError) -> Bool {
    for unknown in ["<=", "<!", "=", "!", ">"] where take(unknown) {
      throw ExpressionError("'(?\(unknown)' is not known to RE2")
    }
    guard take("P<") || take("<") else { return false }
    let name = try take(until: ">")
    let isWord = name.unicodeScalars.allSatisfy { ScalarSet.word.contains($0.value) }
    guard !name.isEmpty, isWord else { throw ExpressionError("'\(name)' is no name of a group") }
    return true
  }

  private mutating func readFlags() throws(ExpressionError) {
    var value = true
    while let flag = next, flag != ")", flag != ":" {
      switch flag {
      case "i": flags.ignoresCase = value
      case "m": flags.isMultiline = value
      case "s": flags.dotTakesNewline = value
      case "U": break
      case "-" where value: value = false
      default: throw ExpressionError("there is no flag '\(flag)'")
      }
      position += 1
    }
  }

  // MARK: Brackets

  /// Behind `[`.
  private mutating func bracket() throws(ExpressionError) -> ScalarSet {
    let isInverted = take("^")
    var set = ScalarSet()
    var isFirst = true
    while isFirst || next != "]" {
      isFirst = false
      set = set.union(try member())
    }
    position += 1
    set = folded(set)
    return isInverted ? set.inverted : set
  }

  private mutating func member() throws(ExpressionError) -> ScalarSet {
    if take("[:") {
      let isInverted = take("^")
      let name = try take(until: ":")
      guard let set = ScalarSet.posix(name), take("]") else {
        throw ExpressionError("'[:\(name):]' is not known")
      }
      return isInverted ? set.inverted : set
    }
    if next == "\\", position + 1 < text.count, let set = ScalarSet.named(text[position + 1]) {
      position += 2
      return set
    }
    let low = try bound()
    guard next == "-", position + 1 < text.count, text[position + 1] != "]" else { return ScalarSet(low) }
    position += 1
    let high = try bound()
    guard low.value <= high.value else { throw ExpressionError("the range '\(low)-\(high)' is empty") }
    return ScalarSet(low.value...high.value)
  }

  /// One end of a range.
  private mutating func bound() throws(ExpressionError) -> Unicode.Scalar {
    guard let scalar = next else { throw ExpressionError("expected ']'") }
    position += 1
    return scalar == "\\" ? try escapedScalar() : scalar
  }

  // MARK: Escapes

  /// Behind `\`.
  private mutating func escape() throws(ExpressionError) -> ExpressionNode {
    guard let letter = next else { throw ExpressionError("nothing follows the last '\\'") }
    if let set = ScalarSet.named(letter) {
      position += 1
      return .one(of: set)
    }
    let assertion: ExpressionNode.Assertion? =
      switch letter {
      case "A": .textStart
      case "z": .textEnd
      case "b": .wordBoundary
      case "B": .noWordBoundary
      default: nil
      }
    if let assertion {
      position += 1
      return .assertion(assertion)
    }
    if take("Q") {
      isQuoting = !take("\\E")
      return .empty
    }
    return literal(try escapedScalar())
  }

  /// The next character of a quotation, with the end behind the last: what follows repeats that one alone.
  private mutating func quoted() -> ExpressionNode {
    guard let scalar = next else { return .empty }
    position += 1
    isQuoting = !take("\\E")
    return literal(scalar)
  }

  private mutating func escapedScalar() throws(ExpressionError) -> Unicode.Scalar {
    guard let letter = next else { throw ExpressionError("nothing follows the last '\\'") }
    position += 1
    switch letter {
    case "a": return "\u{07}"
    case "f": return "\u{0C}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "v": return "\u{0B}"
    case "x": return try hexadecimal()
    default:
      guard letter.isASCII, !ScalarSet.word.contains(letter.value) || letter == "_" else {
        throw ExpressionError("'\\\(letter)' is not known")
      }
      return letter
    }
  }

  /// `7F` or `{10FFFF}`.
  private mutating func hexadecimal() throws(ExpressionError) -> Unicode.Scalar {
    var digits = ""
    if take("{") {
      digits = try take(until: "}")
    } else {
      while digits.count < 2, let digit = next {
        digits.unicodeScalars.append(digit)
        position += 1
      }
      if digits.count < 2 { digits = "" }
    }
    guard let value = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(value) else {
      throw ExpressionError("'\\x\(digits)' is no character")
    }
    return scalar
  }
}
