import Glibc

/// Time in proportion to the input. Whatever costs its square goes over with a few kilobytes.
struct TimeBudget {
  /// CPU nanoseconds with all instrumentation on: far above what anything costs, far below what a square costs.
  private static let base = 400_000_000
  private static let perByte = 20_000

  private let start = TimeBudget.now
  private let allowed: Int

  init(bytes: Int) { allowed = Self.base + Self.perByte * bytes }

  func check() throws {
    let spent = Self.now - start
    try expect(spent <= allowed, "took \(spent / 1_000_000) ms of CPU, \(allowed / 1_000_000) ms are allowed")
  }

  private static var now: Int {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }
}
