import BoltCodec
import MosnInspectKit
import Support
import Testing

/// Captures that lose packets or change their order: pairs are those that were made, and bounds hold.
@Suite struct CallPropertyTests {
  /// Calls whose answer tells of its request: the content lengths are equal, and no two calls have the same.
  private func talk(_ source: inout SeededRandom, ids: UInt32) -> Talk {
    var talk = Talk()
    talk.open()
    var (open, serial, next): ([(id: UInt32, serial: Int)], Int, UInt32) = ([], 0, 0)
    for _ in 0..<120 {
      if source.next() % 2 == 0 || open.isEmpty {
        // An id is used again when it is answered, as a client may.
        next = (next + 1) % ids
        guard !open.contains(where: { $0.id == next }) else { continue }
        serial += 1
        open.append((next, serial))
        talk.say(.client, Bolt.call(next, content: serial))
      } else {
        let call = open.remove(at: source.below(open.count))
        talk.say(.server, Bolt.answer(call.id, content: call.serial))
      }
    }
    return talk
  }

  private func check(_ calling: Calling, _ what: String) {
    for call in calling.calls {
      if let request = call.number("request_bytes"), let response = call.number("response_bytes") {
        #expect(request == response, "\(what), packet \(call.number("request_packet") ?? 0)")
      } else {
        #expect(call.text("reason") != nil, "\(what), call \(call.number("call") ?? 0)")
      }
    }
  }

  @Test(arguments: [2, 3, 5, 8, 100_000] as [UInt32])
  func lossInventsNoPair(_ ids: UInt32) {
    for seed in 0..<40 as Range<UInt64> {
      var source = SeededRandom(seed: seed)
      var sent = talk(&source, ids: ids).sent
      sent = sent.prefix(3) + sent.dropFirst(3).filter { _ in source.next() % 12 != 0 }
      check(Calling(sent), "ids \(ids), seed \(seed)")
    }
  }

  @Test func orderInventsNoPairAndLosesNone() {
    for seed in 0..<60 as Range<UInt64> {
      var source = SeededRandom(seed: seed)
      let sent = talk(&source, ids: 100_000).sent
      let whole = Calling(sent).outcomes.filter { $0 == "ok" }.count
      let places = sent.indices.map { ($0 < 3 ? $0 : $0 + source.below(6), $0) }
      let calling = Calling(places.sorted { $0 < $1 }.map { sent[$0.1] })
      check(calling, "seed \(seed)")
      #expect(calling.outcomes.filter { $0 == "ok" }.count <= whole)
    }
  }

  @Test func nothingTrapsAndEveryCallHasANumber() {
    for seed in 0..<200 as Range<UInt64> {
      var source = SeededRandom(seed: seed)
      var bytes: [UInt8] = []
      var talk = Talk()
      talk.open()
      for _ in 0..<40 {
        let id = UInt32(source.next() % 4)
        switch source.next() % 6 {
        case 0: bytes = Bolt.call(id, content: 5)
        case 1: bytes = Bolt.answer(id, content: 5)
        case 2: bytes = Bolt.frame(.oneway(id: id), "a.Notice")
        case 3: bytes = Bolt.frame(.heartbeat(id: id))
        case 4: bytes = Bolt.frame(.heartbeatAck(to: .heartbeat(id: id)))
        default: bytes = Bolt.frame(.goaway(id: id))
        }
        talk.say(source.next() % 2 == 0 ? .client : .server, bytes)
        if source.next() % 9 == 0 { talk.time += Int64(source.below(400)) * 1_000_000_000 }
      }
      let calling = Calling(talk)
      #expect(calling.calls.compactMap { $0.number("call") } == Array(1...max(1, calling.calls.count)))
    }
  }

  /// What is open on a connection is bounded, and what gives way is told of.
  @Test func tooManyOpenCallsGiveWay() {
    var talk = Talk()
    talk.open()
    let frame = Bolt.frame(.request(id: 0, timeout: -1), "a.Notice", [], 1)
    var bytes: [UInt8] = []
    for id in 0..<70_000 as Range<UInt32> {
      bytes += frame[..<5] + Talk.big(id) + frame[9...]
      guard id % 1_000 == 999 else { continue }
      talk.say(.client, bytes, size: 50_000)
      bytes = []
    }
    let calling = Calling(talk.sent, isOver: false)
    #expect(calling.outcomes.count == 70_000 - 65_536)
    #expect(calling.outcomes.allSatisfy { $0 == "evicted" })
    #expect(calling[0].text("reason") == "given up: 65536 others of its connection are open")
  }
}
