import H2Codec
import MosnPackets
import Testing

@testable import MosnInspectKit

/// What connections hold is charged to them, and given back when they are over.
@Suite struct MemoryTests {
  private static let silence: Int64 = 400_000_000_000

  /// Two calls of one connection, the second of which refers to what the first put into the header tables.
  private static func quiet() -> H2Talk {
    var talk = H2Talk.begun()
    talk.request(1, path: "/orders")
    talk.response(1)
    talk.talk.time += silence
    talk.request(3, path: "/orders")
    talk.response(3)
    return talk
  }

  /// The connections of others, that are there while it is silent.
  private static func others(_ count: Int, at time: Int64) -> [Talk.Sent] {
    (0..<count).flatMap { index in
      var talk = Talk(clientPort: UInt16(50_000 + index), at: time + Int64(index))
      talk.open()
      talk.say(.client, Bolt.call(1))
      return talk.sent
    }
  }

  @Test func aQuietConnectionKeepsItsHeaderTables() {
    let talk = Self.quiet().talk
    let story = Story(
      talk.sent.dropLast(2) + Self.others(20, at: talk.time - 3_000_000) + talk.sent.suffix(2))
    let paths = story.messages.compactMap { $0.text("path") }
    #expect(paths == ["/orders", "/orders"])
    #expect(story.summary.connections == 21)
    #expect(story.summary.findings == 0)
  }

  @Test func aQuietConnectionGivesWayToOthers() {
    let talk = Self.quiet().talk
    var limits = InspectLimits()
    limits.connections = 10
    let story = Story(
      talk.sent.dropLast(2) + Self.others(20, at: talk.time - 3_000_000) + talk.sent.suffix(2), limits: limits
    )
    #expect(story.summary.evictedConnections > 0)
    #expect(story.messages.compactMap { $0.text("path") } != ["/orders", "/orders"])
  }

  /// Header tables and buffers are charged, and what is finished lets them go.
  @Test func aFinishedConnectionLetsGo() {
    var talk = H2Talk.begun()
    for stream in 0..<20 as Range<UInt32> {
      let more = (0..<10).map { ("name-\($0)", "\(stream)" + String(repeating: "~", count: 90)) }
      talk.request(H2StreamID(rawValue: 2 * stream + 1), more: more)
      talk.response(H2StreamID(rawValue: 2 * stream + 1), more: more)
    }
    var closed = talk.talk
    closed.close()
    let (open, finished) = (Self.held(talk.talk.sent), Self.held(closed.sent))
    #expect(open > finished + 4_000)
    #expect(finished < ConnectionTable.footprint + 2_048)
  }

  private static func held(_ packets: [Talk.Sent]) -> Int {
    var inspector = Inspector()
    for (index, packet) in packets.enumerated() {
      inspector.receive(
        packet.bytes.span.bytes, number: index + 1, time: packet.time, linkType: .raw,
        originalLength: packet.originalLength
      ) { _ in }
    }
    return inspector.heldBytes
  }
}
