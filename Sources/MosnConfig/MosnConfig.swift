/// Reads MOSN's own configuration file (config.json, 0.2.1 and later forms).
public enum MosnConfig {
  /// The configuration that the bytes describe, and all there is to say about them, in the order of the text.
  ///
  /// What MOSN starts with gives a configuration here, with warnings; `configuration` is nil exactly when one of the
  /// diagnostics is an error.
  ///
  /// - Parameter directory: gives the files of a directory that the configuration names.
  public static func parse(
    _ bytes: [UInt8], limits: JSONLimits = JSONLimits(), directory: @escaping Directory = noDirectory
  ) -> (configuration: MosnConfiguration?, diagnostics: [Diagnostic]) {
    var text = JSONReader(bytes, limits: limits)
    let json: JSONValue
    do throws(JSONError) {
      json = try text.read()
    } catch {
      let diagnostic = Diagnostic(
        .error, path: error.path, at: error.position, "json unmarshal config failed: \(error)")
      return (nil, text.warnings + [diagnostic])
    }
    var reader = ConfigurationReader(limits: limits, directory: directory)
    for warning in text.warnings { reader.report(warning) }
    let configuration = MosnConfiguration.read(json, at: "", &reader)
    let diagnostics = reader.diagnostics.sorted {
      ($0.file ?? "", $0.position) < ($1.file ?? "", $1.position)
    }
    return (reader.hasErrors ? nil : configuration, diagnostics)
  }

  /// The files of a directory with the paths by which a reader finds them, in the order of their names.
  public typealias Directory = (_ path: String) throws -> [(name: String, bytes: [UInt8])]

  /// Where nothing but the text can be read.
  public static func noDirectory(_ path: String) throws -> [(name: String, bytes: [UInt8])] {
    throw UnreadableDirectory(description: "\(path): directories are not read here")
  }

  private struct UnreadableDirectory: Error, CustomStringConvertible { let description: String }
}
