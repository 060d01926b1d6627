/// Memory of buffers that were emptied, for the next that is made.
struct SpareBuffers {
  private var buffers: [[UInt8]] = []

  private static let longest = 256 << 10
  private static let most = 16

  /// An empty buffer.
  mutating func take() -> [UInt8] { buffers.popLast() ?? [] }

  /// Keeps the memory of one that is done with.
  mutating func keep(_ buffer: inout [UInt8]) {
    guard buffer.capacity > 0, buffer.capacity <= Self.longest, buffers.count < Self.most else { return }
    buffer.removeAll(keepingCapacity: true)
    buffers.append(buffer)
  }
}
