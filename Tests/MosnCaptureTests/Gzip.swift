import CMosnZlib

func gzip(_ bytes: [UInt8]) -> [UInt8] { gzip(bytes, endsWith: Z_FINISH) }

/// With `Z_SYNC_FLUSH` packed up to here, and not ended.
func gzip(_ bytes: [UInt8], endsWith flush: Int32) -> [UInt8] {
  var stream = z_stream()
  let size = Int32(MemoryLayout<z_stream>.size)
  deflateInit2_(&stream, 6, Z_DEFLATED, 16 + 15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
  defer { deflateEnd(&stream) }
  var input = bytes
  var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))) + 64)
  let count = input.withUnsafeMutableBufferPointer { input in
    output.withUnsafeMutableBufferPointer { output in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(input.count)
      stream.next_out = output.baseAddress
      stream.avail_out = UInt32(output.count)
      deflate(&stream, flush)
      return output.count - Int(stream.avail_out)
    }
  }
  return Array(output.prefix(count))
}
