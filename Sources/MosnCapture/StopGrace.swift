/// How long reading goes on once it is to stop: what was under way shall not be lost. ^C reaches a whole pipeline, and
/// `tcpdump -w -` writes the last packets when it ends.
struct StopGrace {
  private var end: ContinuousClock.Instant?

  /// A writer that has not ended by then will not.
  private static let length: Duration = .seconds(1)
  /// Milliseconds without a byte after which none is under way.
  static let silence: Int32 = 100

  /// Whether it is over; asked for the first time, it begins.
  var isOver: Bool {
    mutating get {
      let now = ContinuousClock.now
      let end = self.end ?? now + Self.length
      self.end = end
      return now >= end
    }
  }
}
