/// The names that a content has given so far, to be named by their numbers from then on.
public struct HessianNames: Sendable {
  /// Of lists and maps, in the order in which they were first written.
  public internal(set) var types: [HessianText] = []
  public internal(set) var classes: [HessianClass] = []
  /// Names of the fields of all classes, one class after the other.
  public internal(set) var fields: [HessianText] = []

  mutating func removeAll() {
    types.removeAll(keepingCapacity: true)
    classes.removeAll(keepingCapacity: true)
    fields.removeAll(keepingCapacity: true)
  }
}

/// A class, defined once, whose objects are then only the values of its fields.
public struct HessianClass: Sendable, Hashable {
  public let name: HessianText
  /// In `HessianNames.fields`.
  public let fields: Range<Int>
}
