import NIOCore
import Synchronization

/// Where lines of a log go: a file, standard output or standard error.
///
/// Lines are collected here and written by a thread of their own, some milliseconds later and many at once, so that
/// neither a slow disk nor a stopped reader holds up the event loops. What is not taken waits and is tried again.
final class LogSink: Sendable {
  /// Bytes that wait to be written, unless told otherwise.
  static let mostWaiting = 4 << 20
  /// How long lines wait for company.
  private static let shortestPause = TimeAmount.milliseconds(5)
  /// How long a reader that takes nothing is left alone at most.
  private static let longestPause = TimeAmount.milliseconds(160)

  /// Nil: a descriptor that is not ours to open again.
  private let path: String?
  private let writer: any EventLoop
  private let figures: ProcessFigures
  private let state: Mutex<State>

  /// - Parameters:
  ///   - path: what `output` was opened with; nil for a standard output.
  ///   - writer: the event loop on which all writing happens.
  ///   - mostWaiting: bytes that wait to be written; lines on top of it are dropped and counted.
  init(
    _ output: LogOutput, path: String? = nil, writer: any EventLoop, figures: ProcessFigures,
    mostWaiting: Int = LogSink.mostWaiting
  ) {
    self.path = path
    self.writer = writer
    self.figures = figures
    state = Mutex(State(output: output, mostWaiting: mostWaiting))
  }

  /// - Parameter line: with its end.
  func append(_ line: String) {
    switch state.withLock({ $0.append(line) }) {
    case .kept: break
    case .keptFirst: schedule(after: Self.shortestPause)
    case .dropped: figures.droppedLogLines.add(1, ordering: .relaxed)
    }
  }

  /// Opens the file again, because something else has renamed it. When that fails the old one stays. On the writer's
  /// thread only.
  func reopen() {
    guard let path else { return }
    flush()
    guard let output = try? LogOutput(path: path) else { return }
    let old = state.withLock { state in
      defer { state.output = output }
      return state.output
    }
    old.close()
  }

  /// Bytes that wait to be written.
  var waiting: Int { state.withLock { $0.bytes } }

  /// Writes what waits, as far as it is taken. On the writer's thread only.
  ///
  /// - Returns: whether anything was taken.
  @discardableResult
  func flush() -> Bool {
    var tookAny = false
    var (batch, written, output) = state.withLock { state in
      state.beginBatch()
      return (state.batch, state.written, state.output)
    }
    while written < batch.count {
      let count = batch.withUnsafeBytes { output.write(UnsafeRawBufferPointer(rebasing: $0[written...])) }
      guard count > 0 else { break }
      written += count
      tookAny = true
    }
    batch = []
    state.withLock { $0.written = written }
    return tookAny
  }

  private func schedule(after pause: TimeAmount) {
    writer.scheduleTask(in: pause) {
      let tookAny = self.flush()
      let isEmpty = self.state.withLock { state in
        state.isFlushDue = state.bytes > 0 || state.dropped > 0
        return !state.isFlushDue
      }
      if !isEmpty { self.schedule(after: tookAny ? Self.shortestPause : min(pause * 2, Self.longestPause)) }
    }
  }

  private struct State {
    var output: LogOutput
    /// Whole lines, in the order they came.
    var waiting: [UInt8] = []
    /// Those before them, which are being written, and how much of them is.
    var batch: [UInt8] = []
    var written = 0
    /// Lines left out behind all of these.
    var dropped = 0
    var isFlushDue = false

    let mostWaiting: Int

    init(output: LogOutput, mostWaiting: Int) {
      self.output = output
      self.mostWaiting = mostWaiting
    }

    var bytes: Int { waiting.count + batch.count - written }

    enum Appended { case kept, keptFirst, dropped }

    mutating func append(_ line: String) -> Appended {
      guard bytes + line.utf8.count <= mostWaiting else {
        dropped += 1
        return .dropped
      }
      noteDropped()
      waiting.append(contentsOf: line.utf8)
      defer { isFlushDue = true }
      return isFlushDue ? .kept : .keptFirst
    }

    /// What waits is next, if nothing is under way.
    mutating func beginBatch() {
      guard written == batch.count else { return }
      noteDropped()
      // Memory for a crowd of lines is not kept for the next few.
      batch.removeAll(keepingCapacity: batch.capacity <= 64 << 10)
      written = 0
      swap(&batch, &waiting)
    }

    private mutating func noteDropped() {
      guard dropped > 0 else { return }
      waiting.append(
        contentsOf:
          "… \(dropped) lines dropped: this log was not read, or not fast enough (limits.log_unwritten)\n"
          .utf8)
      dropped = 0
    }
  }
}
