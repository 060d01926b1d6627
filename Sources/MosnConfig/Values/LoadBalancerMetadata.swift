/// Names and values by which subsets of hosts are told apart. In the file
/// `{"filter_metadata": {"mosn.lb": {"zone": "a"}}}`.
public struct LoadBalancerMetadata: Hashable, Sendable {
  public var values: [String: String] = [:]
  public init(_ values: [String: String] = [:]) { self.values = values }
}

extension LoadBalancerMetadata: ConfigurationValue {
  static let shape = "`{\"filter_metadata\": {\"mosn.lb\": {name: value}}}`"
  static let example = JSONValue(
    .object([
      JSONMember(
        "filter_metadata",
        JSONValue(
          .object([JSONMember("mosn.lb", JSONValue(.object([JSONMember("zone", JSONValue(.string("a")))])))]))
      )
    ]))

  static func read(
    _ json: JSONValue, at path: String, _ reader: inout ConfigurationReader
  ) -> LoadBalancerMetadata? {
    values(in: json, at: path, remark: .error, &reader).map(LoadBalancerMetadata.init)
  }

  /// The values, unless the object has another form, which is remarked.
  fileprivate static func values(
    in json: JSONValue, at path: String, remark severity: Diagnostic.Severity,
    _ reader: inout ConfigurationReader
  ) -> [String: String]? {
    guard let members = json.members else { return reader.mismatch(json, path, expected: "an object") }
    if members.isEmpty { return [:] }
    let invalid = "Metadata for routing format invalid: expected"
    guard let entries = json["filter_metadata"]?["mosn.lb"]?.members, members.count == 1 else {
      reader.report(severity, path, "\(invalid) \(shape)", at: json.position)
      return nil
    }
    var values: [String: String] = [:]
    for entry in entries {
      values[entry.name] = entry.value.string
      if entry.value.string == nil {
        reader.report(
          severity, "\(path).filter_metadata.mosn.lb.\(entry.name)",
          "\(invalid) a string, found \(entry.value.found)", at: entry.value.position)
      }
    }
    return values
  }

  var json: JSONValue? {
    guard !values.isEmpty, let json = values.json else { return nil }
    let balancer = JSONValue(.object([JSONMember("mosn.lb", json)]))
    return JSONValue(.object([JSONMember("filter_metadata", balancer)]))
  }
}

/// The same at a host. MOSN does not start with another form at a route; here it passes over it.
public struct HostMetadata: Hashable, Sendable {
  public var values: [String: String] = [:]
  public init(_ values: [String: String] = [:]) { self.values = values }
}

extension HostMetadata: ConfigurationValue {
  static let shape = LoadBalancerMetadata.shape
  static let example = LoadBalancerMetadata.example

  static func read(_ json: JSONValue, at path: String, _ reader: inout ConfigurationReader) -> HostMetadata? {
    LoadBalancerMetadata.values(in: json, at: path, remark: .warning, &reader).map(HostMetadata.init)
  }

  var json: JSONValue? { LoadBalancerMetadata(values).json }
}
