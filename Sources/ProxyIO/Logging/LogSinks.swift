import Glibc
import NIOCore

/// The open logs of the process: every path once, however many listeners name it.
final class LogSinks {
  private let writer: any EventLoop
  private let figures: ProcessFigures
  /// Bytes of each that wait to be written at most.
  private let mostWaiting: Int
  private var sinks: [String: LogSink] = [:]
  /// What could not be opened, and why; `takeWarnings` empties it.
  private var warnings: [String] = []

  init(writer: any EventLoop, figures: ProcessFigures, mostWaiting: Int = LogSink.mostWaiting) {
    self.mostWaiting = mostWaiting
    self.writer = writer
    self.figures = figures
  }

  /// - Parameter path: a path, `stdout` or `stderr`. What cannot be opened is replaced by standard error.
  func sink(_ path: String) -> LogSink {
    let path = Self.standard[path] ?? path
    if let sink = sinks[path] { return sink }
    let sink = open(path)
    sinks[path] = sink
    return sink
  }

  /// What was there when the process began is not opened by its path: a socket cannot be, and a pipe of another user.
  private static let standard = [
    "/dev/stdout": "stdout", "/dev/fd/1": "stdout", "/proc/self/fd/1": "stdout",
    "/dev/stderr": "stderr", "/dev/fd/2": "stderr", "/proc/self/fd/2": "stderr",
  ]

  func takeWarnings() -> [String] {
    defer { warnings = [] }
    return warnings
  }

  func reopen() {
    let all = Array(sinks.values)
    writer.execute { for sink in all { sink.reopen() } }
  }

  /// How long the end may take to write what waits, in nanoseconds.
  private static let longestFinish: UInt64 = 1_000_000_000
  /// How long a reader that takes nothing is waited for then.
  private static let longestStandstill: UInt64 = 100_000_000

  /// Returns when all that was appended before is written, or nobody takes it: who has stopped reading a log does not
  /// keep the process from ending.
  func finish() {
    let all = Array(sinks.values)
    writer.execute { for sink in all { sink.flush() } }
    let end = MonotonicClock.now + Self.longestFinish
    var (waiting, lastProgress) = (Int.max, MonotonicClock.now)
    while true {
      let left = all.reduce(0) { $0 + $1.waiting }
      let now = MonotonicClock.now
      if left < waiting { (waiting, lastProgress) = (left, now) }
      guard left > 0, now < end, now - lastProgress < Self.longestStandstill else { return }
      usleep(1000)
    }
  }

  private func open(_ path: String) -> LogSink {
    switch path {
    case "stdout": return inherited(STDOUT_FILENO)
    case "stderr":
      // Where both are the same, their lines must not mix.
      let isSame = FileStatus(STDERR_FILENO)?.isSame(as: FileStatus(STDOUT_FILENO)) == true
      return isSame ? sink("stdout") : inherited(STDERR_FILENO)
    case let path where path.hasPrefix("syslog"): break
    default:
      do throws(DaemonError) {
        return LogSink(
          try LogOutput(path: path), path: path, writer: writer, figures: figures, mostWaiting: mostWaiting)
      } catch {
        let text = "\(error)"
        let place = text.hasPrefix(path) ? "" : "\(path): "
        warnings.append("log \(place)\(text); standard error is used")
      }
    }
    // Under its own name, so that all of them share one buffer and their lines do not mix.
    return sink("stderr")
  }

  private func inherited(_ descriptor: Int32) -> LogSink {
    LogSink(LogOutput(inherited: descriptor), writer: writer, figures: figures, mostWaiting: mostWaiting)
  }
}
