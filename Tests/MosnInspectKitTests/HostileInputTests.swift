import Foundation
import MosnInspectKit
import MosnPackets
import Support
import Testing

/// Recordings damaged at random: every run ends, nothing traps, and all that is told is valid.
@Suite struct HostileInputTests {
  static let recordings = [
    "sofarpc-sample", "recordings/sofarpc-h2c-upgrade-sync", "recordings/v2.2-crc-sync",
    "recordings/sofarpc-bolt-sync",
  ]

  private static func packets(_ name: String) throws -> (LinkType, [Talk.Sent]) {
    let bytes = try [UInt8](Data(contentsOf: URL(filePath: GoldenTests.path("\(name).pcap"))))
    let walk = try #require(PcapWalk(bytes))
    let sent = walk.map {
      Talk.Sent(bytes: Array(bytes[$0.range]), time: $0.time, originalLength: $0.originalLength)
    }
    return (LinkType(rawValue: walk.linkType), sent)
  }

  private static func damage(_ packets: [Talk.Sent], _ random: inout SeededRandom) -> [Talk.Sent] {
    packets.compactMap { packet in
      var packet = packet
      switch Int.random(in: 0..<12, using: &random) {
      case 0: return nil
      case 1:
        packet.bytes = Array(packet.bytes.prefix(Int.random(in: 0...packet.bytes.count, using: &random)))
      case 2, 3:
        for _ in 0..<Int.random(in: 1...8, using: &random) {
          guard let index = packet.bytes.indices.randomElement(using: &random) else { break }
          packet.bytes[index] = UInt8.random(in: 0...255, using: &random)
        }
      case 4:
        guard let index = packet.bytes.indices.randomElement(using: &random) else { break }
        packet.bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 5: packet.time = Int64.random(in: .min ... .max, using: &random)
      case 6: packet.originalLength = Int.random(in: 0...100_000, using: &random)
      default: break
      }
      return packet
    }
  }

  @Test(arguments: recordings, [false, true])
  func damagedRecordingsAreRead(_ name: String, showsFrames: Bool) throws {
    let (linkType, packets) = try Self.packets(name)
    var limits = InspectLimits()
    limits.totalBytes = 64 << 10
    limits.pendingBytes = 4 << 10
    limits.pendingSegments = 16
    limits.connections = 4
    for seed in 0..<60 as Range<UInt64> {
      var random = SeededRandom(seed: seed)
      let damaged = Self.damage(packets, &random)
      let story = Story(damaged, linkType: linkType, limits: limits, showsFrames: showsFrames)
      #expect(story.summary.packets == damaged.count, "seed \(seed)")
      #expect(!story.text.utf8.contains(0x1b), "seed \(seed)")
    }
  }

  /// A stream that is any bytes behind the beginning of a protocol.
  @Test(arguments: 0..<60 as Range<UInt64>)
  func anyStreamIsRead(_ seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var talk = seed % 2 == 0 ? Talk() : H2Talk.begun().talk
    if seed % 2 == 0 {
      talk.open()
      talk.say(.client, Bolt.call(1))
    }
    for _ in 0..<30 {
      let side: Talk.Side = Bool.random(using: &random) ? .client : .server
      // Small numbers make more of what looks like headers.
      let most: UInt8 = Bool.random(using: &random) ? 9 : 255
      let bytes = (0..<Int.random(in: 1...300, using: &random)).map { _ in
        UInt8.random(in: 0...most, using: &random)
      }
      talk.say(side, bytes, size: Int.random(in: 1...200, using: &random))
      if Int.random(in: 0..<6, using: &random) == 0 {
        talk.lose(side, Int.random(in: 1...5_000, using: &random))
      }
    }
    let story = Story(talk)
    #expect(story.summary.packets == talk.sent.count, "seed \(seed)")
    _ = Story(talk, showsFrames: true)
  }
}
