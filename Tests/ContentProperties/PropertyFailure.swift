import MosnText

/// A property that does not hold.
public struct PropertyFailure: Error, CustomStringConvertible {
  public let description: String
}

func expect(_ holds: Bool, _ description: @autoclosure () -> String) throws(PropertyFailure) {
  if !holds { throw PropertyFailure(description: description()) }
}

/// Limits of every kind: nothing, a few bytes, as many as the input decides, and enough for most.
func outputLimits(_ seed: Int) -> [Int] { [0, 1 + seed % 40, 200, 4096, 1 << 20] }

/// Text that holds to its limit, is the beginning of the whole one where it was cut, and that no terminal acts upon.
func checkText(
  _ name: String, seed: Int, width: Int = .max, allowsLines: Bool, _ append: (inout [UInt8], Int) -> Bool
) throws(PropertyFailure) {
  let before: [UInt8] = [0x41]
  for limit in outputLimits(seed) {
    var output = before
    let isWhole = append(&output, limit)
    try expect(output.starts(with: before), "\(name): what was there before is gone")
    try expect(output.count - 1 <= limit, "\(name): \(output.count - 1) bytes of \(limit)")
    var pieces = UTF8Pieces(1..<output.count)
    var columns = 0
    while let piece = pieces.next(in: output.span.bytes) {
      guard case .scalar(let scalar) = piece else { throw PropertyFailure(description: "\(name): no UTF-8") }
      columns += scalar.columns
      let isLine = allowsLines && scalar == "\n"
      try expect(isLine || !scalar.isActedUpon, "\(name): \(scalar.value) reaches the terminal")
    }
    try expect(columns <= width, "\(name): \(columns) columns of \(width)")
    let hasEllipsis = output.suffix(3) == [0xe2, 0x80, 0xa6]
    try expect(isWhole || limit < 3 || hasEllipsis || width < 1, "\(name): cut without a sign at \(limit)")
  }
}

/// JSON that holds to its limit and is whole, or nothing at all.
func checkJSON(_ name: String, seed: Int, _ append: (inout [UInt8], Int) -> Bool) throws(PropertyFailure) {
  for limit in outputLimits(seed) {
    var output: [UInt8] = []
    let isWhole = append(&output, limit)
    try expect(output.count <= limit, "\(name): \(output.count) bytes of \(limit)")
    try expect(!isWhole || !output.isEmpty, "\(name): nothing, said to be all")
    if output.isEmpty { continue }
    var checker = JSONChecker(output)
    try expect(checker.isWhole(), "\(name): no JSON: \(String(decoding: output, as: UTF8.self))")
  }
}

/// Whether bytes are one value of JSON (RFC 8259), that no terminal acts upon.
struct JSONChecker {
  private let bytes: [UInt8]
  private var offset = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func isWhole() -> Bool { value() && offset == bytes.count }

  private var next: UInt8 { offset < bytes.count ? bytes[offset] : 0 }

  private mutating func take(_ text: String) -> Bool {
    guard bytes[offset...].starts(with: text.utf8) else { return false }
    offset += text.utf8.count
    return true
  }

  private mutating func value() -> Bool {
    switch next {
    case UInt8(ascii: "{"):
      list("}") { checker in checker.string() && checker.take(":") && checker.value() }
    case UInt8(ascii: "["): list("]") { checker in checker.value() }
    case UInt8(ascii: "\""): string()
    default: take("null") || take("true") || take("false") || number()
    }
  }

  private mutating func list(_ end: String, _ element: (inout JSONChecker) -> Bool) -> Bool {
    offset += 1
    if take(end) { return true }
    repeat {
      guard element(&self) else { return false }
    } while take(",")
    return take(end)
  }

  private mutating func number() -> Bool {
    let start = offset
    while "+-.0123456789eE".utf8.contains(next) { offset += 1 }
    return Double(String(decoding: bytes[start..<offset], as: UTF8.self)) != nil
  }

  private mutating func string() -> Bool {
    guard take("\"") else { return false }
    while next != UInt8(ascii: "\"") {
      if take("\\u") {
        guard bytes[offset...].prefix(4).allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else {
          return false
        }
        offset += 4
      } else if take("\\") {
        guard "\"\\nrt".utf8.contains(next) else { return false }
        offset += 1
      } else {
        var pieces = UTF8Pieces(offset..<bytes.count)
        guard case .scalar(let scalar)? = pieces.next(in: bytes.span.bytes), !scalar.isActedUpon else {
          return false
        }
        offset += UTF8.width(scalar)
      }
    }
    return take("\"")
  }
}
