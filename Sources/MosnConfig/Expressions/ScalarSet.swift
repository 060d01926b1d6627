/// Characters that one place of an expression takes.
struct ScalarSet: Hashable, Sendable {
  /// In order, with a gap between any two: a bracket of hundreds costs a character no more than a few comparisons.
  let ranges: [ClosedRange<UInt32>]

  init(_ ranges: ClosedRange<UInt32>...) { self.init(ranges) }

  init(_ scalar: Unicode.Scalar) { ranges = [scalar.value...scalar.value] }

  init(_ ranges: [ClosedRange<UInt32>]) {
    var joined: [ClosedRange<UInt32>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = joined.last, range.lowerBound <= last.upperBound + 1 {
        joined[joined.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        joined.append(range)
      }
    }
    self.ranges = joined
  }

  func contains(_ scalar: UInt32) -> Bool {
    let place = ranges.firstPlace { $0.upperBound >= scalar }
    return place < ranges.count && ranges[place].lowerBound <= scalar
  }

  func union(_ other: ScalarSet) -> ScalarSet { ScalarSet(ranges + other.ranges) }

  /// All other characters.
  var inverted: ScalarSet {
    var others: [ClosedRange<UInt32>] = []
    var next: UInt32 = 0
    for range in ranges {
      if range.lowerBound > next { others.append(next...range.lowerBound - 1) }
      next = range.upperBound + 1
    }
    if next <= Self.last { others.append(next...Self.last) }
    return ScalarSet(others)
  }

  /// With each ASCII letter its other case.
  var ignoringCase: ScalarSet {
    var both = ranges
    for range in ranges {
      for (letters, other) in [(Self.upper, 32), (Self.lower, -32)] where range.overlaps(letters) {
        let shared = range.clamped(to: letters)
        both.append(
          UInt32(Int(shared.lowerBound) + other)...UInt32(Int(shared.upperBound) + other))
      }
    }
    return ScalarSet(both)
  }

  static let last: UInt32 = 0x10FFFF
  static let newline = ScalarSet("\n")
  static let all = ScalarSet(0...last)
  static let digits = ScalarSet(0x30...0x39)
  static let word = ScalarSet(0x30...0x39, upper, 0x5F...0x5F, lower)
  static let space = ScalarSet(0x09...0x0A, 0x0C...0x0D, 0x20...0x20)
  static let upper: ClosedRange<UInt32> = 0x41...0x5A
  static let lower: ClosedRange<UInt32> = 0x61...0x7A

  /// The set of `[:name:]`.
  static func posix(_ name: String) -> ScalarSet? {
    switch name {
    case "alnum": ScalarSet(0x30...0x39, upper, lower)
    case "alpha": ScalarSet(upper, lower)
    case "ascii": ScalarSet(0...0x7F)
    case "blank": ScalarSet(0x09...0x09, 0x20...0x20)
    case "cntrl": ScalarSet(0...0x1F, 0x7F...0x7F)
    case "digit": digits
    case "graph": ScalarSet(0x21...0x7E)
    case "lower": ScalarSet(lower)
    case "print": ScalarSet(0x20...0x7E)
    case "punct": ScalarSet(0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E)
    case "space": ScalarSet(0x09...0x0D, 0x20...0x20)
    case "upper": ScalarSet(upper)
    case "word": word
    case "xdigit": ScalarSet(0x30...0x39, 0x41...0x46, 0x61...0x66)
    default: nil
    }
  }

  /// The set of `\d`, `\W` and their like.
  static func named(_ letter: Unicode.Scalar) -> ScalarSet? {
    switch letter {
    case "d": digits
    case "D": digits.inverted
    case "w": word
    case "W": word.inverted
    case "s": space
    case "S": space.inverted
    default: nil
    }
  }
}

extension Array {
  /// By bisection, the first place that `isBeyond`; all behind it are, too. `count`: none is.
  func firstPlace(where isBeyond: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isBeyond(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
