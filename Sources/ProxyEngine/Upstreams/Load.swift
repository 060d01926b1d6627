import Synchronization

/// What is under way in a cluster, for its circuit breaker: of all engines of the process. A cluster that is configured anew
/// goes on counting.
final class Load: Sendable {
  /// Calls that were sent or wait for a connection.
  let calls = Count()
  /// Calls that wait for a connection.
  let pending = Count()
  let connections = Count()
  /// Calls that are tried again.
  let retries = Count()

  /// How many there are of something that is limited.
  final class Count: Sendable {
    private let count = Atomic<Int>(0)

    var now: Int { count.load(ordering: .relaxed) }

    /// One more, if no more than `most` are then; otherwise nothing is counted.
    @inline(__always)
    func begin(most: UInt32) -> Bool {
      guard count.add(1, ordering: .relaxed).newValue > Int(most) else { return true }
      count.subtract(1, ordering: .relaxed)
      return false
    }

    func begin() { count.add(1, ordering: .relaxed) }

    @inline(__always)
    func end() { count.subtract(1, ordering: .relaxed) }
  }
}

/// The loads of a process's clusters, by name.
final class Loads: Sendable {
  private let loads = Mutex<[String: Load]>([:])

  /// Asked for when a configuration comes.
  subscript(cluster: String) -> Load {
    loads.withLock { loads in
      let load = loads[cluster] ?? Load()
      loads[cluster] = load
      return load
    }
  }
}
