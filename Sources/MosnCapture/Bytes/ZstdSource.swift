import CMosnZstd

/// Unpacks Zstandard (RFC 8878), several and skippable frames included.
final class ZstdSource: ByteSource {
  private(set) var cutShort: String?
  private let path: String
  private let input: ReadAhead
  private let stream: OpaquePointer
  private var isInsideFrame = false
  private var hasEnded = false
  /// zstd may still hold output, so it is asked again before more input is read.
  private var holdsOutput = false

  /// `input` stands at a frame. Frames that need a window above 2^`windowLog` bytes are refused.
  init(_ input: ReadAhead, path: String, windowLog: Int) throws(CaptureError) {
    guard let stream = ZSTD_createDStream() else {
      throw .unreadable(path: path, reason: "zstd cannot start")
    }
    ZSTD_DCtx_setParameter(stream, ZSTD_d_windowLogMax, Int32(clamping: windowLog))
    self.path = path
    self.input = input
    self.stream = stream
  }

  deinit { ZSTD_freeDStream(stream) }

  func read(into room: UnsafeMutableRawBufferPointer) throws(CaptureError) -> Int {
    while !hasEnded {
      let hasInput = holdsOutput ? true : try input.fill(1)
      if !hasInput {
        if isInsideFrame { cutShort = "the zstd data ends early" }
        hasEnded = true
        return 0
      }
      let produced = try decompress(into: room)
      if produced > 0 { return produced }
    }
    return 0
  }

  private func decompress(into room: UnsafeMutableRawBufferPointer) throws(CaptureError) -> Int {
    let packed = input.available
    var from = ZSTD_inBuffer(src: packed.baseAddress, size: packed.count, pos: 0)
    var to = ZSTD_outBuffer(dst: room.baseAddress, size: room.count, pos: 0)
    let status = ZSTD_decompressStream(stream, &to, &from)
    input.consume(from.pos)
    if ZSTD_isError(status) != 0 {
      let reason = String(cString: ZSTD_getErrorName(status))
      throw .damaged(path: path, offset: input.offset, problem: "the zstd data is broken: \(reason)")
    }
    isInsideFrame = status != 0
    holdsOutput = isInsideFrame && to.pos == to.size
    return to.pos
  }
}
