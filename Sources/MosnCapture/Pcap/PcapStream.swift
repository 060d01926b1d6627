import CMosnPcap
import Glibc

/// Our bytes as a C stream for libpcap. Lives as long as the stream is open.
final class PcapStream {
  /// Why a read failed: libpcap only learns that it did.
  private(set) var failure: CaptureError?
  private let input: ReadAhead
  /// What libpcap sees in place of the first bytes.
  private let header: [UInt8]

  init(_ input: ReadAhead, header: [UInt8]? = nil) {
    self.input = input
    self.header = header ?? []
  }

  var cutShort: String? { input.cutShort }

  /// A stream that reads from here and does not keep this object alive. Nil without memory.
  func open() -> UnsafeMutablePointer<FILE>? {
    let cookie = Unmanaged.passUnretained(self).toOpaque()
    let stream = cpcap_open_reader(
      cookie,
      { cookie, room, count in
        guard let cookie, let room else { return -1 }
        let stream = Unmanaged<PcapStream>.fromOpaque(cookie).takeUnretainedValue()
        return stream.read(into: UnsafeMutableRawBufferPointer(start: room, count: count))
      },
      { cookie, position, whence in
        // Only asked for the place where reading stands.
        guard let cookie, let position, whence == SEEK_CUR, position.pointee == 0 else { return -1 }
        position.pointee = Unmanaged<PcapStream>.fromOpaque(cookie).takeUnretainedValue().position
        return 0
      })
    // Its own 4 KiB would be as many reads again.
    if let stream { setvbuf(stream, nil, _IOFBF, 256 << 10) }
    return stream
  }

  private var position: __off64_t { __off64_t(input.offset) }

  private func read(into room: UnsafeMutableRawBufferPointer) -> Int {
    guard failure == nil, !room.isEmpty else { return failure == nil ? 0 : -1 }
    let start = Int(input.offset)
    do throws(CaptureError) {
      let count = try input.read(into: room)
      for index in start..<max(start, min(start + count, header.count)) {
        room[index - start] = header[index]
      }
      return count
    } catch {
      failure = error
      errno = EIO
      return -1
    }
  }
}

/// Calls `body` with room for libpcap's error text and returns that text beside its result.
func withErrorText<T>(_ body: (UnsafeMutablePointer<CChar>) -> T) -> (result: T, message: String) {
  var text = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
  let result = body(&text)
  return (result, text.withUnsafeBytes { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
}
