/// Reads MOSN's own configuration file (config.json, 0.2.1 and later forms).
public enum MosnConfig {
  /// The configuration that the bytes describe, and all there is to say about them, in the order of the text.
  ///
  /// What MOSN 0.2.1 starts with gives a configuration here, with warnings; `configuration` is nil exactly when
  /// one of the diagnostics is an error.
  public static func parse(
    _ bytes: [UInt8], limits: JSONLimits = JSONLimits()
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
    var reader = ConfigurationReader()
    for warning in text.warnings { reader.report(warning) }
    let configuration = MosnConfiguration.read(json, at: "", &reader)
    return (reader.hasErrors ? nil : configuration, reader.diagnostics.sorted { $0.position < $1.position })
  }
}
