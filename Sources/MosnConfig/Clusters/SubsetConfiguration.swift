/// Choice among the hosts of a cluster by their metadata.
public struct SubsetConfiguration: Hashable, Sendable {
  public internal(set) var path = ""
  public var fallbackPolicy = SubsetFallback.none
  public var defaultSubset: [String: String] = [:]
  /// The combinations of names that make subsets.
  public var selectors: [[String]] = []
  public init() {}
}

/// What is chosen when no subset fits.
public struct SubsetFallback: RawRepresentable, Hashable, Sendable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// No host.
  public static let none = SubsetFallback(rawValue: 0)
  /// Any host.
  public static let any = SubsetFallback(rawValue: 1)
  /// A host of the default subset.
  public static let defaultSubset = SubsetFallback(rawValue: 2)
}

extension SubsetConfiguration: ConfigurationObject {
  static let title = "Subset"
  static let keys: [Key<Self>] = [
    Key(
      "fall_back_policy", \.fallbackPolicy,
      "When no subset fits: 0 no host, 1 any host, 2 the default subset."),
    Key("default_subset", \.defaultSubset, "The metadata of the default subset."),
    Key("subset_selectors", \.selectors, "The combinations of names that make subsets."),
  ]
}

extension SubsetFallback: ConfigurationValue {
  static let shape = "`0`, `1`, `2`"
  static let example = JSONValue(.number(JSONNumber(2)))

  static func read(_ json: JSONValue, at path: String, _ reader: inout ConfigurationReader) -> SubsetFallback?
  {
    guard case .number(let number) = json.content, let value = number.integer(UInt32.self) else {
      return reader.mismatch(json, path, expected: "0, 1 or 2")
    }
    guard value <= 2 else {
      reader.report(.warning, path, "\(value) is no fallback: 0 is used", at: json.position)
      return SubsetFallback.none
    }
    return SubsetFallback(rawValue: value)
  }

  var json: JSONValue? { JSONValue(.number(JSONNumber(rawValue))) }
}
