/// The bytes of a source, read in large pieces and lent in place.
///
///     storage   | consumed | available          | room |
///               0          start                end    capacity
///
/// Invariant: `0 <= start <= end <= capacity`. Consumed bytes leave before the storage grows.
final class ReadAhead {
  /// Position of the first available byte in the source's stream.
  private(set) var offset: Int64 = 0
  private let source: any ByteSource
  private var storage: UnsafeMutableRawBufferPointer
  private var start = 0
  private var end = 0

  init(_ source: any ByteSource, capacity: Int = 256 << 10) {
    self.source = source
    storage = .allocate(byteCount: capacity, alignment: 16)
  }

  deinit { storage.deallocate() }

  var cutShort: String? { source.cutShort }

  /// The bytes read and not consumed; valid until the next call of a method.
  @inline(__always)
  var available: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: storage[start..<end]) }

  /// Reads until `count` bytes are available; false if the source ends before. The caller has bounded `count`.
  @inline(__always)
  func fill(_ count: Int) throws(CaptureError) -> Bool {
    if end - start >= count { return true }
    return try readMore(count)
  }

  /// Drops up to `count` available bytes.
  @inline(__always)
  func consume(_ count: Int) {
    let count = min(count, end - start)
    start += count
    offset &+= Int64(count)
  }

  /// Drops `count` bytes, available or still to be read, without ever holding them together; false if the
  /// source ends before.
  func skip(_ count: Int) throws(CaptureError) -> Bool {
    var left = count
    while true {
      let step = min(left, end - start)
      consume(step)
      left -= step
      if left == 0 { return true }
      if try !readMore(1) { return false }
    }
  }

  /// Moves bytes into `room`: those available, or else what the source gives at once. 0 at the end.
  func read(into room: UnsafeMutableRawBufferPointer) throws(CaptureError) -> Int {
    if start < end {
      let count = min(room.count, end - start)
      room.copyMemory(from: UnsafeRawBufferPointer(rebasing: storage[start..<start + count]))
      consume(count)
      return count
    }
    let count = try source.read(into: room)
    offset &+= Int64(count)
    return count
  }

  @inline(never)
  private func readMore(_ count: Int) throws(CaptureError) -> Bool {
    makeRoom(for: count)
    while end - start < count {
      let read = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: storage[end...]))
      if read == 0 { return false }
      end += read
    }
    return true
  }

  private func makeRoom(for count: Int) {
    let held = available
    if count <= storage.count {
      storage.copyMemory(from: held)
    } else {
      let capacity = max(count, 2 * storage.count)
      let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 16)
      larger.copyMemory(from: held)
      storage.deallocate()
      storage = larger
    }
    end = held.count
    start = 0
  }
}
