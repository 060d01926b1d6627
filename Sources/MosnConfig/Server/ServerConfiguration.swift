/// The one server of a file: its logs, its share of the machine, its listeners.
public struct ServerConfiguration: Hashable, Sendable {
  public internal(set) var path = ""
  /// A label for logs.
  public var name = ""
  /// Nil: nothing said. A path, or `stdout`, `stderr`, `syslog`.
  public var defaultLogPath: String?
  public var defaultLogLevel = LogLevel.info
  /// How long connections may finish when the daemon stops or hands over.
  public var gracefulTimeout = Nanoseconds(rawValue: 30_000_000_000)
  public var processor = ProcessorCount.all
  public var listeners: [ListenerConfiguration] = []
  /// Routes that listeners name (`router_config_name`).
  public var routers: [RouterConfiguration] = []
  public var limits = LimitsConfiguration()

  public init() {}
}

/// How many processors are used: an integer, or `auto` for all of them.
public struct ProcessorCount: RawRepresentable, Hashable, Sendable {
  /// 0: all.
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  public static let all = ProcessorCount(rawValue: 0)
}

extension ServerConfiguration: ConfigurationObject {
  static let title = "Server"
  static let keys: [Key<Self>] = [
    Key("mosn_server_name", \.name, "A label for logs."),
    Key(
      "default_log_path", \.defaultLogPath,
      "A path, or `stdout`, `stderr`, `syslog`; standard error if absent."),
    Key("default_log_level", \.defaultLogLevel, "How much is written there."),
    Key("graceful_timeout", \.gracefulTimeout, "How long connections may finish when the daemon stops."),
    Key("processor", \.processor, "How many processors are used; 0 or `auto` is all."),
    Key("listeners", \.listeners, "At least one; required."),
    Key("routers", \.routers, since: "0.20", "Routes that a proxy names with `router_config_name`."),
    Key("limits", \.limits, since: "mosnd", "What is bounded beyond MOSN's own keys."),
    .noEffect("use_netpoll_mode", "boolean", "Go's or an own poll loop; mosnd always polls."),
    .noEffect(
      "global_log_roller", "string", since: "1.6", "When log files change; leave that to logrotate."),
  ]

  mutating func check(given: Set<String>, _ reader: inout ConfigurationReader) {
    if listeners.isEmpty { reader.report(.error, "\(path).listeners", "no listener found") }
  }
}

extension ProcessorCount: ConfigurationValue {
  static let shape = "integer or `auto`"
  static let example = JSONValue(.string("auto"))

  static func read(_ json: JSONValue, at path: String, _ reader: inout ConfigurationReader) -> ProcessorCount?
  {
    if json.string == "auto" { return .all }
    if case .number(let number) = json.content, let count = number.integer(UInt32.self) {
      return ProcessorCount(rawValue: count)
    }
    return reader.mismatch(json, path, expected: "a number of processors or \"auto\"")
  }

  var json: JSONValue? { JSONValue(.number(JSONNumber(rawValue))) }
}
