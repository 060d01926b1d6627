/// Reads the primitives of a header block (RFC 7541 §5). Every octet is checked to be there before it is read.
struct HPACKBlockReader {
  private let bytes: UnsafeRawBufferPointer
  private(set) var offset = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// The next octet, which stays; `nil` at the end.
  @inline(__always)
  var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  /// An integer whose first octet has `prefix` bits for it (RFC 7541 §5.1): at most 2^32-1, in at most five
  /// octets after the first.
  @inline(__always)
  mutating func integer(prefix: UInt8) throws(HPACKError) -> Int {
    guard offset < bytes.count else { throw truncated(at: offset) }
    let mask = UInt8(truncatingIfNeeded: (1 << Int(prefix)) - 1)
    let first = bytes[offset] & mask
    offset &+= 1
    return first < mask ? Int(first) : try continuedInteger(Int(mask))
  }

  private mutating func continuedInteger(_ first: Int) throws(HPACKError) -> Int {
    let start = offset &- 1
    var value = first
    for shift in stride(from: 0, to: 35, by: 7) {
      guard offset < bytes.count else { throw truncated(at: start) }
      let octet = bytes[offset]
      offset &+= 1
      // At most 127 << 28, far from overflow.
      value &+= Int(octet & 0x7F) &<< shift
      guard octet & 0x80 != 0 else {
        guard value <= Int(UInt32.max) else { break }
        return value
      }
    }
    throw HPACKError(.integerTooLarge, at: start, expected: 5, found: offset &- start &- 1)
  }

  /// Appends a string literal (RFC 7541 §5.2) to `target`, decoded. Its length is checked before anything is
  /// reserved for it. `table` is `HPACKHuffmanDecodeTable.entries`.
  mutating func string(
    appendedTo target: inout [UInt8], _ table: UnsafeBufferPointer<UInt32>
  ) throws(HPACKError) {
    let start = offset
    let isHuffman = (peek ?? 0) & 0x80 != 0
    let count = try integer(prefix: 7)
    guard count <= bytes.count &- offset else {
      throw HPACKError(.blockTruncated, at: start, expected: bytes.count - offset, found: count)
    }
    let source = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset &+ count])
    offset &+= count
    guard isHuffman else { return target.append(copying: source) }
    do {
      try target.append(addingCapacity: HPACKHuffman.decodedBound(count) + 1) {
        output throws(HPACKHuffman.Fault) in
        try output.withUnsafeMutableBufferPointer { buffer, written throws(HPACKHuffman.Fault) in
          guard let room = buffer.baseAddress else { return }
          written = try HPACKHuffman.decode(source, to: UnsafeMutableRawPointer(room), table)
        }
      }
    } catch {
      throw HPACKError(error.rule, at: start, expected: error.expected, found: error.found)
    }
  }

  private func truncated(at start: Int) -> HPACKError {
    HPACKError(.blockTruncated, at: start, expected: bytes.count - start, found: bytes.count - start + 1)
  }
}

extension [UInt8] {
  /// What `append(contentsOf:)` does, without its detour over sequences.
  @inline(__always)
  mutating func append(copying source: UnsafeRawBufferPointer) {
    // Even nothing appended to an empty array writes to the storage that all empty arrays share.
    guard let start = source.baseAddress, !source.isEmpty else { return }
    append(addingCapacity: source.count) { output in
      output.withUnsafeMutableBufferPointer { target, count in
        guard let target = target.baseAddress else { return }
        UnsafeMutableRawPointer(target).copyMemory(from: start, byteCount: source.count)
        count = source.count
      }
    }
  }
}
