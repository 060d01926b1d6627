import Synchronization

/// Ends a capture from another thread or a signal handler: nothing but an atomic store happens here.
///
/// A live capture sees it within `LiveCapture.timeout`, also while no packet comes.
public final class StopSwitch: Sendable {
  private let requested = Atomic(false)

  public init() {}

  public func stop() { requested.store(true, ordering: .relaxed) }

  public var isRequested: Bool { requested.load(ordering: .relaxed) }
}
