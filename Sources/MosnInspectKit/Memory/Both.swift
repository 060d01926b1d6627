/// What is known of each direction of a connection, in a place of its own: changed where it lies, never copied.
///
/// Empty until it is filled, so that what only some connections need costs others nothing.
struct Both<Value: ~Copyable>: ~Copyable {
  private var values: UnsafeMutablePointer<Value>?

  init() {}

  init(_ forward: consuming Value, _ backward: consuming Value) {
    let values = UnsafeMutablePointer<Value>.allocate(capacity: 2)
    values.initialize(to: forward)
    (values + 1).initialize(to: backward)
    self.values = values
  }

  var isEmpty: Bool { values == nil }

  subscript(direction: Direction) -> Value {
    @inline(__always) unsafeAddress { UnsafePointer(pointer(to: direction)) }
    @inline(__always) unsafeMutableAddress { pointer(to: direction) }
  }

  @inline(__always)
  private func pointer(to direction: Direction) -> UnsafeMutablePointer<Value> {
    guard let values else { preconditionFailure("nothing is known of either direction") }
    return values + Int(direction.rawValue)
  }

  deinit {
    guard let values else { return }
    values.deinitialize(count: 2)
    values.deallocate()
  }
}

/// A small value for each direction.
struct Pair<Value> {
  var forward: Value
  var backward: Value

  init(_ forward: Value, _ backward: Value) { (self.forward, self.backward) = (forward, backward) }
  init(both value: Value) { self.init(value, value) }

  subscript(direction: Direction) -> Value {
    @inline(__always) get { direction == .forward ? forward : backward }
    @inline(__always) set { if direction == .forward { forward = newValue } else { backward = newValue } }
  }
}

extension Pair: Equatable where Value: Equatable {}
extension Pair: Sendable where Value: Sendable {}
