import Glibc

@testable import MosnCapture

/// Bytes from memory, given in pieces of `step`.
final class MemorySource: ByteSource {
  private let bytes: [UInt8]
  private let step: Int
  private var offset = 0
  var cutShort: String? { nil }

  init(_ bytes: [UInt8], step: Int = .max) {
    self.bytes = bytes
    self.step = step
  }

  func read(into room: UnsafeMutableRawBufferPointer) throws(CaptureError) -> Int {
    let piece = bytes[offset...].prefix(min(step, room.count))
    room.copyBytes(from: piece)
    offset += piece.count
    return piece.count
  }
}

extension CaptureReader {
  /// A reader of bytes in memory, on the way that a pipe takes.
  static func bytes(
    _ bytes: [UInt8], step: Int = .max, options: CaptureOptions = CaptureOptions()
  ) throws(CaptureError) -> CaptureReader {
    try open(
      MemorySource(bytes, step: step), file: nil, name: "memory", options: options, stopSwitch: StopSwitch())
  }

  /// All packets left, with their bytes.
  func all() throws(CaptureError) -> [(packet: CapturedPacket, bytes: [UInt8])] {
    var packets: [(packet: CapturedPacket, bytes: [UInt8])] = []
    while try next({ packet, bytes in packets.append((packet, bytes.withUnsafeBytes { Array($0) })) }) {}
    return packets
  }

  /// Counts the packets left.
  func count() throws(CaptureError) -> Int {
    var count = 0
    while try next({ _, _ in count += 1 }) {}
    return count
  }
}

/// A recording of the project's own; see Fixtures/capture.
func fixture(_ name: String, in file: String = #filePath) -> String {
  let root = file.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
  return "\(root)/Fixtures/capture/\(name)"
}

/// A file that is gone after `body`.
@discardableResult
func withFile<R>(_ bytes: [UInt8], mode: mode_t = 0o600, _ body: (String) throws -> R) throws -> R {
  var name = Array("/tmp/capture-test-XXXXXX".utf8CString)
  let descriptor = mkstemp(&name)
  let path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  defer { unlink(path) }
  _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
  fchmod(descriptor, mode)
  close(descriptor)
  return try body(path)
}

/// The bytes of a file.
func contents(of path: String) -> [UInt8] {
  guard let file = fopen(path, "r") else { return [] }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var piece = [UInt8](repeating: 0, count: 64 << 10)
  while case let count = fread(&piece, 1, piece.count, file), count > 0 { bytes += piece.prefix(count) }
  return bytes
}
