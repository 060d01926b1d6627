import Glibc
import MosnCapture

extension FuzzTarget {
  static let capture = FuzzTarget(
    "capture", "a pcap or pcapng file, packed or not: every packet within bounds, errors final, time bounded",
    longestInput: 8192
  ) { file in
    let budget = TimeBudget(bytes: file.count)
    try file.withPath { path in
      guard let reader = try? CaptureReader.file(path, options: .tight) else { return }
      var packets = 0
      // Every byte lent is looked at, so that the sanitizer sees one that is not there.
      var sum: UInt8 = 0
      do {
        while try reader.next({ packet, bytes in
          packets += 1
          if packet.capturedLength != bytes.byteCount || packet.originalLength < packet.capturedLength {
            packets = .min
          }
          bytes.withUnsafeBytes { sum = $0.reduce(sum, &+) }
        }) {
          try expect(packets > 0, "a packet's lengths are wrong")
          // A packed file may hold a thousand times its size, no more.
          guard packets < 200_000 else { return }
        }
        try expect(reader.end != nil, "no packet, and no end")
      } catch let error as CaptureError {
        do {
          _ = try reader.next { _, _ in }
          throw FuzzFailure(description: "\(error) was not final")
        } catch let again as CaptureError {
          try expectEqual(again, error, "the error when asked again")
        }
      }
      for interface in reader.interfaces { _ = interface.linkType }
      try expect(reader.notes.count <= CaptureLimits().notes + 1, "\(reader.notes.count) notes")
    }
    try budget.check()
  }
}

extension CaptureOptions {
  fileprivate static var tight: CaptureOptions {
    var options = CaptureOptions()
    options.limits.blockLength = 1 << 20
    options.limits.zstdWindowLog = 20
    return options
  }
}

extension [UInt8] {
  /// Lends a file of these bytes that lies in memory.
  func withPath(_ body: (String) throws -> Void) throws {
    var name = "/dev/shm/fuzz-XXXXXX".utf8CString
    let descriptor = name.withUnsafeMutableBufferPointer { name in
      guard let start = name.baseAddress else { return CInt(-1) }
      defer { unlink(start) }
      return mkstemp(start)
    }
    try expect(descriptor >= 0, "no file in memory: errno \(errno)")
    defer { close(descriptor) }
    let written = withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    try expect(written == count, "\(written) of \(count) bytes were written")
    try body("/proc/self/fd/\(descriptor)")
  }
}
