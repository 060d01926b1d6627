import Foundation
import Testing

/// The rings of docs/architecture.md: what each target may import. Imports point down, never up or sideways.
/// The compiler's own check (scripts/check-style) does not see Foundation; this one does.
@Suite struct ImportTests {
  static let allowed: [String: Set<String>] = [
    // ring 0: the standard library only
    "MosnBytes": [], "BoltCodec": ["MosnBytes"], "H2Codec": ["MosnBytes"], "MosnPackets": ["MosnBytes"],
    "MosnText": ["MosnBytes"],
    // ring 1
    "MosnHessian": ["MosnBytes", "MosnText"], "MosnProtobuf": ["MosnBytes", "MosnText"],
    "MosnWire": ["BoltCodec", "H2Codec"],
    "Translate": ["MosnBytes", "BoltCodec", "H2Codec"],
    "MosnConfig": ["MosnBytes"],
    // ring 2
    "MosnInspectKit": [
      "MosnBytes", "MosnText", "MosnPackets", "MosnWire", "Translate", "BoltCodec", "H2Codec", "MosnHessian",
      "MosnProtobuf",
    ],
    "ProxyEngine": ["Translate", "MosnConfig", "BoltCodec", "H2Codec", "MosnBytes", "Synchronization"],
    // ring 3
    "CMosnPcap": [], "CMosnZlib": [], "CMosnZstd": [], "CMosnMalloc": [],
    "MosnCapture": [
      "MosnPackets", "MosnBytes", "CMosnPcap", "CMosnZlib", "CMosnZstd", "Glibc", "Synchronization",
    ],
    "ProxyIO": [
      "ProxyEngine", "MosnConfig", "CMosnMalloc", "NIOCore", "NIOPosix", "NIOTLS", "NIOSSL", "Glibc",
      "Synchronization",
    ],
    "mosn-inspect": [
      "CMosnMalloc", "MosnInspectKit", "MosnCapture", "MosnPackets", "MosnProtobuf", "SwiftProtobuf",
      "ArgumentParser", "Glibc", "Foundation",
    ],
    "mosnd": ["ProxyIO", "MosnConfig", "ArgumentParser", "Glibc", "Foundation"],
  ]

  static let sources = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Sources").standardizedFileURL

  @Test func everyImportPointsDown() throws {
    let files = try #require(
      FileManager.default.enumerator(at: Self.sources, includingPropertiesForKeys: nil))
    var checked = 0
    for case let file as URL in files where file.pathExtension == "swift" {
      let path = file.path(percentEncoded: false).dropFirst(Self.sources.path(percentEncoded: false).count)
      let target = String(path.split(separator: "/")[0])
      let allowed = try #require(Self.allowed[target], "\(target) has no place in the rings")
      for module in Self.imports(of: try String(contentsOf: file, encoding: .utf8)) {
        #expect(allowed.contains(module), "\(path) imports \(module)")
      }
      checked += 1
    }
    #expect(checked > 20)
  }

  /// Modules named by the import declarations of a file, whatever stands before or behind the name.
  static func imports(of source: String) -> [String] {
    source.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard let place = words.firstIndex(of: "import"), place <= 2,
        words[..<place].allSatisfy({ $0.hasPrefix("@") || ["public", "package", "internal"].contains($0) }),
        var name = words.dropFirst(place + 1).first
      else { return nil }
      if ["struct", "class", "enum", "func", "protocol", "typealias", "var"].contains(name) {
        guard let next = words.dropFirst(place + 2).first else { return nil }
        name = next
      }
      return String(name.prefix { $0 != "." && $0 != ";" })
    }
  }
}
