import ArgumentParser
import Glibc
import ProxyIO

/// Lines for the person at the terminal, on standard error, and the exit status that goes with them.
enum Report {
  /// A reader that has stopped is not waited for: signals may be blocked already.
  static func line(_ text: String) {
    var events = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
    guard poll(&events, 1, 1000) > 0 else { return }
    var line = text + "\n"
    line.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }

  static func failures(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch let error as DaemonError {
      line("mosnd: \(error)")
      throw ExitCode(error.exitStatus)
    }
  }
}
