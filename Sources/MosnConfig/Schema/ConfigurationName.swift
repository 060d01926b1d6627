import MosnBytes

/// A value out of a list of names that MOSN knows, such as `LB_RANDOM`. Case counts, as it does for MOSN.
protocol ConfigurationName: ConfigurationValue, RawRepresentable<String>, Hashable {
  init(rawValue: String)
  static var known: [Self] { get }
  /// What MOSN 0.2.1 says of a name that is not known; the name follows.
  static var refusal: String { get }
  /// What later versions put in the place of such a name, and what is to be said of that.
  static func substitute(for name: String) -> (value: Self, consequence: String)
}

extension ConfigurationName {
  static var shape: String { known.map { "`\($0.rawValue)`" }.joined(separator: ", ") }
  static var example: JSONValue { JSONValue(.string(known.first?.rawValue ?? "")) }

  /// An empty name is an absent one.
  static func read(_ json: JSONValue, at path: String, _ reader: inout ConfigurationReader) -> Self? {
    guard let text = String.read(json, at: path, &reader), !text.isEmpty else { return nil }
    let name = Self(rawValue: text)
    guard !known.contains(name) else { return name }
    let substitute = substitute(for: text)
    reader.report(
      .warning, path, "\(refusal)\(text): \(substitute.consequence)", at: json.position,
      suggestion: Suggestion.nearest(to: text, among: known.map(\.rawValue)))
    return substitute.value
  }

  var json: JSONValue? { JSONValue(.string(rawValue)) }
}
