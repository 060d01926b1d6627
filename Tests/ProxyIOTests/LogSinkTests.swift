import Foundation
import NIOCore
import NIOEmbedded
import Testing

@testable import ProxyIO

/// A log whose reader reads slowly, or not at all: nobody waits, nothing is written by half, what is lost is counted.
@Suite struct LogSinkTests {
  private let writer = EmbeddedEventLoop()
  private let figures = ProcessFigures()

  private func sink(_ output: LogOutput) -> LogSink { LogSink(output, writer: writer, figures: figures) }

  @Test func `a pipe that is not read takes what it can, and the rest later`() throws {
    let pipe = try Descriptors(pipe: ())
    let sink = sink(LogOutput(inherited: pipe.write))
    let line = String(repeating: "x", count: 99)
    let count = LogSink.mostWaiting / 100 * 2
    for number in 0..<count {
      sink.append("\(number) \(line)\n")
      if number % 1000 == 0 { writer.advanceTime(by: .seconds(1)) }
    }
    let dropped = figures.droppedLogLines.load(ordering: .relaxed)
    #expect(dropped > 0 && dropped < count)
    #expect(sink.waiting <= LogSink.mostWaiting)

    var lines = read(pipe.read, until: sink)
    sink.append("behind\n")
    lines += read(pipe.read, until: sink)
    let kept = count - Int(dropped)
    try #require(lines.count == kept + 2)
    for number in 0..<kept where lines[number] != "\(number) \(line)" {
      Issue.record("line \(number) is \(lines[number])")
    }
    #expect(
      lines[kept]
        == "… \(dropped) lines dropped: this log was not read, or not fast enough (limits.log_unwritten)")
    #expect(lines[kept + 1] == "behind")
    #expect(figures.droppedLogLines.load(ordering: .relaxed) == dropped)
  }

  @Test func `the open file of whoever started us stays as it is`() throws {
    let pipe = try Descriptors(pipe: ())
    let sink = sink(LogOutput(inherited: pipe.write))
    sink.append("a\n")
    #expect(read(pipe.read, until: sink) == ["a"])
    #expect(fcntl(pipe.write, F_GETFL) & O_NONBLOCK == 0)
  }

  @Test func `a socket that is not read holds nobody up`() throws {
    let pair = try Descriptors(socketPair: ())
    let sink = sink(LogOutput(inherited: pair.write))
    let line = String(repeating: "x", count: 1023) + "\n"
    for _ in 0..<2048 { sink.append(line) }
    writer.advanceTime(by: .seconds(1))
    #expect(sink.waiting > 0)
    #expect(read(pair.read, until: sink).count == 2048)
  }

  @Test func `a FIFO without a reader takes lines for the one that comes`() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "mosnd-\(UUID().uuidString)").path()
    try #require(mkfifo(path, 0o600) == 0)
    defer { unlink(path) }
    let sink = sink(try LogOutput(path: path))
    sink.append("early\n")
    writer.advanceTime(by: .seconds(1))
    let reader = open(path, O_RDONLY | O_NONBLOCK)
    defer { close(reader) }
    #expect(read(reader, until: sink) == ["early"])
  }

  @Test func `standard outputs are known by all their names`() throws {
    let sinks = LogSinks(writer: writer, figures: figures)
    #expect(sinks.sink("/dev/stdout") === sinks.sink("stdout"))
    #expect(sinks.sink("/proc/self/fd/2") === sinks.sink("stderr"))
    #expect(sinks.takeWarnings() == [])
  }

  @Test func `what a full disk does not take is kept`() throws {
    let sink = sink(try LogOutput(path: "/dev/full"))
    sink.append("a\n")
    writer.advanceTime(by: .seconds(1))
    #expect(sink.waiting == 2)
    #expect(figures.droppedLogLines.load(ordering: .relaxed) == 0)
  }

  /// Everything that comes until the log has written all, in lines.
  private func read(_ descriptor: Int32, until sink: LogSink) -> [Substring] {
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      writer.advanceTime(by: .seconds(1))
      let isLast = sink.waiting == 0
      while case let count = Foundation.read(descriptor, &chunk, chunk.count), count > 0 {
        bytes += chunk.prefix(count)
      }
      if isLast { break }
    }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
  }

  /// Two ends.
  private final class Descriptors {
    let read: Int32
    let write: Int32

    init(pipe: Void) throws {
      var ends: [Int32] = [0, 0]
      try #require(Foundation.pipe(&ends) == 0)
      (read, write) = (ends[0], ends[1])
    }

    init(socketPair: Void) throws {
      var ends: [Int32] = [0, 0]
      try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
      (read, write) = (ends[0], ends[1])
    }

    deinit {
      close(read)
      close(write)
    }
  }
}
