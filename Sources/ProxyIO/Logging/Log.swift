import MosnConfig

/// A log that a part of the daemon writes to, and how much of what it has to say is written.
struct Log: Sendable {
  let sink: LogSink
  let level: LogLevel

  func writes(_ level: LogLevel) -> Bool { level.weight <= self.level.weight }

  /// `2026/11/22 15:27:08.123 [INFO] text`
  func write(_ level: LogLevel, _ text: String, at time: String) {
    guard writes(level) else { return }
    sink.append("\(time) [\(level.rawValue)] \(text)\n")
  }

  func write(_ level: LogLevel, _ text: String) {
    var clock = WallClock()
    write(level, text, at: clock.text())
  }
}

extension LogLevel {
  /// The rank among levels; unknown ones, which no configuration lets through, are the most talkative.
  fileprivate var weight: Int {
    switch self {
    case .fatal: 0
    case .error: 1
    case .warn: 2
    case .info: 3
    case .debug: 4
    default: 5
    }
  }
}
