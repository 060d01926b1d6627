import Glibc
import MosnConfig

/// A configuration file and what is to be said about it.
public struct ConfigurationFile: Sendable {
  /// As it was given.
  public let path: String
  /// Nil exactly when one of the diagnostics is an error.
  public let configuration: MosnConfiguration?
  public let diagnostics: [Diagnostic]

  public init(_ path: String) throws(DaemonError) {
    self.path = path
    let folder = Self.folder(of: path)
    let (configuration, diagnostics) = MosnConfig.parse(try FileBytes.read(path)) { name in
      try FileBytes.readAll(in: FileBytes.path(name, beside: folder), suffix: ".json")
    }
    self.configuration = configuration
    let isYAML = [".yaml", ".yml"].contains(where: path.hasSuffix)
    self.diagnostics =
      configuration == nil && isYAML
      ? [Diagnostic(.note, path: "", at: .start, "of YAML only JSON is read: convert the file")] + diagnostics
      : diagnostics
  }

  /// The diagnostics as lines, each with file, line and column.
  public var remarks: [String] { diagnostics.map { $0.description(in: path) } }

  /// Where the file is, for paths in it.
  var folder: String { Self.folder(of: path) }

  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
  }
}
