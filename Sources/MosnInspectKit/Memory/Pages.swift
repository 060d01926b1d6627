/// Values that never move: an array whose elements are changed where they lie, and are neither copied nor checked for
/// overlapping accesses. What a connection or a stream knows is large; moving it to read one field of it would cost more
/// than all that is read.
struct Pages<Value: ~Copyable>: ~Copyable {
  private(set) var count = 0
  private var pages: [UnsafeMutablePointer<Value>] = []

  private let shift: Int

  /// - Parameter shift: a page has 2^shift values; few, where most lists are short.
  init(shift: Int) { self.shift = shift }

  var capacity: Int { pages.count << shift }

  mutating func append(_ value: consuming Value) {
    if count == capacity { pages.append(.allocate(capacity: 1 << shift)) }
    address(of: count).initialize(to: value)
    count += 1
  }

  subscript(index: Int) -> Value {
    @inline(__always) unsafeAddress { UnsafePointer(pointer(to: index)) }
    @inline(__always) unsafeMutableAddress { pointer(to: index) }
  }

  /// Where a value lies, for the subscripts of those who own the pages.
  @inline(__always)
  func pointer(to index: Int) -> UnsafeMutablePointer<Value> {
    // Places come from the tables that own them, never from a capture; a wrong one must not read another's memory.
    precondition(index >= 0 && index < count, "no value \(index)")
    return address(of: index)
  }

  @inline(__always)
  private func address(of index: Int) -> UnsafeMutablePointer<Value> {
    pages[index >> shift] + (index & ((1 << shift) - 1))
  }

  deinit {
    for index in 0..<count { address(of: index).deinitialize(count: 1) }
    for page in pages { page.deallocate() }
  }
}
