import Foundation
import Testing

/// A program under test as a process, with its output line by line. It is killed when the last reference goes.
final class Program: @unchecked Sendable {
  // Guarded by `condition`.
  private let process = Process()
  private let condition = NSCondition()
  private var lines: [String] = []
  private var hasEnded = false
  private let name: String

  /// How long anything may take before the test is given up.
  static let patience = 20.0

  /// - Parameter path: of the executable, or the name of one that this package builds.
  init(_ path: String, _ arguments: [String], environment: [String: String] = [:]) throws {
    name = path.split(separator: "/").last.map(String.init) ?? path
    process.executableURL = URL(filePath: path.hasPrefix("/") ? path : Self.path(of: path))
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let handle = pipe.fileHandleForReading
    Thread.detachNewThread { [weak self] in
      var rest = Data()
      while case let data = handle.availableData, !data.isEmpty {
        rest += data
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
          self?.add(String(decoding: rest[..<end], as: UTF8.self))
          rest = Data(rest[(end + 1)...])
        }
      }
      if !rest.isEmpty { self?.add(String(decoding: rest, as: UTF8.self)) }
      self?.end()
    }
  }

  deinit {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
  }

  var pid: Int32 { process.processIdentifier }

  func signal(_ number: Int32) { kill(pid, number) }

  /// The first line, of all there have been, that contains the text; waits for it.
  @discardableResult
  func line(_ text: String, location: SourceLocation = #_sourceLocation) throws -> String {
    condition.lock()
    defer { condition.unlock() }
    let limit = Date(timeIntervalSinceNow: Self.patience)
    while true {
      if let line = lines.first(where: { $0.contains(text) }) { return line }
      if hasEnded || !condition.wait(until: limit) {
        Issue.record(
          "\(name) never said \"\(text)\":\n\(lines.joined(separator: "\n"))", sourceLocation: location)
        throw Missing()
      }
    }
  }

  /// Everything it says until it ends, and its exit status.
  func finish(location: SourceLocation = #_sourceLocation) throws -> (status: Int32, output: String) {
    condition.lock()
    defer { condition.unlock() }
    let limit = Date(timeIntervalSinceNow: Self.patience)
    while !hasEnded {
      if !condition.wait(until: limit) {
        Issue.record("\(name) does not end:\n\(lines.joined(separator: "\n"))", sourceLocation: location)
        throw Missing()
      }
    }
    process.waitUntilExit()
    return (process.terminationStatus, lines.joined(separator: "\n"))
  }

  /// Runs it to its end.
  static func run(_ path: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
    try Program(path, arguments).finish()
  }

  /// Of an executable that this package builds.
  static func path(of name: String) -> String { folder.appending(path: name).path() }

  /// A tool of the system; nil when it is not installed.
  static func installed(_ name: String) -> String? {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  struct Missing: Error {}

  /// Where this package's executables are: beside the test bundle.
  private static let folder: URL = {
    let bundle = CommandLine.arguments.first { $0.contains(".xctest") } ?? CommandLine.arguments[0]
    return URL(filePath: bundle).deletingLastPathComponent()
  }()

  private func add(_ line: String) {
    condition.lock()
    lines.append(line)
    condition.broadcast()
    condition.unlock()
  }

  private func end() {
    condition.lock()
    hasEnded = true
    condition.broadcast()
    condition.unlock()
  }
}
