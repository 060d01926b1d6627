/// A connection of an engine, until it was closed: its slot, and a generation that tells it from the slot's earlier
/// tenants. A stale one is passed over by every input.
@frozen
public struct ConnectionID: Hashable, Sendable {
  public let slot: UInt32
  public let generation: UInt32

  @inlinable
  public init(slot: UInt32, generation: UInt32) {
    self.slot = slot
    self.generation = generation
  }

  /// Never in use.
  public static let none = ConnectionID(slot: .max, generation: 0)
}

extension ConnectionID: CustomStringConvertible {
  public var description: String { "\(slot).\(generation)" }
}
