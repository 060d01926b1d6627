import Glibc

/// The signals that the daemon waits for instead of being interrupted by them.
struct Signals {
  private var set = sigset_t()

  /// Blocks them in this thread and in all that it starts from here on.
  init() {
    sigemptyset(&set)
    for number in [SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1, SIGUSR2] { sigaddset(&set, number) }
    pthread_sigmask(SIG_BLOCK, &set, nil)
    signal(SIGPIPE, SIG_IGN)
  }

  /// The next one. SIGUSR2 is the daemon's own, sent to itself when it has drained.
  mutating func wait() -> Int32 {
    var number: Int32 = 0
    while sigwait(&set, &number) != 0 {}
    return number
  }

  /// Nil when the time is over.
  mutating func wait(nanoseconds: UInt64) -> Int32? {
    var time = timespec(
      tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
    let number = sigtimedwait(&set, nil, &time)
    return number > 0 ? number : nil
  }
}
