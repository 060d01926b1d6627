import Foundation
import Testing

/// Every input that once made a target fail, in Fixtures/fuzz/TARGET, must fail it no more. The targets are those of
/// the fuzzer, compiled into this test (docs/fuzzing.md).
@Suite struct FuzzReplayTests {
  struct Finding: CustomTestStringConvertible {
    let target: FuzzTarget
    let file: URL
    var testDescription: String { "\(target.name)/\(file.lastPathComponent)" }
  }

  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Fixtures/fuzz").standardizedFileURL

  static let findings: [Finding] = FuzzTarget.all.flatMap { target in
    let files = try? FileManager.default.contentsOfDirectory(
      at: folder.appending(path: target.name), includingPropertiesForKeys: nil)
    return (files ?? []).map { Finding(target: target, file: $0) }
  }

  @Test(arguments: findings) func `what was found once stays fixed`(finding: Finding) throws {
    try finding.target.run([UInt8](Data(contentsOf: finding.file)))
  }

  @Test func `every folder of findings belongs to a target`() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path(percentEncoded: false))
    // These need a library in C and are replayed by the fuzzer alone.
    let differential = ["h2-nghttp2", "hpack-nghttp2", "crc-zlib"]
    #expect(Set(folders).isSubset(of: FuzzTarget.all.map(\.name) + differential))
    #expect(!Self.findings.isEmpty)
  }

  @Test(arguments: FuzzTarget.all.map(\.name)) func `a target holds on nothing and on noise`(name: String)
    throws
  {
    let target = try #require(FuzzTarget.all.first { $0.name == name })
    try target.run([])
    try target.run((0..<600).map { UInt8(truncatingIfNeeded: $0 &* 167 ^ $0 >> 3) })
  }
}
