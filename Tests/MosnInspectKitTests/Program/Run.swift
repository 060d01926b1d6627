import Foundation
import Testing

/// One run of `mosn-inspect` as a user starts it.
struct Run {
  var status: Int32
  var output: String
  var errors: String

  var lines: [Substring] { output.split(separator: "\n") }

  /// The program, which the package builds beside its tests.
  static let program: String? = {
    let file = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    let beside = [file, Bundle.main.bundleURL, Bundle.main.bundleURL.deletingLastPathComponent()]
    let build = GoldenTests.fixtures.deletingLastPathComponent().appending(path: ".build/debug")
    return
      (CommandLine.arguments.filter { $0.hasSuffix(".xctest") }
      .map { URL(filePath: $0).deletingLastPathComponent() } + beside + [build])
      .map { $0.appending(path: "mosn-inspect").path(percentEncoded: false) }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }()

  init(_ arguments: String..., input: Data? = nil) throws { try self.init(arguments, input: input) }

  init(_ arguments: [String], input: Data? = nil) throws {
    let program = try #require(Self.program, "mosn-inspect is not built")
    try self.init(command: [program] + arguments, input: input)
  }

  /// A shell's line in which `$0` is the program and `$1` the sample.
  static func shell(_ line: String) throws -> Run {
    let program = try #require(Self.program, "mosn-inspect is not built")
    return try Run(
      command: ["/bin/bash", "-c", line, program, GoldenTests.path("sofarpc-sample.pcap")], input: nil)
  }

  private init(command: [String], input: Data?) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "mosn-inspect-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // Files, not pipes: nothing can fill up.
    func file(_ name: String, _ content: Data = Data()) throws -> URL {
      let url = folder.appending(path: name)
      try content.write(to: url)
      return url
    }
    let (out, err) = (try file("out"), try file("err"))
    let process = Process()
    process.executableURL = URL(filePath: command[0])
    process.arguments = Array(command.dropFirst())
    process.standardInput = try FileHandle(forReadingFrom: file("in", input ?? Data()))
    process.standardOutput = try FileHandle(forWritingTo: out)
    process.standardError = try FileHandle(forWritingTo: err)
    try process.run()
    process.waitUntilExit()
    status = process.terminationStatus
    output = String(decoding: try Data(contentsOf: out), as: UTF8.self)
    errors = String(decoding: try Data(contentsOf: err), as: UTF8.self)
  }
}
