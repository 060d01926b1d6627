import Glibc
import MosnInspectKit

/// Standard output, written in large pieces, or whenever the input has to be waited for.
final class StandardOutput {
  /// When it is written.
  enum Manner {
    /// In large pieces.
    case gathering
    /// With every message: somebody watches.
    case watched
    /// As much as its reader takes at once, and the rest when it takes more: packets do not wait for that.
    case live
  }

  /// Whether the reader went away.
  private(set) var isClosed = false
  /// Why no more can be written, where that is not the reader's wish (`errno`).
  private(set) var failure: Int32?
  /// Nanoseconds for which nothing else was done because its reader took nothing.
  private(set) var blocked: Int64 = 0
  private var gathered: [UInt8] = []
  /// How many of those are written.
  private var written = 0
  private let manner: Manner

  /// Bytes gathered before they are written.
  private static let threshold = 1 << 16
  /// Live: bytes that may wait for a slow reader before packets wait too.
  private static let patience = 64 << 20
  /// What a pipe takes without blocking when poll(2) says that it can be written to (PIPE_BUF).
  private static let piece = 4_096

  init(_ manner: Manner) { self.manner = manner }

  /// The descriptor, while something waits to be written.
  var pending: Int32? { written < gathered.count && !isClosed ? STDOUT_FILENO : nil }

  /// Takes over what was rendered, and writes when that is enough.
  func take(_ output: inout Output) {
    guard !output.bytes.isEmpty else { return }
    gathered += output.bytes
    output.removeAll()
    if manner == .watched || gathered.count - written >= Self.threshold { flush() }
  }

  /// Writes what has gathered; live, what its reader takes.
  func flush() {
    if manner == .live, gathered.count - written < Self.patience { return writeWhatFits() }
    let start = Clock.monotonic
    writeAll()
    if manner == .live { blocked += Clock.monotonic - start }
  }

  /// Writes all that has gathered, however long that takes.
  func finish() { writeAll() }

  private func writeAll() {
    while written < gathered.count, !isClosed { write(gathered.count - written) }
    gathered.removeAll(keepingCapacity: true)
    written = 0
  }

  private func writeWhatFits() {
    while written < gathered.count, !isClosed, isWritable { write(min(Self.piece, gathered.count - written)) }
    guard written == gathered.count || written > Self.threshold else { return }
    gathered.removeFirst(written)
    written = 0
  }

  private var isWritable: Bool {
    var ready = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
    return poll(&ready, 1, 0) > 0
  }

  private func write(_ count: Int) {
    let result = gathered.withUnsafeBytes {
      Glibc.write(STDOUT_FILENO, $0.baseAddress.map { $0 + written }, count)
    }
    if result >= 0 {
      written += result
    } else if errno != EINTR {
      isClosed = true
      if errno != EPIPE { failure = errno }
    }
  }
}
