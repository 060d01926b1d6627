import Glibc

/// Orders to a daemon that runs, given by signals.
public struct Orders: Sendable {
  private let processFile: ProcessFile

  public init(to processFile: ProcessFile) {
    self.processFile = processFile
  }

  /// Tells the daemon to finish its calls and end, and waits until it has.
  ///
  /// - Returns: its process id.
  public func stop(withinSeconds seconds: Int) throws(DaemonError) -> Int32 {
    let pid = try send(SIGTERM)
    guard poll(seconds: seconds, { processFile.runningPID == nil }) else {
      throw .noAnswer(pid: pid, seconds: seconds)
    }
    return pid
  }

  /// Tells the daemon to read its configuration again, and waits for the outcome; `refused` when it has kept the old.
  ///
  /// - Returns: its process id.
  public func reload(withinSeconds seconds: Int) throws(DaemonError) -> Int32 {
    let before = processFile.lastReload?.number ?? 0
    let pid = try send(SIGHUP)
    var failure = ""
    let isDone = poll(seconds: seconds) {
      guard let last = processFile.lastReload, last.number > before else { return false }
      failure = last.failure
      return true
    }
    guard isDone else { throw .noAnswer(pid: pid, seconds: seconds) }
    guard failure.isEmpty else { throw .refused(failure) }
    return pid
  }

  private func send(_ signal: Int32) throws(DaemonError) -> Int32 {
    guard let pid = processFile.runningPID, pid > 0 else { throw .notRunning(file: processFile.path) }
    guard kill(pid, signal) == 0 else {
      throw .file("process \(pid)", reason: SystemError.text(errno))
    }
    return pid
  }

  private func poll(seconds: Int, _ isDone: () -> Bool) -> Bool {
    let end = MonotonicClock.now + UInt64(max(0, seconds)) * 1_000_000_000
    while !isDone() {
      guard MonotonicClock.now < end else { return false }
      usleep(10_000)
    }
    return true
  }
}
