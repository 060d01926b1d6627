import Glibc

/// Nanoseconds of the clocks of this machine.
enum Clock {
  static var monotonic: Int64 { now(CLOCK_MONOTONIC) }
  /// Since 1970, as the kernel stamps packets.
  static var real: Int64 { now(CLOCK_REALTIME) }

  private static func now(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
