/// Remembers the times others are relative to.
struct MessageClock: Sendable {
  private var first: Int64?
  /// The latest time shown.
  private var latest: Int64?

  mutating func begin(at time: Int64) { if first == nil { first = time } }

  mutating func write(_ time: Int64, as format: TimeFormat, into output: inout Output) {
    let first = self.first ?? time
    self.first = first
    let width = format.width
    switch format {
    case .relative: output.append(seconds: time.subtractingClamped(first), digits: 6, width: width)
    case .delta:
      // What began before another that is shown already has none.
      let delta = max(0, time.subtractingClamped(latest ?? time))
      output.append(seconds: delta, digits: 6, width: width)
    case .epoch: output.append(seconds: time, digits: 9, width: width)
    case .timeOfDay(let offset): output.append(date: time, offset: offset, withDate: false)
    case .date(let offset): output.append(date: time, offset: offset, withDate: true)
    }
    latest = max(latest ?? time, time)
  }
}

extension Int64 {
  /// Difference of two times of a capture, which may claim anything.
  func subtractingClamped(_ other: Int64) -> Int64 {
    let (difference, overflow) = subtractingReportingOverflow(other)
    return overflow ? (self > other ? .max : .min) : difference
  }
}
