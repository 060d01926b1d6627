/// Reads one JSON text (RFC 8259) to the end, with `//` and `/* */` comments where blanks may stand.
///
/// Duplicate names and text that is no UTF-8 are kept and reported as warnings: MOSN starts with both.
struct JSONReader {
  private let bytes: [UInt8]
  private let limits: JSONLimits
  private var offset = 0
  private var line = 1
  private var lineStart = 0
  private var depth = 0
  private var values = 0
  private var steps: [PathStep] = []
  private(set) var warnings: [Diagnostic] = []

  private enum PathStep {
    case name(String)
    case index(Int)
  }

  init(_ bytes: [UInt8], limits: JSONLimits = JSONLimits()) {
    self.bytes = bytes
    self.limits = limits
  }

  /// The one value of the text. Call once.
  mutating func read() throws(JSONError) -> JSONValue {
    guard bytes.count <= limits.maximumBytes else {
      throw error("at most \(limits.maximumBytes) bytes", found: "\(bytes.count)")
    }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { (offset, lineStart) = (3, 3) }
    try skipBlanks()
    let value = try readValue()
    try skipBlanks()
    guard offset == bytes.count else { throw error("the end of the file") }
    return value
  }
}

// MARK: - Values

extension JSONReader {
  private mutating func readValue() throws(JSONError) -> JSONValue {
    values += 1
    guard values <= limits.maximumValues else {
      throw error("at most \(limits.maximumValues) values", found: "one more")
    }
    guard depth < limits.maximumDepth else {
      throw error("at most \(limits.maximumDepth) values within each other", found: "one more")
    }
    depth += 1
    defer { depth -= 1 }
    let start = position
    let content: JSONValue.Content
    switch peek {
    case UInt8(ascii: "{"): content = .object(try readMembers())
    case UInt8(ascii: "["): content = .array(try readElements())
    case UInt8(ascii: "\""): content = .string(try readString())
    case UInt8(ascii: "-"): content = .number(try readNumber())
    case let byte where isDigit(byte): content = .number(try readNumber())
    case UInt8(ascii: "t"): content = try readWord("true", as: .boolean(true))
    case UInt8(ascii: "f"): content = try readWord("false", as: .boolean(false))
    case UInt8(ascii: "n"): content = try readWord("null", as: .null)
    default: throw error("a value")
    }
    return JSONValue(content, at: start)
  }

  private mutating func readMembers() throws(JSONError) -> [JSONMember] {
    var members: [JSONMember] = []
    var names: Set<String> = []
    offset += 1
    try skipBlanks()
    if take(UInt8(ascii: "}")) { return members }
    repeat {
      try skipBlanks()
      let start = position
      guard peek == UInt8(ascii: "\"") else { throw error("a name in double quotes") }
      let name = try readString()
      steps.append(.name(name))
      if !names.insert(name).inserted {
        warn("duplicate key: the last one counts", at: start)
      }
      try skipBlanks()
      guard take(UInt8(ascii: ":")) else { throw error("\":\" after a name") }
      try skipBlanks()
      members.append(JSONMember(name, at: start, try readValue()))
      steps.removeLast()
      try skipBlanks()
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "}")) else { throw error("\",\" or \"}\" after a member") }
    return members
  }

  private mutating func readElements() throws(JSONError) -> [JSONValue] {
    var elements: [JSONValue] = []
    offset += 1
    try skipBlanks()
    if take(UInt8(ascii: "]")) { return elements }
    repeat {
      try skipBlanks()
      steps.append(.index(elements.count))
      elements.append(try readValue())
      steps.removeLast()
      try skipBlanks()
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "]")) else { throw error("\",\" or \"]\" after an element") }
    return elements
  }

  private mutating func readWord(
    _ word: StaticString, as content: JSONValue.Content
  ) throws(JSONError) -> JSONValue.Content {
    let text = "\(word)"
    guard bytes[offset...].starts(with: text.utf8) else { throw error("\(word)") }
    offset += text.utf8.count
    return content
  }

  private mutating func readNumber() throws(JSONError) -> JSONNumber {
    let start = offset
    _ = take(UInt8(ascii: "-"))
    if !take(UInt8(ascii: "0")) { try skipDigits() }
    if take(UInt8(ascii: ".")) { try skipDigits() }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      try skipDigits()
    }
    return JSONNumber(text: String(decoding: bytes[start..<offset], as: UTF8.self))
  }

  private mutating func skipDigits() throws(JSONError) {
    guard isDigit(peek) else { throw error("a digit") }
    while isDigit(peek) { offset += 1 }
  }

  private func isDigit(_ byte: UInt8?) -> Bool {
    byte.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false
  }
}

