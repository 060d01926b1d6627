import MosnConfig

/// Bounds the lines of one kind: the first ones of a second are written, and of the rest how many there were. One host
/// that is down makes as many lines as there are calls.
struct LineLimiter {
  /// Lines of a kind in a second; 0: no limit.
  var most: Int
  private var second: UInt64 = 0
  private var kinds: [String: Kind] = [:]

  private struct Kind {
    var count = 0
    let log: Log
    let level: LogLevel

    mutating func admitsOneMore(_ most: Int) -> Bool {
      count += 1
      return count <= most
    }
  }

  /// What was left out of a second.
  struct Summary {
    let log: Log
    let level: LogLevel
    let text: String
  }

  init(most: Int) { self.most = most }

  /// Whether one more line of this kind is written. What was left out of an earlier second is to be taken first.
  mutating func admits(_ kind: String, _ log: Log, _ level: LogLevel) -> Bool {
    guard most > 0 else { return true }
    // Names come from outside, too: they are not all remembered.
    let kind = kinds.count < Self.mostKinds || kinds[kind] != nil ? kind : Self.others
    return kinds[kind, default: Kind(log: log, level: level)].admitsOneMore(most)
  }

  /// What was left out of a second that is over; none of it is told twice.
  ///
  /// - Parameter now: monotonic nanoseconds.
  mutating func takeSummaries(at now: UInt64) -> [Summary] {
    guard now / 1_000_000_000 != second else { return [] }
    second = now / 1_000_000_000
    defer { kinds.removeAll(keepingCapacity: true) }
    return kinds.filter { $0.value.count > most }.sorted { $0.key < $1.key }.map { name, kind in
      Summary(
        log: kind.log, level: kind.level,
        text: "… \(kind.count - most) more lines within a second (limits.log_lines): \(name)")
    }
  }

  /// Something was left out, and is to be told when the second is over, whether more comes or not.
  var isDue: Bool { kinds.contains { $0.value.count > most } }

  private static let mostKinds = 256
  private static let others = "others"
}
