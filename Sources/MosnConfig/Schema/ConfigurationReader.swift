/// What a walk through the file gathers: remarks, and the places of the values it met.
struct ConfigurationReader {
  /// More remarks help nobody, and a hostile file could have one per byte.
  static let maximumDiagnostics = 1000

  private(set) var diagnostics: [Diagnostic] = []
  private(set) var hasErrors = false
  private var positions: [String: SourcePosition] = [:]
  /// True within the `config` of a filter: MOSN does not look at the errors of reading those, so that a value
  /// of the wrong type is left out there with a warning, and is fatal everywhere else.
  var isWithinFilter = false

  mutating func record(_ path: String, at position: SourcePosition) { positions[path] = position }

  /// Where the value of a path stood, or the innermost value around it that is known.
  func position(of path: String) -> SourcePosition {
    var path = path[...]
    while !path.isEmpty {
      if let position = positions[String(path)] { return position }
      path = path[..<(path.lastIndex { $0 == "." || $0 == "[" } ?? path.startIndex)]
    }
    return .start
  }

  /// Keeps a remark while there is room, and the first error even if there is none.
  mutating func report(_ diagnostic: Diagnostic) {
    guard hasRoom || diagnostic.severity == .error && !hasErrors else { return }
    diagnostics.append(diagnostic)
    hasErrors = hasErrors || diagnostic.severity == .error
  }

  mutating func report(
    _ severity: Diagnostic.Severity, _ path: String, _ message: String, at position: SourcePosition? = nil,
    suggestion: @autoclosure () -> String? = nil
  ) {
    report(
      Diagnostic(
        severity, path: path, at: position ?? self.position(of: path), message,
        suggestion: hasRoom ? suggestion() : nil))
  }

  /// Reports a value of the wrong type and stands for the value that there is not.
  mutating func mismatch<Value>(_ found: JSONValue, _ path: String, expected: String) -> Value? {
    if isWithinFilter {
      report(.warning, path, "expected \(expected), found \(found.found); left out", at: found.position)
    } else {
      report(
        .error, path, "json unmarshal config failed: expected \(expected), found \(found.found)",
        at: found.position)
    }
    return nil
  }

  mutating func reportUnknown(_ member: JSONMember, in path: String, known: [String]) {
    report(
      .warning, path.isEmpty ? member.name : "\(path).\(member.name)", "unknown key", at: member.position,
      suggestion: Suggestion.nearest(to: member.name, among: known))
  }

  private var hasRoom: Bool { diagnostics.count < Self.maximumDiagnostics }
}
