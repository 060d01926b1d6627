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
    guard let members = json.members else { return reader.mismatch(json, path, expected: "an object") }
    guard !members.isEmpty else { return LoadBalancerMetadata() }
    let invalid = "Metadata for routing format invalid: expected"
    guard let entries = json["filter_metadata"]?["mosn.lb"]?.members, members.count == 1 else {
      reader.report(.warning, path, "\(invalid) \(shape)", at: json.position)
      return nil
    }
    var metadata = LoadBalancerMetadata()
    for entry in entries {
      metadata.values[entry.name] = entry.value.string
      if entry.value.string == nil {
        reader.report(
          .warning, "\(path).filter_metadata.mosn.lb.\(entry.name)",
          "\(invalid) a string, found \(entry.value.found)", at: entry.value.position)
      }
    }
    return metadata
  }

  var json: JSONValue? {
    guard !values.isEmpty, let json = values.json else { return nil }
    let balancer = JSONValue(.object([JSONMember("mosn.lb", json)]))
    return JSONValue(.object([JSONMember("filter_metadata", balancer)]))
  }
}
