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
    (configuration, diagnostics) = MosnConfig.parse(try FileBytes.read(path))
  }

  /// The diagnostics as lines, each with file, line and column.
  public var remarks: [String] { diagnostics.map { $0.description(in: path) } }

  /// Where the file is, for paths in it.
  var folder: String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
  }
}
