import Glibc
import MosnInspectKit

/// Standard output, written in large pieces, or whenever the input has to be waited for.
final class StandardOutput {
  /// Whether the reader went away.
  private(set) var isClosed = false
  /// Why no more can be written, where that is not the reader's wish (`errno`).
  private(set) var failure: Int32?
  private var gathered: [UInt8] = []
  /// Bytes gathered before they are written; 1 where somebody is watching.
  private let threshold: Int

  init(isWatched: Bool) { threshold = isWatched ? 1 : 1 << 16 }

  /// Takes over what was rendered, and writes when that is enough.
  func take(_ output: inout Output) {
    guard !output.bytes.isEmpty else { return }
    gathered += output.bytes
    output.removeAll()
    if gathered.count >= threshold { flush() }
  }

  /// Writes what has gathered.
  func flush() {
    gathered.withUnsafeBytes { bytes in
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
    gathered.removeAll(keepingCapacity: true)
  }
}
