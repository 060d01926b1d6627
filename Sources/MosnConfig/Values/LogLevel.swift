/// How much is written to a log.
public struct LogLevel: RawRepresentable, Hashable, Sendable {
  public let rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }

  public static let fatal = LogLevel(rawValue: "FATAL")
  public static let error = LogLevel(rawValue: "ERROR")
  public static let warn = LogLevel(rawValue: "WARN")
  public static let info = LogLevel(rawValue: "INFO")
  public static let debug = LogLevel(rawValue: "DEBUG")
  public static let trace = LogLevel(rawValue: "TRACE")
}

extension LogLevel: ConfigurationName {
  static let known: [LogLevel] = [.info, .fatal, .error, .warn, .debug, .trace]
  static let refusal = "unsupported log level: "

  static func substitute(for name: String) -> (value: LogLevel, consequence: String) {
    (.info, "INFO is used")
  }
}
