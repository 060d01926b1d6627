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
    let lock = try lock()
    let pid = try send(SIGTERM, to: lock)
    guard try poll(seconds: seconds, { () throws(DaemonError) in lock.holder != pid }) else {
      throw .noAnswer(pid: pid, seconds: seconds)
    }
    return pid
  }

  /// Tells the daemon to read its configuration again, and waits for the outcome; `refused` when it has kept the old.
  ///
  /// - Returns: its process id.
  public func reload(withinSeconds seconds: Int) throws(DaemonError) -> Int32 {
    let lock = try lock()
    let before = try processFile.lastReload()?.number ?? 0
    let pid = try send(SIGHUP, to: lock)
    var failure = ""
    let isDone = try poll(seconds: seconds) { () throws(DaemonError) in
      guard let last = try processFile.lastReload(), last.number > before else { return false }
      failure = last.failure
      return true
    }
    guard isDone else { throw .noAnswer(pid: pid, seconds: seconds) }
    guard failure.isEmpty else { throw .refused(failure) }
    return pid
  }

  private func lock() throws(DaemonError) -> ProcessLock {
    guard let lock = try processFile.open() else { throw .notRunning(file: processFile.path) }
    return lock
  }

  private func send(_ signal: Int32, to lock: borrowing ProcessLock) throws(DaemonError) -> Int32 {
    guard let pid = lock.holder else { throw .notRunning(file: processFile.path) }
    guard pid > 0 else { throw .outOfSight(file: processFile.path) }
    guard kill(pid, signal) == 0 else { throw .signal(pid: pid, errno: errno) }
    return pid
  }

  private func poll(
    seconds: Int, _ isDone: () throws(DaemonError) -> Bool
  ) throws(DaemonError) -> Bool {
    let end = MonotonicClock.now + UInt64(max(0, seconds)) * 1_000_000_000
    while try !isDone() {
      guard MonotonicClock.now < end else { return false }
      usleep(10_000)
    }
    return true
  }
}
