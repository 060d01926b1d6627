import ArgumentParser
import Glibc
import ProxyIO

/// Lines for the person at the terminal, on standard error, and the exit status that goes with them.
enum Report {
  static func line(_ text: String) {
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
