import Synchronization

/// What is counted for the process, not for each event loop.
final class ProcessFigures: Sendable {
  let droppedLogLines = Atomic<UInt64>(0)
  /// Connections that were not taken, or not made, for want of a descriptor.
  let descriptorShortages = Atomic<UInt64>(0)
}
