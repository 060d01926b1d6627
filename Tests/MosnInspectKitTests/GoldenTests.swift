import Foundation
import MosnCapture
import MosnInspectKit
import Testing

/// Recordings of real programs and the lines they must give. `UPDATE_GOLDENS=1 swift test --filter Golden` writes
/// the lines anew; the difference is what to review.
@Suite struct GoldenTests {
  static let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Fixtures").standardizedFileURL

  static let recordings =
    ["sofarpc-sample", "capture/v1-sync", "capture/derived-truncated-file"]
    + [
      "v1-errors", "v1-oneway", "v1-heartbeat", "v1-headers", "v2.2-crc-sync", "v2.1-crcon-sync",
      "sofarpc-bolt-sync", "sofarpc-bolt-errors", "sofarpc-bolt-pb", "sofarpc-h2c-upgrade-sync",
      "sofarpc-h2c-pb", "enc-snaplen96", "enc-any-sll2",
      "enc-ipv6",
    ].map { "recordings/\($0)" }

  static func path(_ name: String) -> String { fixtures.appending(path: name).path(percentEncoded: false) }

  @Test(arguments: recordings)
  func jsonLinesAreTheGolden(_ name: String) throws {
    let bytes = try Self.read(name, JSONRenderer(maxContent: 256))
    #expect(!Story.objects(bytes).isEmpty)
    try Self.compare(bytes, with: "\(name).jsonl")
  }

  @Test func theSampleAsText() throws {
    try Self.compare(Self.read("sofarpc-sample", LineRenderer(isColoured: false)), with: "sofarpc-sample.txt")
  }

  @Test func aRecordingOfIPv6AsText() throws {
    let name = "recordings/enc-ipv6"
    try Self.compare(Self.read(name, LineRenderer(isColoured: false)), with: "\(name).txt")
  }

  @Test func theSampleAsATree() throws {
    let renderer = TreeRenderer(isColoured: false, timeFormat: .date(offset: 0), maxContent: 256)
    try Self.compare(Self.read("sofarpc-sample", renderer), with: "sofarpc-sample.tree.txt")
  }

  /// What contents say: Hessian in bolt.
  @Test func aRecordingOfSOFARPCAsATree() throws {
    let renderer = TreeRenderer(isColoured: false, timeFormat: .date(offset: 0), maxContent: 4096)
    let name = "recordings/sofarpc-bolt-sync"
    try Self.compare(Self.read(name, renderer), with: "\(name).tree.txt")
  }

  @Test func theSampleInFrames() throws {
    try Self.compare(
      Self.read("sofarpc-sample", LineRenderer(isColoured: false), showsFrames: true),
      with: "sofarpc-sample.frames.txt")
  }

  static func read(_ name: String, _ renderer: some Renderer, showsFrames: Bool = false) throws -> [UInt8] {
    var renderer = renderer
    var inspector = Inspector(showsFrames: showsFrames)
    let reader = try CaptureReader.file(path("\(name).pcap"), options: CaptureOptions())
    while try reader.next({ packet, bytes in
      renderer.begin(at: packet.time)
      inspector.receive(
        bytes, number: packet.number, time: packet.time, linkType: packet.linkType,
        originalLength: packet.originalLength
      ) { renderer.render($0) }
    }) {}
    inspector.finish { renderer.render($0) }
    return renderer.output.bytes
  }

  private static func compare(_ bytes: [UInt8], with name: String) throws {
    let file = fixtures.appending(path: name)
    if ProcessInfo.processInfo.environment["UPDATE_GOLDENS"] == "1" { try Data(bytes).write(to: file) }
    let golden = try String(contentsOf: file, encoding: .utf8).split(
      separator: "\n", omittingEmptySubsequences: false)
    let lines = String(decoding: bytes, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == golden.count, "\(name)")
    for (index, pair) in zip(lines, golden).enumerated() where pair.0 != pair.1 {
      Issue.record("\(name), line \(index + 1): \(pair.0)")
      break
    }
  }
}
