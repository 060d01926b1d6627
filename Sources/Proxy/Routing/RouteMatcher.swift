import MosnConfig

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

  init(_ rule: RouteRule, regexInput: Int) {
    leading =
      switch rule.match {
      case .prefix(let prefix): .prefix(Array(prefix.utf8))
      case .path(let path): .path(Array(path.lowercased().utf8))
      case .regex(let regex): .regex(ValueMatcher(.regex(regex), regexInput: regexInput))
      case .service(let value): .service(ValueMatcher(value, regexInput: regexInput))
      case .headers: .headers
      }
    headers = rule.headers.map { (HeaderName($0.name), ValueMatcher($0.value, regexInput: regexInput)) }
  }

  /// - Parameter path: without the query; nil: there is none, which only bolt can say, and counts as `/`.
  func matches(path: Range<Int>?, _ lookup: some HeaderLookup, in bytes: RawSpan) -> Bool {
    let isLed =
      switch leading {
      case .prefix(let prefix):
        path.map { bytes.starts($0, with: prefix.span.bytes) } ?? (prefix == Self.root)
      case .path(let text): path.map { Self.equalsIgnoringCase(bytes, $0, text) } ?? (text == Self.root)
      case .regex(let matcher): path.map { matcher.matches($0, in: bytes) } ?? matcher.matchesRoot
      case .service(let matcher): has(Self.service, matcher, lookup, bytes)
      case .headers: true
      }
    return isLed && headers.allSatisfy { has($0.0, $0.1, lookup, bytes) }
  }

  private func has(
    _ name: HeaderName, _ matcher: ValueMatcher, _ lookup: some HeaderLookup, _ bytes: RawSpan
  ) -> Bool {
    lookup.value(of: name, in: bytes).map { matcher.matches($0, in: bytes) } ?? false
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
    case never
  }

  private let kind: Kind
  private let longest: Int

  init(_ value: ValueMatch, regexInput: Int) {
    longest = regexInput
    kind =
      switch value {
      case .any: .any
      case .exact(let text): .exact(Array(text.utf8))
      case .regex(let text): (try? Expression(text)).map { .expression(ExpressionMatcher($0)) } ?? .never
      }
  }

  func matches(_ value: Range<Int>, in bytes: RawSpan) -> Bool {
    switch kind {
    case .any: true
    case .exact(let text): bytes.equals(value, text.span.bytes)
    case .expression(let expression):
      value.count <= longest && expression.isFound(in: bytes.extracting(value))
    case .never: false
    }
  }

  var matchesRoot: Bool {
    let root: [UInt8] = [UInt8(ascii: "/")]
    return matches(0..<1, in: root.span.bytes)
  }
}
