/// A length of time. In the file it is a Go duration (`"1s"`, `"300ms"`, `"1h5m"`) or an integer of nanoseconds.
public struct Nanoseconds: RawRepresentable, Hashable, Sendable, Comparable, CustomStringConvertible {
  public let rawValue: Int64

  public init(rawValue: Int64) { self.rawValue = rawValue }

  public static let zero = Nanoseconds(rawValue: 0)

  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

extension Nanoseconds {
  /// Reads the text of a duration as Go's `time.ParseDuration` does; nil when it is none or does not fit.
  public init?(_ text: some StringProtocol) {
    var rest = Array(text.utf8)[...]
    let isNegative = rest.first == UInt8(ascii: "-")
    if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
    if rest.elementsEqual([UInt8(ascii: "0")]) {
      self = .zero
      return
    }
    var total: Int64 = 0
    repeat {
      guard let part = Self.takePart(from: &rest) else { return nil }
      let (sum, overflows) = total.addingReportingOverflow(part)
      guard !overflows else { return nil }
      total = sum
    } while !rest.isEmpty
    rawValue = isNegative ? -total : total
  }

  /// `1.5h`: a number with its unit, in nanoseconds.
  private static func takePart(from rest: inout ArraySlice<UInt8>) -> Int64? {
    let whole = takeDigits(from: &rest)
    var fraction = ArraySlice<UInt8>()
    if rest.first == UInt8(ascii: ".") {
      rest.removeFirst()
      fraction = takeDigits(from: &rest)
    }
    guard !whole.isEmpty || !fraction.isEmpty else { return nil }
    let name = rest.prefix { $0 != UInt8(ascii: ".") && !isDigit($0) }
    rest.removeFirst(name.count)
    guard let unit = units[String(decoding: name, as: UTF8.self)],
      let count = whole.isEmpty ? 0 : Int64(String(decoding: whole, as: UTF8.self))
    else { return nil }
    let (product, overflows) = count.multipliedReportingOverflow(by: unit)
    let part = (Double("0.\(String(decoding: fraction, as: UTF8.self))0") ?? 0) * Double(unit)
    let (sum, overflowsToo) = product.addingReportingOverflow(Int64(part))
    return overflows || overflowsToo ? nil : sum
  }

  private static func takeDigits(from rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let digits = rest.prefix(while: isDigit)
    rest.removeFirst(digits.count)
    return digits
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private static let units: [String: Int64] = [
    "ns": 1, "us": 1000, "\u{B5}s": 1000, "\u{3BC}s": 1000, "ms": 1_000_000, "s": 1_000_000_000,
    "m": 60_000_000_000, "h": 3_600_000_000_000,
  ]

  /// The shortest text that is the same duration in one unit: `1500ms`, `90s`, `0s`.
  public var description: String {
    for (name, unit) in [
      ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000),
    ]
      as [(String, Int64)]
    where rawValue != 0 && rawValue.isMultiple(of: unit) {
      return "\(rawValue / unit)\(name)"
    }
    return rawValue == 0 ? "0s" : "\(rawValue)ns"
  }
}

extension Nanoseconds: ConfigurationValue {
  static let shape = "duration"
  static let example = JSONValue(.string("1h5m1.5s"))

  static func read(_ json: JSONValue, at path: String, _ reader: inout ConfigurationReader) -> Nanoseconds? {
    let duration: Nanoseconds? =
      switch json.content {
      case .string(let text): Nanoseconds(text)
      case .number(let number): number.integer(Int64.self).map(Nanoseconds.init(rawValue:))
      default: nil
      }
    guard let duration else {
      return reader.mismatch(json, path, expected: "a duration such as \"1.5s\" or an integer of nanoseconds")
    }
    guard duration >= .zero else {
      reader.report(.warning, path, "a negative duration counts as none", at: json.position)
      return .zero
    }
    return duration
  }

  var json: JSONValue? { JSONValue(.string(description)) }
}
