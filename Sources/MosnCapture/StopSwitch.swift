import Synchronization

/// Ends a capture from another thread or a signal handler: nothing but an atomic store happens here.
///
/// Where packets have to be waited for it is seen within `LiveCapture.timeout`, also while none comes.
public final class StopSwitch: Sendable {
  private let requested = Atomic(false)

  public init() {}

  public func stop() { requested.store(true, ordering: .relaxed) }

  public var isRequested: Bool { requested.load(ordering: .relaxed) }
}
