import Glibc
import NIOCore

/// The open logs of the process: every path once, however many listeners name it.
final class LogSinks {
  private let writer: any EventLoop
  private var sinks: [String: LogSink] = [:]
  /// What could not be opened, and why; `takeWarnings` empties it.
  private var warnings: [String] = []

  init(writer: any EventLoop) {
    self.writer = writer
  }

  /// - Parameter path: a path, `stdout` or `stderr`. What cannot be opened is replaced by standard error.
  func sink(_ path: String) -> LogSink {
    if let sink = sinks[path] { return sink }
    let sink = open(path)
    sinks[path] = sink
    return sink
  }

  func takeWarnings() -> [String] {
    defer { warnings = [] }
    return warnings
  }

  func reopen() {
    let all = Array(sinks.values)
    writer.execute { for sink in all { sink.reopen() } }
  }

  /// Returns when all that was appended before is written.
  func flush() {
    let all = Array(sinks.values)
    try? writer.submit { for sink in all { sink.flush() } }.wait()
  }

  private func open(_ path: String) -> LogSink {
    switch path {
    case "stdout": return LogSink(descriptor: STDOUT_FILENO, writer: writer)
    case "stderr": return LogSink(descriptor: STDERR_FILENO, writer: writer)
    case let path where path.hasPrefix("syslog"): break
    default:
      do throws(DaemonError) {
        return try LogSink(path: path, writer: writer)
      } catch {
        warnings.append("log \(error); standard error is used")
      }
    }
    // Under its own name, so that all of them share one buffer and their lines do not mix.
    return sink("stderr")
  }
}
