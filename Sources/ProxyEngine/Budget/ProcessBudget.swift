import Synchronization

/// What a process may hold for all its connections, shared by its engines, and how much of it one connection may have.
///
///     0 ─────────────── eased ─────────── short ──── capacity
///                                           reserve
///
/// Engines tell what they hold in portions, so that a call costs no atomic operation. Above `short` a round begins: the
/// level sinks by half, and every engine cuts those of its connections that hold more down to it. Round follows round
/// until there is room, so that those who hold most are cut, and nobody else; what lies above is left to those who hold
/// little. Below `eased` the level is what it was at first.
public final class ProcessBudget: Sendable {
  private let engines: Int
  private let sum = Atomic<Int>(0)
  private let capacity = Atomic<Int>(.max)
  /// The level at first, and the lowest there is.
  private let highest = Atomic<Int>(.max)
  private let lowest = Atomic<Int>(0)
  private let sunk = Atomic<Int>(.max)
  /// The number of the last round.
  private let round = Atomic<Int>(0)
  /// Engines that have not answered it.
  private let awaited = Atomic<Int>(0)

  /// What is under way in each cluster.
  let loads = Loads()
  /// Clients that are connected.
  let clients = Load.Count()

  /// - Parameter engines: how many share it.
  public init(engines: Int = 1) { self.engines = engines }

  /// Bytes held, but for what engines have not told yet and what they hold no more.
  public var held: Int { sum.load(ordering: .relaxed) }

  /// The edge holds so much more, or less, for connections that no engine knows yet.
  public func hold(_ bytes: Int) { sum.add(bytes, ordering: .relaxed) }

  /// What a connection may hold now.
  @inline(__always)
  var level: Int { sunk.load(ordering: .relaxed) }

  /// Changes that are smaller are not told.
  var portion: Int { min(64 << 10, capacity.load(ordering: .relaxed) >> 10) }

  var isShared: Bool { engines > 1 }

  /// All engines adopt the same.
  func adopt(_ limits: borrowing ProxyLimits) {
    let (bytes, level) = (limits.bufferedInAll, limits.level)
    let isOther = capacity.exchange(bytes, ordering: .relaxed) != bytes
    guard highest.exchange(level, ordering: .relaxed) != level || isOther else { return }
    // As many as there may be, holding so little, leave half of it: there is always somebody who holds more.
    lowest.store(max(1, bytes / max(1, 2 * limits.downstreamConnections)), ordering: .relaxed)
    sunk.store(level, ordering: .relaxed)
  }

  /// An engine holds so much more, or less, than it told before; whether little is left.
  func tell(_ change: Int) -> Bool {
    let now = sum.add(change, ordering: .relaxed).newValue
    let most = capacity.load(ordering: .relaxed)
    if now < most / 2, awaited.load(ordering: .relaxed) == 0 {
      sunk.store(highest.load(ordering: .relaxed), ordering: .relaxed)
    }
    return now > most - most / 8
  }

  /// Little is left: a round begins, which engines have to be told of. False: one is under way.
  func beginRound() -> Bool {
    guard awaited.compareExchange(expected: 0, desired: engines, ordering: .acquiringAndReleasing).exchanged
    else { return false }
    sunk.store(max(lowest.load(ordering: .relaxed), level / 2), ordering: .relaxed)
    round.add(1, ordering: .releasing)
    return true
  }

  /// The round that an engine has to answer if that was not its last.
  var currentRound: Int { round.load(ordering: .acquiring) }

  /// An engine has cut down to the level; true: it was the last of them, and the level can sink further.
  func endRound() -> Bool {
    let isLast = awaited.subtract(1, ordering: .acquiringAndReleasing).newValue == 0
    return isLast && level > lowest.load(ordering: .relaxed)
  }
}
