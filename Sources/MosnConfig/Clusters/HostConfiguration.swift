/// One server of a cluster.
public struct HostConfiguration: Hashable, Sendable {
  public internal(set) var path = ""
  /// The text of the file; `networkAddress` is what it means.
  public var address = ""
  public var hostname = ""
  /// From 1 to 128.
  public var weight = HostWeight.least
  public var metadata = LoadBalancerMetadata()
  /// True: no TLS to this host, whatever the cluster says.
  public var tlsDisable = false
  public init() {}

  /// Nil: the address is none and the host is never used.
  public var networkAddress: NetworkAddress? { NetworkAddress(address) }
}

/// How often a host is chosen compared to others: 1 to 128.
public struct HostWeight: RawRepresentable, Hashable, Sendable {
  public let rawValue: UInt32

  /// The nearest weight there is.
  public init(rawValue: UInt32) { self.rawValue = min(max(rawValue, 1), 128) }

  public static let least = HostWeight(rawValue: 1)
}

extension HostConfiguration: ConfigurationObject {
  static let title = "Host"
  static let keys: [Key<Self>] = [
    Key("address", \.address, "`host:port`; required."),
    Key("hostname", \.hostname, "A label."),
    Key("weight", \.weight, "From 1 to 128; what lies outside is moved to the nearer end."),
    Key("metadata", \.metadata, "What subsets are told apart by."),
    Key("tls_disable", \.tlsDisable, "No TLS to this host."),
  ]

  mutating func check(given: Set<String>, _ reader: inout ConfigurationReader) {
    if address.isEmpty {
      reader.report(.warning, path, "address is missing: the host is never used")
    } else if networkAddress == nil {
      reader.report(.warning, "\(path).address", "\"\(address)\" is no host:port: the host is never used")
    }
  }
}

extension HostWeight: ConfigurationValue {
  static let shape = "integer"
  static let example = JSONValue(.number(JSONNumber(100)))

  static func read(_ json: JSONValue, at path: String, _ reader: inout ConfigurationReader) -> HostWeight? {
    guard case .number(let number) = json.content, let weight = number.integer(Int64.self) else {
      return reader.mismatch(json, path, expected: "an integer from 1 to 128")
    }
    let nearest = HostWeight(rawValue: UInt32(clamping: weight))
    if Int64(nearest.rawValue) != weight {
      reader.report(
        .warning, path, "\(weight) is outside 1...128: \(nearest.rawValue) is used", at: json.position)
    }
    return nearest
  }

  var json: JSONValue? { JSONValue(.number(JSONNumber(rawValue))) }
}
