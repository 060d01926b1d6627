import MosnBytes

/// What a walk through the file gathers: remarks, and the places of the values it met.
struct ConfigurationReader {
  /// More remarks help nobody, and a hostile file could have one per byte.
  static let maximumDiagnostics = 1000

  private(set) var diagnostics: [Diagnostic] = []
  private(set) var hasErrors = false
  private var places: [String: Place] = [:]
  /// The file of a directory that is being read; nil: the configuration itself.
  private var file: String?
  private let directory: MosnConfig.Directory
  private let limits: JSONLimits
  /// Where a value of the wrong type was left out last.
  private(set) var lastLeftOut = ""
  /// True within the `config` of a filter: MOSN does not look at the errors of reading those, so that a value
  /// of the wrong type is left out there with a warning, and is fatal everywhere else.
  var isWithinFilter = false

  private struct Place {
    let file: String?
    let position: SourcePosition
  }

  init(limits: JSONLimits = JSONLimits(), directory: @escaping MosnConfig.Directory = MosnConfig.noDirectory)
  {
    (self.limits, self.directory) = (limits, directory)
  }

  mutating func record(_ path: String, at position: SourcePosition) {
    places[path] = Place(file: file, position: position)
  }

  /// Where the value of a path stood, or the innermost value around it that is known.
  func position(of path: String) -> SourcePosition { place(of: path).position }

  private func place(of path: String) -> Place {
    var path = path[...]
    while !path.isEmpty {
      if let place = places[String(path)] { return place }
      path = path[..<(path.lastIndex { $0 == "." || $0 == "[" } ?? path.startIndex)]
    }
    return Place(file: nil, position: .start)
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
    let place = position.map { Place(file: file, position: $0) } ?? place(of: path)
    report(
      Diagnostic(
        severity, path: path, in: place.file, at: place.position, message,
        suggestion: hasRoom ? suggestion() : nil))
  }

  /// Reports a value of the wrong type and stands for the value that there is not.
  mutating func mismatch<Value>(_ found: JSONValue, _ path: String, expected: String) -> Value? {
    if isWithinFilter {
      lastLeftOut = path
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

  /// An object for each file of the directory that stands at `path`, in the order of their names.
  mutating func readFiles<Object: ConfigurationObject>(of directory: String, at path: String) -> [Object] {
    let files: [(name: String, bytes: [UInt8])]
    do {
      files = try self.directory(directory)
    } catch {
      report(.error, path, "\(error)")
      return []
    }
    return files.compactMap { file in
      self.file = file.name
      defer { self.file = nil }
      let place = "\(path)[\(file.name)]"
      var text = JSONReader(file.bytes, limits: limits)
      do throws(JSONError) {
        let json = try text.read()
        record(place, at: json.position)
        for warning in text.warnings {
          report(warning.severity, place, warning.message, at: warning.position)
        }
        return Object.read(json, at: place, &self)
      } catch {
        report(.error, place, "json unmarshal config failed: \(error)", at: error.position)
        return nil
      }
    }
  }

  private var hasRoom: Bool { diagnostics.count < Self.maximumDiagnostics }
}
