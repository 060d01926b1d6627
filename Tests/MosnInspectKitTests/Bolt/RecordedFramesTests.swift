import BoltCodec
import Foundation
import MosnCapture
import MosnInspectKit
import Testing

/// Every whole bolt frame of every recording, decoded and encoded again, gives the same bytes. `RECORDINGS=FOLDER`
/// adds the captures of a folder.
@Suite struct RecordedFramesTests {
  static var captures: [String] {
    let folders =
      [GoldenTests.path("recordings"), GoldenTests.path("capture"), GoldenTests.path(".")]
      + [ProcessInfo.processInfo.environment["RECORDINGS"]].compactMap { $0 }
    return folders.flatMap { folder in
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      return names.filter { $0.hasSuffix(".pcap") || $0.hasSuffix(".pcapng") }.map { "\(folder)/\($0)" }
    }.sorted()
  }

  @Test func encodingUndoesDecoding() throws {
    var frames = 0
    for capture in Self.captures {
      var inspector = Inspector()
      let reader = try CaptureReader.file(capture, options: CaptureOptions())
      let check = { (message: Message) in
        guard case .bolt(let frame, let bytes) = message.content, frame.isWhole else { return }
        do {
          var encoded: [UInt8] = []
          try BoltEncoder.encode(BoltMessage(frame, in: bytes), into: &encoded)
          if encoded != Array(bytes[frame.range]) {
            Issue.record("\(capture), packet \(message.place.packet): the frame differs once encoded")
          }
          frames += 1
        } catch {
          Issue.record("\(capture), packet \(message.place.packet): \(error)")
        }
      }
      while try reader.next({ packet, bytes in
        inspector.receive(
          bytes, number: packet.number, time: packet.time, linkType: packet.linkType,
          originalLength: packet.originalLength, emit: check)
      }) {}
      inspector.finish(emit: check)
    }
    #expect(frames > 100)
    print("\(frames) frames of \(Self.captures.count) recordings encode to what they were")
  }
}
