/// Another request id written into an encoded frame, which is how a proxy passes one on.
///
/// A CRC-32 is corrected by the change alone, since the sum is linear: the cost does not grow with the content, and a
/// checksum that was wrong stays wrong by just as much, so nothing damaged is made to look right.
extension BoltFrame {
  /// Writes `id` into this frame's encoding, whose first byte now lies at `start` of `bytes`. False, and nothing
  /// written, when the encoding does not lie there whole.
  @discardableResult
  public func renumber(to id: UInt32, in bytes: inout MutableRawSpan, at start: Int) -> Bool {
    guard start >= 0, length <= bytes.byteCount - start else { return false }
    let at = start + head.idOffset
    let before = UInt32(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: at, as: UInt32.self))
    bytes.storeBytes(of: id.bigEndian, toByteOffset: at, as: UInt32.self)
    if head.hasChecksum, crc != .missing, before != id {
      let end = start + contentEnd
      let checksum = UInt32(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: end, as: UInt32.self))
      let change = CRC32.change(before ^ id, following: contentEnd - head.idOffset - 4)
      bytes.storeBytes(of: (checksum ^ change).bigEndian, toByteOffset: end, as: UInt32.self)
    }
    return true
  }

  @discardableResult
  public func renumber(to id: UInt32, in bytes: UnsafeMutableRawBufferPointer, at start: Int = 0) -> Bool {
    var span = bytes.mutableBytes
    return renumber(to: id, in: &span, at: start)
  }

  @discardableResult
  public func renumber(to id: UInt32, in bytes: inout [UInt8], at start: Int = 0) -> Bool {
    var elements = bytes.mutableSpan
    var span = elements.mutableBytes
    return renumber(to: id, in: &span, at: start)
  }
}
