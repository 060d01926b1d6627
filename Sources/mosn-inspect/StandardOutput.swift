import Glibc
import Inspect

/// Standard output, written in large pieces.
struct StandardOutput {
  /// Whether the reader went away.
  private(set) var isClosed = false
  /// Why no more can be written, where that is not the reader's wish (`errno`).
  private(set) var failure: Int32?
  /// Bytes gathered before they are written; 1 where somebody is watching.
  let threshold: Int

  init(isWatched: Bool) { threshold = isWatched ? 1 : 1 << 16 }

  /// Writes what has gathered, if it is enough.
  mutating func take(_ output: inout Output) {
    if output.bytes.count >= threshold { flush(&output) }
  }

  mutating func flush(_ output: inout Output) {
    output.bytes.withUnsafeBytes { bytes in
      var written = 0
      while written < bytes.count, !isClosed {
        let count = write(STDOUT_FILENO, bytes.baseAddress.map { $0 + written }, bytes.count - written)
        if count >= 0 {
          written += count
        } else if errno != EINTR {
          isClosed = true
          if errno != EPIPE { failure = errno }
        }
      }
    }
    output.removeAll()
  }
}
