import Glibc
import Synchronization

/// Wakes a thread that waits in poll(2): a pipe, written to only when somebody waits.
final class Wake: Sendable {
  /// Can be read from when the wait is over.
  let descriptor: Int32
  private let end: Int32
  private let isAwaited = Atomic(false)

  /// Nil when there are no descriptors.
  init?() {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    (descriptor, end) = (ends[0], ends[1])
    for end in ends {
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
  }

  deinit {
    close(descriptor)
    close(end)
  }

  /// Before a wait. What is waited for is to be looked at once more behind this call.
  func expect() { isAwaited.store(true, ordering: .sequentiallyConsistent) }

  /// After a wait.
  func forget() {
    isAwaited.store(false, ordering: .relaxed)
    var octets: UInt64 = 0
    while read(descriptor, &octets, 8) > 0 {}
  }

  /// Ends a wait, if there is one.
  func wake() {
    guard isAwaited.load(ordering: .sequentiallyConsistent),
      isAwaited.exchange(false, ordering: .sequentiallyConsistent)
    else { return }
    var octet: UInt8 = 1
    _ = write(end, &octet, 1)
  }
}
