/// The messages in the kept beginning of a gRPC body, one by one.
///
///     part    flags 1 | length 4, big-endian | message      flags: 1 compressed, 0x80 trailers of gRPC-Web
struct GRPCBody: Sequence, IteratorProtocol {
  struct Part: Equatable {
    /// Counts the messages from 1; trailers are none.
    var number: Int
    /// As announced.
    var length: UInt32
    var isCompressed: Bool
    var isTrailers: Bool
    /// What is there of it.
    var range: Range<Int>
  }

  private let body: ArraySlice<UInt8>
  /// Where the next begins, or what is no message.
  private(set) var position: Int
  private var count = 0

  static let headLength = 5

  init(_ body: ArraySlice<UInt8>) {
    self.body = body
    position = body.startIndex
  }

  mutating func next() -> Part? {
    guard body.endIndex - position >= Self.headLength, body[position] & 0x7E == 0 else { return nil }
    let flags = body[position]
    let length = body[position + 1..<position + Self.headLength].reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
    let start = position + Self.headLength
    position = start + Swift.min(Int(length), body.endIndex - start)
    let isTrailers = flags & 0x80 != 0
    if !isTrailers { count += 1 }
    return Part(
      number: count, length: length, isCompressed: flags & 1 != 0, isTrailers: isTrailers,
      range: start..<position)
  }
}
