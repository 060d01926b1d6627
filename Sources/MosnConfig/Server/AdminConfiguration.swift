/// The administration interface; there is none unless the file asks for it.
public struct AdminConfiguration: Hashable, Sendable {
  public internal(set) var path = ""
  public var address = AdminAddress()
  public init() {}

  /// Where it listens; nil when the file gives no usable address.
  public var networkAddress: NetworkAddress? { address.socketAddress.networkAddress }
}

/// The shell that Envoy's form of an address has around it.
public struct AdminAddress: Hashable, Sendable {
  public internal(set) var path = ""
  public var socketAddress = SocketAddress()
  public init() {}
}

public struct SocketAddress: Hashable, Sendable {
  public internal(set) var path = ""
  public var address = "127.0.0.1"
  public var port = PortNumber(rawValue: 0)
  public init() {}

  public var networkAddress: NetworkAddress? {
    NetworkAddress(
      address.contains(":") ? "[\(address)]:\(port.rawValue)" : "\(address):\(port.rawValue)")
  }
}

/// A port. In the file it may stand in quotes: up to 0.26 MOSN read `admin` by the rules of protobuf, which know both.
public struct PortNumber: RawRepresentable, Hashable, Sendable {
  public let rawValue: UInt16
  public init(rawValue: UInt16) { self.rawValue = rawValue }
}

extension PortNumber: ConfigurationValue {
  static let shape = UInt16.shape
  static let example = UInt16.example

  static func read(_ json: JSONValue, at path: String, _ reader: inout ConfigurationReader) -> PortNumber? {
    if let port = json.string.flatMap({ UInt16($0) }) { return PortNumber(rawValue: port) }
    return UInt16.read(json, at: path, &reader).map(PortNumber.init)
  }

  var json: JSONValue? { rawValue.json }
}

extension AdminConfiguration: ConfigurationObject {
  static let title = "Admin"
  static let keys: [Key<Self>] = [
    Key("address", \.address, since: "0.26", "Where the administration interface listens."),
    .noEffect("access_log_path", "string", since: "1.6", "A log of its requests."),
  ]

  mutating func check(given: Set<String>, _ reader: inout ConfigurationReader) {
    if !given.contains("address") { reader.report(.warning, path, SocketAddress.missing) }
  }
}

extension AdminAddress: ConfigurationObject {
  static let title = "Admin address"
  static let keys: [Key<Self>] = [
    Key("socket_address", \.socketAddress, since: "0.26", "The address.")
  ]

  mutating func check(given: Set<String>, _ reader: inout ConfigurationReader) {
    if !given.contains("socket_address") { reader.report(.warning, path, SocketAddress.missing) }
  }
}

extension SocketAddress: ConfigurationObject {
  fileprivate static let missing = "no address: any free port of 127.0.0.1 is taken"

  static let title = "Socket address"
  static let keys: [Key<Self>] = [
    Key("address", \.address, since: "0.26", "An IP address; one that others can reach gets a warning."),
    Key("port_value", \.port, since: "0.26", "The port; required."),
  ]

  mutating func check(given: Set<String>, _ reader: inout ConfigurationReader) {
    if !given.contains("port_value") {
      reader.report(.warning, path, "port_value is missing: any free port is taken")
    }
    guard let networkAddress else {
      return reader.report(.error, "\(path).address", "[Address] not valid: \(address)")
    }
    if !networkAddress.host.hasPrefix("127."), !["::1", "localhost"].contains(networkAddress.host) {
      reader.report(
        .warning, "\(path).address",
        "the administration interface will answer whoever reaches \(networkAddress)")
    }
  }
}
