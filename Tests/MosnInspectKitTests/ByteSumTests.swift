import BoltCodec
import Foundation
import H2Codec
import MosnCapture
import MosnPackets
import Support
import Testing

@testable import MosnInspectKit

/// Every captured byte of TCP payload was decoded, or is counted as undecoded, or repeats another.
@Suite struct ByteSumTests {
  private func check(_ summary: Summary, _ what: String) {
    let sum = summary.decodedBytes + summary.undecodedBytes + summary.repeatedBytes
    #expect(
      summary.payloadBytes == sum,
      "\(what): \(summary.payloadBytes) captured, \(summary.decodedBytes) + \(summary.undecodedBytes) + \(summary.repeatedBytes)"
    )
  }

  static let recordings: [String] = {
    let folder = GoldenTests.fixtures
    let names = FileManager.default.enumerator(atPath: folder.path(percentEncoded: false))
    return (names?.allObjects ?? []).compactMap { $0 as? String }.filter { $0.contains(".pcap") }.sorted()
  }()

  @Test(arguments: recordings, [false, true])
  func holdsInRecordings(_ name: String, showsFrames: Bool) throws {
    var inspector = Inspector(showsFrames: showsFrames)
    let reader = try CaptureReader.file(
      GoldenTests.fixtures.appending(path: name).path(percentEncoded: false), options: CaptureOptions())
    while try reader.next({ packet, bytes in
      inspector.receive(
        bytes, number: packet.number, time: packet.time, linkType: packet.linkType,
        originalLength: packet.originalLength
      ) { _ in }
    }) {}
    inspector.finish { _ in }
    check(inspector.summary, name)
  }

  /// Calls of both protocols and bytes of neither, of which packets are lost, cut, repeated, swapped and damaged.
  @Test(arguments: 1...150 as ClosedRange<UInt64>)
  func holdsInAnyCapture(_ seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var talks = [Self.bolt(&random), Self.http2(&random), Self.noise(&random)]
    if Bool.random(using: &random) { talks.remove(at: Int.random(in: 0..<3, using: &random)) }
    var packets = talks.flatMap { $0 }
    // Begun somewhere.
    packets.removeFirst(Bool.random(using: &random) ? Int.random(in: 0..<12, using: &random) : 0)
    packets = packets.flatMap { Self.damaged($0, &random) }
    for _ in 0..<Int.random(in: 0..<12, using: &random) where packets.count > 4 {
      let index = Int.random(in: 0..<packets.count - 3, using: &random)
      packets.swapAt(index, index + Int.random(in: 1...3, using: &random))
    }
    var limits = InspectLimits()
    if Bool.random(using: &random) { (limits.totalBytes, limits.pendingBytes) = (4_096, 2_000) }
    if Bool.random(using: &random) { limits.connections = 1 }
    let assignments =
      Bool.random(using: &random) ? [PortAssignment("tcp.port==12200,bolt")].compactMap(\.self) : []
    let story = Story(
      packets, limits: limits, assignments: assignments, showsFrames: Bool.random(using: &random))
    check(story.summary, "seed \(seed)")
  }

  private static func bolt(_ random: inout SeededRandom) -> [Talk.Sent] {
    var talk = Talk()
    if Bool.random(using: &random) { talk.open() }
    for id in 1...UInt32.random(in: 2...12, using: &random) {
      let size = [20, 100, 1_400].randomElement(using: &random) ?? 100
      var call = Bolt.call(id, content: Int.random(in: 0...900, using: &random), summed: id % 3 == 0)
      if Int.random(in: 0..<8, using: &random) == 0 { call[1] = 9 }
      talk.say(.client, call, size: size)
      talk.say(.server, Bolt.answer(id, content: Int.random(in: 0...3_000, using: &random)), size: size)
    }
    if Bool.random(using: &random) { talk.close() }
    if Bool.random(using: &random) { talk.forge(.client, random.bytes(30), flags: [.reset], ahead: 0) }
    return talk.sent
  }

  private static func http2(_ random: inout SeededRandom) -> [Talk.Sent] {
    var talk = H2Talk.begun()
    for index in 0..<UInt32.random(in: 2...12, using: &random) {
      let stream = H2StreamID(rawValue: 2 * index + 1)
      talk.request(stream, end: false)
      let body = random.bytes(Int.random(in: 0...3_000, using: &random))
      talk.data(.client, stream, body, end: true)
      talk.response(stream, end: false)
      // Longer than anybody allowed.
      let count = Int.random(in: 0..<10, using: &random) == 0 ? 20_000 : 300
      talk.write(.server) {
        $0 +=
          [UInt8(count >> 16), UInt8(count >> 8 & 0xff), UInt8(count & 0xff), 0, 1]
          + Talk.big(stream.rawValue)
        $0 += [UInt8](repeating: 7, count: count)
      }
    }
    if Bool.random(using: &random) { talk.talk.close() }
    return talk.talk.sent
  }

  private static func noise(_ random: inout SeededRandom) -> [Talk.Sent] {
    var talk = Talk(clientPort: 41_000, serverPort: 9_999)
    if Bool.random(using: &random) { talk.open() }
    for _ in 0..<8 { talk.say(.client, random.bytes(Int.random(in: 1...3_000, using: &random))) }
    return talk.sent
  }

  private static func damaged(_ packet: Talk.Sent, _ random: inout SeededRandom) -> [Talk.Sent] {
    var packet = packet
    switch Int.random(in: 0..<24, using: &random) {
    case 0: return []
    case 1: return [packet, packet]
    case 2:
      packet.bytes.removeLast(min(packet.bytes.count - 40, Int.random(in: 0...200, using: &random)))
      return [packet]
    case 3:
      var again = packet
      again.bytes[4] ^= 0x55
      return [packet, again]
    case 4:
      packet.bytes[Int.random(in: 24..<packet.bytes.count, using: &random)] ^= 1
      return [packet]
    default: return [packet]
    }
  }
}
