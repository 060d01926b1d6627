import Glibc

/// Small files, read and written whole.
enum FileBytes {
  /// Configuration, certificates: far below this; a device that never ends is not read for ever.
  static let mostBytes = 64 << 20

  static func read(_ path: String) throws(DaemonError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .file(path, reason: SystemError.text(errno)) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw .file(path, reason: SystemError.text(errno))
      }
      guard count > 0 else { return bytes }
      bytes += chunk.prefix(count)
      guard bytes.count <= mostBytes else { throw .file(path, reason: "longer than \(mostBytes) bytes") }
    }
  }

  /// Replaces the file as a whole: who reads it sees the old text or the new.
  static func write(_ text: String, to path: String) throws(DaemonError) {
    let temporary = "\(path).new"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .file(temporary, reason: SystemError.text(errno)) }
    let bytes = Array(text.utf8)
    let count = Glibc.write(descriptor, bytes, bytes.count)
    close(descriptor)
    guard count == bytes.count, rename(temporary, path) == 0 else {
      throw .file(path, reason: SystemError.text(errno))
    }
  }
}
