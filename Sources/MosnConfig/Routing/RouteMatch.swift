/// The leading condition of a route.
public enum RouteMatch: Hashable, Sendable {
  /// The path begins with the text.
  case prefix(String)
  /// The path is the text, whatever the case of its letters.
  case path(String)
  /// The expression is found in the path, anchored only where it says so, as Go does it.
  case regex(String)
  /// The "SofaRpc rule": the header `service` has this value.
  case service(ValueMatch)
  /// Nothing but the headers of the rule; without any it takes every request.
  case headers
}

/// What a header's value must be.
public enum ValueMatch: Hashable, Sendable {
  case any
  case exact(String)
  case regex(String)
}

/// A header that a request must have.
public struct HeaderMatch: Hashable, Sendable {
  public internal(set) var path = ""
  public var name = ""
  public var value = ValueMatch.exact("")
  public init() {}

  // The same as the file has it.
  var text = ""
  var isRegex = false
  /// Its expression is none.
  var isUnreadable = false
}

/// The object `match` of the file; one without conditions takes every request.
struct RouteMatchKeys: Hashable, Sendable {
  var path = ""
  var prefix = ""
  var exactPath = ""
  var regex = ""
  var headers: [HeaderMatch] = []
  /// It had conditions that mosnd cannot look at, so that nobody knows which requests it takes.
  var isUnreadable = false
}

extension RouteMatchKeys {
  private var service: HeaderMatch? { headers.first { $0.name.lowercased() == "service" } }

  /// Prefix, path, regex count in this order; without them the header `service`, without it all headers.
  var match: RouteMatch {
    if !prefix.isEmpty { return .prefix(prefix) }
    if !exactPath.isEmpty { return .path(exactPath) }
    if !regex.isEmpty { return .regex(regex) }
    if let service { return .service(service.text == ".*" ? .any : service.value) }
    return .headers
  }

  /// The headers that `match` does not stand for.
  var otherHeaders: [HeaderMatch] {
    guard case .service = match, let service else { return headers }
    return headers.filter { $0 != service }
  }
}

extension RouteMatchKeys: ConfigurationObject {
  static let title = "Match"
  static let keys: [Key<Self>] = [
    Key("prefix", \.prefix, "The beginning of the path."),
    Key("path", \.exactPath, "The whole path, whatever its case."),
    Key("regex", \.regex, "An expression that is found in the path."),
    Key(
      "headers", \.headers,
      "Headers that must be there. Without `prefix`, `path` and `regex` the header `service` leads: "
        + "its value, or `.*` for any."),
    .noEffect("case_sensitive", "boolean", "Parsed by MOSN, without effect there too."),
    .noEffect("runtime", "object", "Parsed by MOSN, without effect there too."),
    .noEffect("variables", "array of object", since: "1.6", "Conditions on MOSN's variables."),
    .noEffect("dsl_expressions", "array of object", since: "1.6", "Conditions in a language of MOSN."),
  ]

  mutating func check(given: Set<String>, _ reader: inout ConfigurationReader) {
    let leading = ["prefix", "path", "regex"].filter(given.contains)
    for ignored in leading.dropFirst() {
      reader.report(.warning, "\(path).\(ignored)", "ignored: \(leading[0]) comes first")
    }
    dropUnreadable(isLed: !leading.isEmpty, given, &reader)
    if case .service = match, let other = otherHeaders.first {
      reader.report(
        .note, other.path, "mosnd requires this header beside service; MOSN 0.2.1 looks at service alone")
    }
  }
}

extension RouteMatchKeys {
  /// Leaves the conditions that can be looked at.
  private mutating func dropUnreadable(
    isLed: Bool, _ given: Set<String>, _ reader: inout ConfigurationReader
  ) {
    if case .regex(let text) = match, !reader.canRead(text, at: "\(path).regex") {
      (regex, isUnreadable) = ("", true)
    }
    if headers.contains(where: \.isUnreadable) {
      headers.removeAll(where: \.isUnreadable)
      isUnreadable = true
    }
    if reader.lastLeftOut.hasPrefix("\(path).") {
      (headers, isUnreadable) = ([], true)
      reader.report(.warning, path, "a condition was left out: \(RouteRule.unreadable)")
    }
    // MOSN looks at these only where there is no path to look at, and then at nothing else.
    for other in ["variables", "dsl_expressions"] where !isLed && given.contains(other) {
      (headers, isUnreadable) = ([], true)
      reader.report(.warning, path, "\(other) cannot be looked at: \(RouteRule.unreadable)")
    }
  }
}

extension HeaderMatch: ConfigurationObject {
  static let title = "Header match"
  static let keys: [Key<Self>] = [
    Key("name", \.name, "The header's name."),
    Key("value", \.text, "The value, or the expression for it."),
    Key("regex", \.isRegex, "Whether the value is an expression."),
  ]

  mutating func check(given: Set<String>, _ reader: inout ConfigurationReader) {
    value = isRegex ? (text == ".*" ? .any : .regex(text)) : .exact(text)
    if name.isEmpty { reader.report(.warning, path, "name is missing: no request has such a header") }
    if case .regex(let regex) = value { isUnreadable = !reader.canRead(regex, at: "\(path).value") }
  }
}

extension ConfigurationReader {
  /// MOSN starts with expressions that it cannot read, so that this is a warning.
  fileprivate mutating func canRead(_ expression: String, at path: String) -> Bool {
    do {
      _ = try Expression(expression)
      return true
    } catch {
      report(.warning, path, "not a valid expression: \(error): \(RouteRule.unreadable)")
      return false
    }
  }
}
