import MosnBytes
import MosnConfig

/// Whether a condition holds.
enum Verdict {
  case yes, no
  /// It cannot be told. Neither answer would be safe: one could open what the rule closes, the other the next rule.
  case undecided

  init(_ holds: Bool?) {
    switch holds {
    case true?: self = .yes
    case false?: self = .no
    case nil: self = .undecided
    }
  }
}

/// What a route asks of a request, made ready from the configuration.
struct RouteMatcher {
  private let leading: Leading
  private let headers: [(HeaderName, ValueMatcher)]

  private enum Leading {
    case prefix([UInt8])
    /// In lower case: the comparison disregards it.
    case path([UInt8])
    case regex(ValueMatcher)
    case service(ValueMatcher)
    case headers
  }

  init(_ rule: RouteRule) {
    leading =
      switch rule.match {
      case .prefix(let prefix): .prefix(Array(prefix.utf8))
      case .path(let path): .path(Array(path.lowercased().utf8))
      case .regex(let regex): .regex(ValueMatcher(.regex(regex)))
      case .service(let value): .service(ValueMatcher(value))
      case .headers: .headers
      }
    headers = rule.headers.map { (HeaderName.ofCondition($0.name), ValueMatcher($0.value)) }
  }

  /// - Parameter path: without the query; nil: there is none, which only bolt can say, and counts as `/`.
  func matches(path: Range<Int>?, _ lookup: some HeaderLookup, in bytes: RawSpan) -> Verdict {
    var verdict =
      switch leading {
      case .prefix(let prefix):
        Verdict(path.map { bytes.starts($0, with: prefix.span.bytes) } ?? (prefix == Self.root))
      case .path(let text):
        Verdict(path.map { Self.equalsIgnoringCase(bytes, $0, text) } ?? (text == Self.root))
      case .regex(let matcher): path.map { matcher.matches($0, in: bytes) } ?? matcher.matchesRoot
      case .service(let matcher): lookup.verdict(of: Self.service, matcher, in: bytes)
      case .headers: Verdict.yes
      }
    // One condition that does not hold decides, whatever the others are.
    for (name, matcher) in headers where verdict != .no {
      switch lookup.verdict(of: name, matcher, in: bytes) {
      case .yes: break
      case .no: verdict = .no
      case .undecided: verdict = .undecided
      }
    }
    return verdict
  }

  /// The headers it looks at.
  var names: [HeaderName] {
    let more = headers.map { $0.0 }
    if case .service = leading { return [Self.service] + more }
    return more
  }

  private static func equalsIgnoringCase(_ bytes: RawSpan, _ range: Range<Int>, _ lowercased: [UInt8]) -> Bool
  {
    guard range.count == lowercased.count else { return false }
    for (index, wanted) in lowercased.enumerated() {
      let octet = bytes.byte(range.lowerBound + index)
      let isUpper = 0...25 ~= octet &- UInt8(ascii: "A")
      if (isUpper ? octet | 0x20 : octet) != wanted { return false }
    }
    return true
  }

  private static let root = Array("/".utf8)
  private static let service = HeaderName("service")
}

/// What a value must be.
struct ValueMatcher {
  private enum Kind {
    case any
    case exact([UInt8])
    case expression(ExpressionMatcher)
    /// An expression that cannot be read.
    case unreadable
  }

  private let kind: Kind

  init(_ value: ValueMatch) {
    kind =
      switch value {
      case .any: .any
      case .exact(let text): .exact(Array(text.utf8))
      case .regex(let text):
        (try? Expression(text)).map { .expression(ExpressionMatcher($0)) } ?? .unreadable
      }
  }

  func matches(_ value: Range<Int>, in bytes: RawSpan) -> Verdict {
    switch kind {
    case .any: .yes
    case .exact(let text): Verdict(bytes.isEqual(value, to: text.span.bytes))
    case .expression(let expression): Verdict(expression.isFound(in: bytes.extracting(value)))
    case .unreadable: .undecided
    }
  }

  var matchesRoot: Verdict {
    let root: [UInt8] = [UInt8(ascii: "/")]
    return matches(0..<1, in: root.span.bytes)
  }
}
