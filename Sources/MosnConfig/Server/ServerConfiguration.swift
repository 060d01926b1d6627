/// The one server of a file: its logs, its share of the machine, its listeners.
public struct ServerConfiguration: Hashable, Sendable {
  public internal(set) var path = ""
  /// A label for logs.
  public var name = ""
  /// Nil: nothing said. A path, or `stdout`, `stderr`.
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
      "A path, `stdout` or `stderr`; standard error if absent."),
    Key("default_log_level", \.defaultLogLevel, "How much is written there."),
    Key("graceful_timeout", \.gracefulTimeout, "How long connections may finish when the daemon stops."),
    Key("processor", \.processor, "How many processors are used; 0 or `auto` is all."),
    Key("listeners", \.listeners, "Where connections come in."),
    Key("routers", \.routers, since: "0.20", "Routes that a proxy names with `router_config_name`."),
    Key("limits", \.limits, since: "mosnd", "What is bounded beyond MOSN's own keys."),
    .noEffect("optimize_local_write", "boolean", since: "1.6", "How MOSN writes to its own machine."),
    .noEffect("use_netpoll_mode", "boolean", "Go's or an own poll loop; mosnd always polls."),
    .noEffect(
      "global_log_roller", "string", since: "1.6", "When log files change; leave that to logrotate."),
  ]

  mutating func check(given: Set<String>, _ reader: inout ConfigurationReader) {
    reader.checkLog(defaultLogPath, "\(path).default_log_path")
    if listeners.isEmpty {
      reader.report(.warning, "\(path).listeners", "no listener found: nothing is served")
    }
  }
}

extension ConfigurationReader {
  /// Warns of a place for logs that is none here.
  mutating func checkLog(_ place: String?, _ path: String) {
    if let place, place.hasPrefix("syslog") {
      report(.warning, path, "syslog is not implemented: standard error is used")
    }
  }
}

extension ProcessorCount: ConfigurationValue {
  static let shape = "integer or `auto`"
  static let example = JSONValue(.string("auto"))

  static func read(_ json: JSONValue, at path: String, _ reader: inout ConfigurationReader) -> ProcessorCount?
  {
    switch json.content {
    case .number(let number):
      if let count = number.integer(Int64.self) { return ProcessorCount(rawValue: UInt32(clamping: count)) }
    case .string(let text):
      if let count = Int64(text) { return ProcessorCount(rawValue: UInt32(clamping: count)) }
      if text.lowercased() != "auto" {
        reader.report(
          .warning, path, "\(json.found) is no number: all processors are used", at: json.position)
      }
      return .all
    default: break
    }
    return reader.mismatch(json, path, expected: "a number of processors or \"auto\"")
  }

  var json: JSONValue? { JSONValue(.number(JSONNumber(rawValue))) }
}
