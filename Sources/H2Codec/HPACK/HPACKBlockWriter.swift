/// Writes the primitives of a header block (RFC 7541 §5) into memory reserved for them.
///
/// Nothing is checked while writing: room for `integerBound` octets per integer and for every string as it is,
/// with an integer before it, must have been reserved.
struct HPACKBlockWriter {
  private let start: UnsafeMutableRawPointer?
  private var offset = 0

  /// The most octets an integer takes: a prefix and 63 bits in groups of seven.
  static var integerBound: Int { 10 }

  init(_ output: inout OutputSpan<UInt8>) {
    start = output.withUnsafeMutableBufferPointer { buffer, count in
      UnsafeMutableRawPointer(buffer.baseAddress)?.advanced(by: count)
    }
  }

  /// Says how much was written.
  func finish(_ output: inout OutputSpan<UInt8>) {
    output.withUnsafeMutableBufferPointer { _, count in count += offset }
  }

  /// RFC 7541 §5.1; `bits` are those of the first octet before the prefix.
  @inline(__always)
  mutating func integer(_ value: Int, prefix: Int, bits: UInt8) {
    let mask = (1 &<< prefix) &- 1
    guard value >= mask else { return octet(bits | UInt8(truncatingIfNeeded: value)) }
    octet(bits | UInt8(truncatingIfNeeded: mask))
    var rest = value &- mask
    while rest >= 0x80 {
      octet(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest &>>= 7
    }
    octet(UInt8(truncatingIfNeeded: rest))
  }

  /// RFC 7541 §5.2: Huffman-coded when that is shorter.
  @inline(__always)
  mutating func string(_ source: UnsafeRawBufferPointer) {
    let count = HPACKHuffman.encodedCount(source)
    if count < source.count {
      integer(count, prefix: 7, bits: 0x80)
      huffman(source, count: count)
    } else {
      integer(source.count, prefix: 7, bits: 0)
      plain(source)
    }
  }

  /// `count` is `HPACKHuffman.encodedCount(source)`.
  mutating func huffman(_ source: UnsafeRawBufferPointer, count: Int) {
    guard let start else { return }
    HPACKHuffman.encode(source, to: start + offset)
    offset &+= count
  }

  private mutating func plain(_ source: UnsafeRawBufferPointer) {
    guard let start, let bytes = source.baseAddress else { return }
    (start + offset).copyMemory(from: bytes, byteCount: source.count)
    offset &+= source.count
  }

  @inline(__always)
  private mutating func octet(_ octet: UInt8) {
    start?.storeBytes(of: octet, toByteOffset: offset, as: UInt8.self)
    offset &+= 1
  }
}
