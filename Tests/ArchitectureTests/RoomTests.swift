import Foundation
import Testing

/// What docs/architecture.md says of the engine's rooms, as far as words can show it.
@Suite struct RoomTests {
  static let engine = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Sources/ProxyEngine").standardizedFileURL

  /// Elsewhere a difference between protocols is a property of `PeerKind`.
  @Test func onlyPeersAndCrossingAskWhatIsSpoken() throws {
    let questions = [
      ".form", "kind == ", "kind != ", "wire == ", "wire != ", "isHTTP2", ".isBolt", ".holdsFrame",
    ]
    var checked = 0
    let files = try #require(FileManager.default.enumerator(at: Self.engine, includingPropertiesForKeys: nil))
    for case let file as URL in files where file.pathExtension == "swift" {
      let room = file.deletingLastPathComponent().lastPathComponent
      if ["Peers", "Crossing"].contains(room) { continue }
      let source = try String(contentsOf: file, encoding: .utf8)
      for question in questions {
        #expect(!source.contains(question), "\(room)/\(file.lastPathComponent) asks \(question)")
      }
      checked += 1
    }
    #expect(checked > 20)
  }
}
