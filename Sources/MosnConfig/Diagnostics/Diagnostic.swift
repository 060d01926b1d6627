/// One remark about a configuration file: where, how bad, what, and what may have been meant.
public struct Diagnostic: Hashable, Sendable, CustomStringConvertible {
  /// An `error` keeps the daemon from starting; a `warning` names what will not do what the file says;
  /// a `note` says what the reader of the file may want to know.
  public enum Severity: String, Sendable { case error, warning, note }

  public let severity: Severity
  /// The place in the tree of keys, such as `servers[0].listeners[1].address`; empty for the whole file.
  public let path: String
  /// Another file than the configuration itself: one of a directory that it names.
  public let file: String?
  public let position: SourcePosition
  public let message: String
  /// A known name close to the one that was found.
  public let suggestion: String?

  /// Private keys that the words quote are masked.
  public init(
    _ severity: Severity, path: String, in file: String? = nil, at position: SourcePosition,
    _ message: String,
    suggestion: String? = nil
  ) {
    self.severity = severity
    self.path = PrivateKeys.masked(path)
    self.file = file
    self.position = position
    self.message = PrivateKeys.masked(message)
    self.suggestion = suggestion.map(PrivateKeys.masked)
  }

  public var line: Int { position.line }
  public var column: Int { position.column }

  /// `41:9: warning: servers[0].listeners[0].lo_path: unknown key; did you mean log_path?`
  public var description: String {
    let place = path.isEmpty ? "" : "\(path): "
    let question = suggestion.map { "; did you mean \($0)?" } ?? ""
    return "\(position): \(severity.rawValue): \(place)\(message)\(question)"
  }

  /// The description behind the name of the file, in the form that editors jump to: `config.json:41:9: …`.
  public func description(in file: String) -> String { "\(self.file ?? file):\(description)" }
}
