import BoltCodec
import MosnCapture
import Testing

@testable import MosnInspectKit

/// A message that is kept says what it said, and holds no other bytes.
@Suite struct OwnedMessageTests {
  @Test(arguments: [false, true]) func saysTheSame(showsFrames: Bool) throws {
    var pairs: [(String, String)] = []
    var kept: [Message] = []
    var inspector = Inspector(showsFrames: showsFrames)
    let take = { (message: Message) in
      let owned = message.owned()
      pairs.append((json(message), json(owned)))
      kept.append(owned)
    }
    let reader = try CaptureReader.file(GoldenTests.path("sofarpc-sample.pcap"), options: CaptureOptions())
    while try reader.next({ packet, bytes in
      inspector.receive(
        bytes, number: packet.number, time: packet.time, linkType: packet.linkType,
        originalLength: packet.originalLength, emit: take)
    }) {}
    inspector.finish(emit: take)
    #expect(pairs.count > 5)
    #expect(pairs.allSatisfy { $0 == $1 })
    // Also when the decoder has gone on.
    #expect(zip(pairs, kept).allSatisfy { $0.0 == json($1) })
    for message in kept {
      guard case .bolt(let frame, let bytes) = message.content else { continue }
      #expect(bytes.count == frame.range.count)
    }
  }

  private func json(_ message: Message) -> String {
    var renderer = JSONRenderer(maxContent: 1 << 20)
    renderer.render(message)
    return String(decoding: renderer.output.bytes, as: UTF8.self)
  }
}