// MARK: - Strings

extension JSONReader {
  private mutating func readString() throws(JSONError) -> String {
    let start = position
    offset += 1
    var text: [UInt8] = []
    while let byte = peek, byte != UInt8(ascii: "\"") {
      guard byte >= 0x20 else { throw error("a string's end or its next character") }
      offset += 1
      if byte == UInt8(ascii: "\\") {
        text.append(contentsOf: Array(String(try readEscape()).utf8))
      } else {
        text.append(byte)
      }
    }
    guard take(UInt8(ascii: "\"")) else { throw error("the closing quote of the string at \(start)") }
    if let valid = String(validating: text, as: UTF8.self) { return valid }
    warn("bytes that are no UTF-8 are read as U+FFFD", at: start)
    return String(decoding: text, as: UTF8.self)
  }

  /// What follows a backslash.
  private mutating func readEscape() throws(JSONError) -> Character {
    guard let byte = peek else { throw error("an escape") }
    offset += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Character(Unicode.Scalar(byte))
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try readCodePoint()
    default:
      offset -= 1
      throw error("one of \" \\ / b f n r t u after a backslash")
    }
  }

  /// The four digits behind `\u`, and the other half of a surrogate pair; a lone half is U+FFFD as in Go.
  private mutating func readCodePoint() throws(JSONError) -> Character {
    let first = try readHexadecimal()
    if let scalar = Unicode.Scalar(first) { return Character(scalar) }
    let afterFirst = offset
    if first < 0xDC00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) {
      let second = try readHexadecimal()
      if (0xDC00...0xDFFF).contains(second),
        let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
      {
        return Character(scalar)
      }
    }
    offset = afterFirst
    warn("half a surrogate pair is read as U+FFFD", at: position)
    return "\u{FFFD}"
  }

  private mutating func readHexadecimal() throws(JSONError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw error("four hexadecimal digits")
      }
      value = value << 4 | UInt32(digit)
      offset += 1
    }
    return value
  }
}

// MARK: - Blanks, places, complaints

extension JSONReader {
  private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private var position: SourcePosition { SourcePosition(line: line, column: offset - lineStart + 1) }

  private var path: String {
    steps.reduce(into: "") { path, step in
      switch step {
      case .name(let name): path += path.isEmpty ? name : ".\(name)"
      case .index(let index): path += "[\(index)]"
      }
    }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard peek == byte else { return false }
    offset += 1
    return true
  }

  private mutating func skipBlanks() throws(JSONError) {
    while let byte = peek {
      switch byte {
      case UInt8(ascii: "\n"):
        offset += 1
        (line, lineStart) = (line + 1, offset)
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): offset += 1
      case UInt8(ascii: "/"): try skipComment()
      default: return
      }
    }
  }

  private mutating func skipComment() throws(JSONError) {
    let start = position
    offset += 1
    if take(UInt8(ascii: "/")) {
      while let byte = peek, byte != UInt8(ascii: "\n") { offset += 1 }
    } else if take(UInt8(ascii: "*")) {
      while let byte = peek {
        offset += 1
        if byte == UInt8(ascii: "\n") { (line, lineStart) = (line + 1, offset) }
        if byte == UInt8(ascii: "*"), take(UInt8(ascii: "/")) { return }
      }
      throw error("the */ of the comment at \(start)")
    } else {
      throw error("// or /*")
    }
  }

  private func error(_ expected: String, found: String? = nil) -> JSONError {
    JSONError(position: position, path: path, expected: expected, found: found ?? foundHere)
  }

  private var foundHere: String {
    guard let byte = peek else { return "the end of the file" }
    return (0x21..<0x7F).contains(byte)
      ? "\"\(Character(Unicode.Scalar(byte)))\"" : "byte 0x\(String(byte, radix: 16, uppercase: true))"
  }

  private mutating func warn(_ message: String, at position: SourcePosition) {
    warnings.append(Diagnostic(.warning, path: path, at: position, message))
  }
}
