import BoltCodec
import Foundation
import H2Codec

/// Writes a first corpus for every target: FOLDER/TARGET/NAME. What has a wire format is made by our own encoders or
/// cut out of what lies below SOURCES: recordings (the file itself, its packets, what each side of a connection wrote)
/// and configurations. The targets that read a script of choices begin with arbitrary ones.
///
/// Usage: fuzz-seeds FOLDER SOURCES…
guard CommandLine.arguments.count >= 3 else {
  print("Usage: fuzz-seeds FOLDER SOURCES…")
  exit(64)
}
let folder = URL(filePath: CommandLine.arguments[1])
let sources = CommandLine.arguments[2...].map { URL(filePath: $0) }

/// The files below the sources whose name ends so.
func files(_ endings: String...) -> [URL] {
  sources.flatMap { source -> [URL] in
    let all = FileManager.default.enumerator(at: source, includingPropertiesForKeys: nil)
    return (all?.allObjects as? [URL] ?? []).filter { file in
      endings.contains { file.lastPathComponent.hasSuffix($0) }
    }
  }
}

/// What a target of whole files takes: the beginning.
func beginning(of file: URL) throws -> [UInt8] {
  let handle = try FileHandle(forReadingFrom: file)
  defer { try? handle.close() }
  return try [UInt8](handle.read(upToCount: 8192) ?? Data())
}

func put(_ bytes: [UInt8], _ name: String, for targets: String...) throws {
  try put(bytes, name, for: targets)
}

func put(_ bytes: [UInt8], _ name: String, for targets: [String]) throws {
  for target in targets {
    let place = folder.appending(path: target)
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    try Data(bytes).write(to: place.appending(path: name))
  }
}

/// `pieces` as `FuzzScript` reads blocks of up to 250 bytes, each behind `choice`.
func script(_ pieces: [[UInt8]], behind choice: [UInt8] = []) -> [UInt8] {
  pieces.filter { $0.count <= 250 }.flatMap { choice + [UInt8($0.count)] + $0 }
}

/// From the beginning, one piece of up to 1,500 bytes as `wire` reads it: an odd choice, and two bytes of length.
func piece(_ stream: some Collection<UInt8>) -> [UInt8] {
  [1, 7, UInt8(stream.count >> 8), UInt8(stream.count & 255)] + stream
}

for (name, stream) in try BoltSeeds.streams {
  try put(stream, name, for: "bolt-decoder")
  try put(piece(stream), name, for: "wire")
}
for (name, map) in BoltSeeds.headerMaps { try put(map, name, for: "bolt-header-map") }

let session = try H2Seeds.session()
try put(session.client, "session", for: "h2-server", "h2-frames", "h2-nghttp2")
try put(session.server, "session", for: "h2-client", "h2-frames")
try put(piece(session.client), "session", for: "wire")
try put([3] + script(H2Seeds.blocks, behind: [0]), "blocks", for: "hpack")
try put([0xE0, 100] + script(H2Seeds.blocks, behind: [0]), "blocks", for: "hpack-nghttp2")
for (index, text) in ["www.example.com", "application/x-protobuf", "\u{e9}\0~"].enumerated() {
  try put(Array(text.utf8), "text-\(index)", for: "huffman", "crc-zlib")
}
// "www.example.com", coded (RFC 7541 §C.4.1).
try put([0xF1, 0xE3, 0xC2, 0xE5, 0xF2, 0x3A, 0x6B, 0xA0, 0xAB, 0x90, 0xF4, 0xFF], "coded", for: "huffman")

// A client's bytes and a server's, in large pieces: see the target for what the first byte says.
for pair in [0, 1, 2, 3] as [UInt8] {
  let (calls, answers) = (
    pair & 2 == 0 ? try BoltSeeds.call : session.client, pair & 1 == 0 ? try BoltSeeds.answer : session.server
  )
  try put([0x10 | pair] + calls, "client-\(pair)", for: "proxy-bytes")
  try put([0x14 | pair] + answers, "server-\(pair)", for: "proxy-bytes")
}

for file in files(".pcap", ".pcapng", ".pcap.gz", ".pcapng.gz", ".pcap.zst", ".pcapng.zst") {
  let name = file.lastPathComponent
  let bytes = try beginning(of: file)
  try put(bytes, name, for: "capture", "inspect")
  for (number, packet) in CaptureSeeds.packets(of: bytes).prefix(8).enumerated() {
    // Link type 0 of the target's list is Ethernet; nothing was cut.
    try put([0, 0] + packet, "\(name)-\(number)", for: "packets")
  }
  for (number, stream) in StreamSeed.streams(ofCaptureAt: file.path(percentEncoded: false)).enumerated() {
    let name = "\(name)-\(number)"
    try put(stream.bytes, name, for: stream.kind.targets)
    try put(piece(stream.bytes.prefix(1500)), name, for: "wire")
    try put([stream.kind.stranger] + stream.bytes.prefix(4095), name, for: "proxy-bytes")
    for (index, content) in stream.contents.enumerated() {
      let name = "\(name)-\(index)"
      if let target = content.target { try put(content.bytes, name, for: target) }
      // Which serializer, and so much of it that all is seen.
      try put([content.choice, 1] + content.bytes, name, for: "contents")
    }
  }
}
for (name, content) in ContentSeeds.json { try put([0, 1] + content, name, for: "contents") }
for (name, packed) in ContentSeeds.packed {
  try put([packed.choice, 15, 255] + packed.bytes, name, for: "inflation")
}
for sample in Sample.all {
  // 250: the link type follows, as a number; nothing was cut.
  let linkType = withUnsafeBytes(of: sample.linkType.rawValue.bigEndian) { [UInt8]($0) }
  try put([250] + linkType + [0] + sample.bytes, sample.name, for: "packets")
}
for (name, text) in ConfigSeeds.files { try put(Array(text.utf8), name, for: "config", "proxy-config") }
for file in files(".json") {
  try put(beginning(of: file), file.lastPathComponent, for: "config", "proxy-config")
}

var state: UInt64 = 1
for target in [
  "bolt-message", "h2-pair", "translate-bolt", "translate-http2", "fragments", "reassembly", "hpack",
  "proxy",
] {
  for number in 0..<12 {
    let bytes = (0..<64 << (number % 5)).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 40)
    }
    try put(bytes, "choices-\(number)", for: target)
  }
}
