import Glibc

/// The time of day as logs show it, in the machine's time zone: `2026/11/22 15:27:08.123`.
struct WallClock {
  private var second = -1
  private var secondText = ""

  /// Now.
  mutating func text() -> String {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return text(of: now)
  }

  /// The time of day at a reading of the monotonic clock.
  mutating func text(ofMonotonic nanoseconds: UInt64) -> String {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    let age = Int(clamping: MonotonicClock.now) - Int(clamping: nanoseconds)
    let then = now.tv_sec * 1_000_000_000 + now.tv_nsec - age
    return text(of: timespec(tv_sec: then / 1_000_000_000, tv_nsec: then % 1_000_000_000))
  }

  private mutating func text(of time: timespec) -> String {
    if time.tv_sec != second {
      second = time.tv_sec
      secondText = Self.text(ofSecond: time.tv_sec)
    }
    return "\(secondText).\(Self.padded(time.tv_nsec / 1_000_000, to: 3))"
  }

  private static func text(ofSecond second: Int) -> String {
    var (second, parts) = (second, tm())
    localtime_r(&second, &parts)
    let date = [Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday)]
    let time = [parts.tm_hour, parts.tm_min, parts.tm_sec]
    return date.map { padded($0, to: 2) }.joined(separator: "/") + " "
      + time.map { padded(Int($0), to: 2) }.joined(separator: ":")
  }

  private static func padded(_ number: Int, to width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}

/// The clock that the engines' times are on.
enum MonotonicClock {
  /// Nanoseconds.
  static var now: UInt64 {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return UInt64(now.tv_sec) &* 1_000_000_000 &+ UInt64(now.tv_nsec)
  }
}
