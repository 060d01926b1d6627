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

  /// Stops listening, as `head` does.
  func stopListening() throws {
    try output.reading.close()
    hasEnded = true
  }

  /// What the program ends with, once the lines left are read.
  func end() throws -> (status: Int32, reason: Process.TerminationReason, errors: String) {
    while readSome() {}
    if !hasEnded {
      Issue.record("it does not end")
      signal(SIGKILL)
    }
    let said = try errors.reading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, process.terminationReason, String(decoding: said, as: UTF8.self))
  }

  /// False at the end, or when nothing has come for long enough to be sure that nothing will.
  private func readSome() -> Bool {
    guard !hasEnded else { return false }
    let descriptor = output.reading.fileDescriptor
    var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&ready, 1, 20_000) > 0 else { return false }
    var piece = [UInt8](repeating: 0, count: 64 << 10)
    let count = read(descriptor, &piece, piece.count)
    hasEnded = count <= 0
    for byte in piece.prefix(max(0, count)) {
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
