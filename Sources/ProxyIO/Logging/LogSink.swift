import Glibc
import MosnConfig
import NIOCore
import Synchronization

/// Where lines of a log go: a file, standard output or standard error.
///
/// Lines are collected here and written by a thread of their own, some milliseconds later and many at once, so that
/// neither a slow disk nor a stopped terminal holds up the event loops.
final class LogSink: Sendable {
  /// What waits to be written at most; what comes on top of it is dropped and counted.
  static let mostWaiting = 4 << 20
  /// How long lines wait for company.
  static let delay = TimeAmount.milliseconds(5)

  /// Nil: a descriptor that is not ours to open again.
  private let path: String?
  private let writer: any EventLoop
  private let state: Mutex<State>

  private struct State {
    var descriptor: Int32
    var waiting: [UInt8] = []
    var isFlushDue = false
    var dropped = 0
  }

  /// - Parameter writer: the event loop on which all writing happens.
  init(descriptor: Int32, writer: any EventLoop) {
    path = nil
    self.writer = writer
    state = Mutex(State(descriptor: descriptor))
  }

  /// Appends to a file, which is made along with its folders when it is missing.
  init(path: String, writer: any EventLoop) throws(DaemonError) {
    self.path = path
    self.writer = writer
    state = Mutex(State(descriptor: try Self.open(path)))
  }

  /// - Parameter line: with its end.
  func append(_ line: String) {
    let isFirst = state.withLock { state in
      guard state.waiting.count + line.utf8.count <= Self.mostWaiting else {
        state.dropped += 1
        return false
      }
      state.waiting.append(contentsOf: line.utf8)
      defer { state.isFlushDue = true }
      return !state.isFlushDue
    }
    if isFirst { writer.scheduleTask(in: Self.delay) { self.flush() } }
  }

  /// Opens the file again, because something else has renamed it. When that fails the old one stays.
  func reopen() {
    guard let path else { return }
    flush()
    guard let descriptor = try? Self.open(path) else { return }
    let old = state.withLock { state in
      defer { state.descriptor = descriptor }
      return state.descriptor
    }
    close(old)
  }

  /// Writes what waits. On the writer's thread only.
  func flush() {
    var (bytes, descriptor, dropped) = state.withLock { state in
      defer { (state.waiting, state.isFlushDue, state.dropped) = ([], false, 0) }
      return (state.waiting, state.descriptor, state.dropped)
    }
    if dropped > 0 { bytes += Array("… \(dropped) lines dropped: this log is too slow\n".utf8) }
    bytes.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count < 0 {
          guard errno == EINTR || errno == EAGAIN else { return }
          if errno == EAGAIN { usleep(1000) }
        } else {
          rest = rest.dropFirst(count)
        }
      }
    }
  }

  private static func open(_ path: String) throws(DaemonError) -> Int32 {
    makeFolders(of: path)
    let descriptor = Glibc.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .file(path, reason: SystemError.text(errno)) }
    return descriptor
  }

  private static func makeFolders(of path: String) {
    for index in path.indices.dropFirst() where path[index] == "/" { mkdir(String(path[..<index]), 0o755) }
  }
}
