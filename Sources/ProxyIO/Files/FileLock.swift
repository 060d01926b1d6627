import Glibc

/// A lock on a whole file, which ends with the process that took it, however it ends.
///
/// Taking it needs the right to write the file, and the kernel tells whose it is. It is lost when the process closes
/// any descriptor of the file.
enum FileLock {
  /// - Returns: whether it is ours now; `errno` says why not.
  static func take(_ descriptor: Int32) -> Bool {
    var lock = flock()
    lock.l_type = Int16(F_WRLCK)
    return fcntl(descriptor, F_SETLK, &lock) == 0
  }

  /// The process that has it; nil: none has. 0: one that cannot be seen from here, in another PID namespace.
  static func holder(_ descriptor: Int32) -> Int32? {
    var lock = flock()
    // Who may only read can lock against writers, which is of no interest.
    lock.l_type = Int16(F_RDLCK)
    guard fcntl(descriptor, F_GETLK, &lock) == 0, lock.l_type != Int16(F_UNLCK) else { return nil }
    return max(0, lock.l_pid)
  }
}
