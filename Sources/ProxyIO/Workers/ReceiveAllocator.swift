import NIOCore

/// Reads that are small use the buffer that SwiftNIO keeps for each channel, which is small, too; behind one that filled it
/// each read gets a large one that is not kept, until little comes again. So a connection that once sent much costs no more
/// than another.
struct ReceiveAllocator: RecvByteBufferAllocator {
  private var isBusy = false

  /// Of the buffer that is kept.
  private static let small = 4096
  /// What one pass can use.
  private static let large = 65_536

  func buffer(allocator: ByteBufferAllocator) -> ByteBuffer {
    allocator.buffer(capacity: isBusy ? Self.large : Self.small)
  }

  /// True: the next read wants another buffer than the one that is kept.
  mutating func record(actualReadBytes: Int) -> Bool {
    isBusy = actualReadBytes >= Self.small
    return isBusy
  }
}
