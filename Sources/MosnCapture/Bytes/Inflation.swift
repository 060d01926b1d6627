import CMosnZlib

/// Unpacks bytes that lie in memory, such as the content of a message: as many as are asked for, and no more.
public enum Inflation {
  public enum Format: Sendable {
    /// RFC 1952, several members one after the other included.
    case gzip
    /// HTTP's `deflate`: zlib's format (RFC 1950), or the bare one (RFC 1951) that some send under that name.
    case deflate
  }

  public enum End: Sendable, Hashable {
    case whole
    /// More would have come.
    case limit
    /// The packed bytes end early.
    case early
    /// They break their format's rules: in zlib's words.
    case broken(String)
  }

  public static func unpack(_ packed: RawSpan, as format: Format, limit: Int) -> (bytes: [UInt8], end: End) {
    packed.withUnsafeBytes { packed in
      var stream = z_stream()
      let window = windowBits(of: packed, as: format)
      let status = inflateInit2_(&stream, window, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
      guard status == Z_OK else { return ([], .broken("zlib cannot start (\(status))")) }
      defer { inflateEnd(&stream) }
      // zlib declares its input mutable and does not write to it.
      stream.next_in = UnsafeMutablePointer(mutating: packed.baseAddress?.assumingMemoryBound(to: Bytef.self))
      stream.avail_in = UInt32(clamping: packed.count)
      var bytes: [UInt8] = []
      // One byte more tells whether there are more.
      let end = inflate(&stream, into: &bytes, limit: min(max(0, limit), .max - 1) + 1)
      guard bytes.count > limit else { return (bytes, end) }
      bytes.removeLast()
      return (bytes, .limit)
    }
  }

  private static func windowBits(of packed: UnsafeRawBufferPointer, as format: Format) -> Int32 {
    switch format {
    // 16 selects the gzip wrapper, 15 the largest window.
    case .gzip: return 16 + 15
    case .deflate:
      guard packed.count >= 2 else { return 15 }
      let head = UInt16(packed[0]) << 8 | UInt16(packed[1])
      return packed[0] & 0xf == 8 && head % 31 == 0 ? 15 : -15
    }
  }

  private static func inflate(_ stream: inout z_stream, into bytes: inout [UInt8], limit: Int) -> End {
    withUnsafeTemporaryAllocation(byteCount: 1 << 14, alignment: 1) { room in
      while bytes.count < limit {
        let asked = min(room.count, limit - bytes.count)
        stream.next_out = room.baseAddress?.assumingMemoryBound(to: Bytef.self)
        stream.avail_out = UInt32(asked)
        let status = CMosnZlib.inflate(&stream, Z_NO_FLUSH)
        let produced = asked - Int(stream.avail_out)
        bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: room.prefix(produced)))
        switch status {
        case Z_STREAM_END:
          guard stream.avail_in >= 2, let next = stream.next_in, next[0] == 0x1f, next[1] == 0x8b else {
            return .whole
          }
          inflateReset(&stream)
        case Z_OK: break
        case Z_BUF_ERROR: return .early
        default: return .broken(stream.msg.map { String(cString: $0) } ?? "code \(status)")
        }
      }
      return .limit
    }
  }
}
