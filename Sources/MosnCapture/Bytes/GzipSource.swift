import CMosnZlib

/// Unpacks gzip (RFC 1952), several members one after the other included.
final class GzipSource: ByteSource {
  private(set) var cutShort: String?
  private let path: String
  private let input: ReadAhead
  private let stream: UnsafeMutablePointer<z_stream>
  private var place = Place.inside
  /// zlib may still hold output, so it is asked again before more input is waited for.
  private var holdsOutput = false

  /// Where in the sequence of members the next byte belongs.
  private enum Place { case inside, between, after }

  /// `input` stands at a gzip header.
  init(_ input: ReadAhead, path: String) throws(CaptureError) {
    self.path = path
    self.input = input
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // 16 selects the gzip wrapper, 15 the largest window.
    let status = inflateInit2_(stream, 16 + 15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    if status != Z_OK { throw .unreadable(path: path, reason: "zlib cannot start (\(status))") }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  func read(into room: UnsafeMutableRawBufferPointer) throws(CaptureError) -> Int {
    while true {
      switch place {
      case .after: return 0
      case .between: try beginMember()
      case .inside:
        let hasInput = holdsOutput ? true : try input.fill(1)
        guard hasInput else {
          cutShort = "the gzip data ends early"
          place = .after
          return 0
        }
        let produced = try inflate(into: room)
        if produced > 0 { return produced }
      }
    }
  }

  /// What follows a member and is no other member is padding, passed over as gzip does.
  private func beginMember() throws(CaptureError) {
    let isMember = try input.fill(2) && input.available.starts(with: [0x1F, 0x8B])
    if isMember { inflateReset(stream) }
    place = isMember ? .inside : .after
  }

  private func inflate(into room: UnsafeMutableRawBufferPointer) throws(CaptureError) -> Int {
    let packed = input.available
    let given = UInt32(clamping: packed.count)
    let asked = UInt32(clamping: room.count)
    // zlib declares its input mutable and does not write to it.
    stream.pointee.next_in = UnsafeMutablePointer(
      mutating: packed.baseAddress?.assumingMemoryBound(to: Bytef.self))
    stream.pointee.avail_in = given
    stream.pointee.next_out = room.baseAddress?.assumingMemoryBound(to: Bytef.self)
    stream.pointee.avail_out = asked
    let status = CMosnZlib.inflate(stream, Z_NO_FLUSH)
    input.consume(Int(given &- stream.pointee.avail_in))
    let produced = Int(asked &- stream.pointee.avail_out)
    holdsOutput = stream.pointee.avail_out == 0
    switch status {
    case Z_STREAM_END: place = .between
    case Z_OK, Z_BUF_ERROR: break
    default:
      // What came out before the fault is delivered; zlib repeats the fault at the next call.
      if produced > 0 { break }
      let reason = stream.pointee.msg.map { String(cString: $0) } ?? "code \(status)"
      throw .damaged(path: path, offset: input.offset, problem: "the gzip data is broken: \(reason)")
    }
    return produced
  }
}
