import CMosnMalloc
import MosnInspectKit

/// Gives back to the system what connections held that were given up for room: malloc keeps it for others of just that
/// size, and `--max-memory` is a promise about the process.
struct Heap {
  private var evicted = 0

  mutating func trim(after summary: Summary) {
    guard summary.evictedConnections != evicted else { return }
    evicted = summary.evictedConnections
    malloc_trim(0)
  }
}
