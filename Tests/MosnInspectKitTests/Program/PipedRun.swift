import Foundation
import Glibc
import Support
import Testing

/// A run of `mosn-inspect` that is fed through a pipe, and listened to while it runs.
final class PipedRun {
  private let process = Process()
  private let input: Ends
  private let output: Ends
  private let errors: Ends
  private(set) var lines: [String] = []
  private var rest: [UInt8] = []
  /// Whether the program's output has ended, or nobody listens to it.
  private var hasEnded = false

  private struct Ends {
    let reading: FileHandle
    let writing: FileHandle

    init() throws {
      let ends = try #require(PipeEnds())
      reading = FileHandle(fileDescriptor: ends.reading, closeOnDealloc: true)
      writing = FileHandle(fileDescriptor: ends.writing, closeOnDealloc: true)
    }
  }

  init(_ arguments: [String]) throws {
    (input, output, errors) = (try Ends(), try Ends(), try Ends())
    process.executableURL = URL(filePath: try #require(Run.program, "mosn-inspect is not built"))
    process.arguments = arguments
    process.standardInput = input.reading
    process.standardOutput = output.writing
    process.standardError = errors.writing
    try process.run()
    // The program alone holds its ends: when it goes, we see it.
    try input.reading.close()
    try output.writing.close()
    try errors.writing.close()
  }

  deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

  func write(_ bytes: some Sequence<UInt8>) throws {
    try input.writing.write(contentsOf: Data(bytes))
  }

  /// Until the program has read what was written.
  func waitUntilItReads() throws {
    var left: Int32 = 0
    for _ in 0..<20_000 {
      try #require(ioctl(input.writing.fileDescriptor, UInt(FIONREAD), &left) == 0)
      if left == 0 { return }
      poll(nil, 0, 1)
    }
    Issue.record("the program reads nothing")
  }

  func close() throws { try input.writing.close() }

  func signal(_ number: Int32) { kill(process.processIdentifier, number) }

  /// Reads until there are `count` lines in all; fails where none comes for long.
  func wait(forLines count: Int) -> Bool {
    while lines.count < count {
      guard readSome() else { return false }
    }
    return true
  }

  /// Stops listening, as `head` does, and waits until nobody listens: a program that another test starts at this moment
  /// has the end too, until it is executed.
  func stopListening() throws {
    try output.reading.close()
    hasEnded = true
    for _ in 0..<20_000 {
      // Without a reader a pipe cannot be opened for writing.
      let writing = open("/proc/\(process.processIdentifier)/fd/1", O_WRONLY | O_NONBLOCK | O_CLOEXEC)
      if writing < 0 { return }
      Glibc.close(writing)
      poll(nil, 0, 1)
    }
    Issue.record("somebody else listens")
  }

  /// What the program ends with, once the lines left are read.
  func end() throws -> (status: Int32, reason: Process.TerminationReason, errors: String) {
    while readSome() {}
    let said = readErrors()
    process.waitUntilExit()
    return (process.terminationStatus, process.terminationReason, String(decoding: said, as: UTF8.self))
  }

  /// All it says there; a program that does not end is ended.
  private func readErrors() -> [UInt8] {
    var said: [UInt8] = []
    while let piece = Self.read(errors.reading.fileDescriptor), !piece.isEmpty { said += piece }
    if Self.read(errors.reading.fileDescriptor) == nil {
      Issue.record("it does not end")
      signal(SIGKILL)
    }
    return said
  }

  /// What comes next, empty at the end; nil when nothing has come for long enough to be sure that nothing will.
  private static func read(_ descriptor: Int32) -> [UInt8]? {
    var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&ready, 1, 20_000) > 0 else { return nil }
    var piece = [UInt8](repeating: 0, count: 64 << 10)
    let count = Glibc.read(descriptor, &piece, piece.count)
    return Array(piece.prefix(max(0, count)))
  }

  /// False at the end, or when nothing comes.
  private func readSome() -> Bool {
    guard !hasEnded, let piece = Self.read(output.reading.fileDescriptor) else { return false }
    hasEnded = piece.isEmpty
    for byte in piece {
      if byte == UInt8(ascii: "\n") {
        lines.append(String(decoding: rest, as: UTF8.self))
        rest = []
      } else {
        rest.append(byte)
      }
    }
    return !hasEnded
  }
}
