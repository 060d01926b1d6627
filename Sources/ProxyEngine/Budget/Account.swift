/// What is held for a connection. All of it is its own doing: a client's connection bears what its calls hold, wherever
/// that came from.
struct Account {
  /// Bodies of its calls that wait: for their end, a server, or a window.
  private(set) var bodies = 0
  /// Header lists of its calls.
  private(set) var lists = 0
  /// Input that is not whole yet, and output that its reader does not take.
  private(set) var own = 0

  @inline(__always)
  var sum: Int { bodies + lists + own }

  /// What bytes take: what was made ready for more counts where it may have been in use before, but not where it is large and
  /// the system has given nothing for it yet.
  @inline(__always)
  static func memory(of bytes: borrowing [UInt8]) -> Int {
    let count = bytes.count
    return count <= Exchange.keptCapacity || count >= 1 << 20 ? count : bytes.capacity
  }

  mutating func hold(bodies bytes: Int) { bodies += bytes }
  mutating func hold(lists bytes: Int) { lists += bytes }

  /// Its own bytes are so many now; by how many more than before.
  @inline(__always)
  mutating func own(_ bytes: Int) -> Int {
    defer { own = bytes }
    return bytes - own
  }
}
