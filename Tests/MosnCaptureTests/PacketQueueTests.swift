import CMosnPcap
import Support
import Testing

@testable import MosnCapture

/// What one thread puts into the queue the other takes out of it, whole and in its order.
@Suite struct PacketQueueTests {
  private static let longest = CaptureOptions.longestSnapshot

  private static func header(_ count: Int, _ number: Int) -> pcap_pkthdr {
    pcap_pkthdr(ts: timeval(tv_sec: number, tv_usec: 0), caplen: UInt32(count), len: UInt32(count))
  }

  private static func bytes(_ count: Int, _ number: Int) -> [UInt8] {
    [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: count)
  }

  /// Takes a packet and says whether it is the one of this number.
  private static func take(_ number: Int, _ count: Int, from queue: PacketQueue) -> Bool {
    guard let (header, bytes) = queue.next() else { return false }
    return header.ts.tv_sec == number && bytes.count == count
      && bytes.allSatisfy { $0 == UInt8(truncatingIfNeeded: number) }
  }

  @Test(arguments: [1, 2, 3]) func packetsComeOutAsTheyWentIn(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let queue = PacketQueue(capacity: 0)
    var waiting: [(number: Int, count: Int)] = []
    var wrong = 0
    var refused = 0
    for number in 0..<3_000 {
      let count = Int.random(in: 0...(number % 40 == 0 ? Self.longest : 2_000), using: &random)
      let packet = Self.bytes(count, number)
      let fits = packet.withUnsafeBytes { queue.append(Self.header(count, number), $0) }
      if fits { waiting.append((number, count)) } else { refused += 1 }
      // Sometimes nothing is taken for long, sometimes all there is.
      let taken = number % 500 < 250 ? 0 : Int.random(in: 0...3, using: &random)
      for _ in 0..<min(fits ? taken : waiting.count, waiting.count) {
        let next = waiting.removeFirst()
        if !Self.take(next.number, next.count, from: queue) { wrong += 1 }
      }
    }
    for next in waiting where !Self.take(next.number, next.count, from: queue) { wrong += 1 }
    #expect(wrong == 0 && refused > 0)
    #expect(queue.next() == nil)
  }

  @Test func anEmptyQueueHasRoomForTheLongestPacketWhereverItStands() {
    let queue = PacketQueue(capacity: 0)
    var wrong = 0
    for number in 0..<200 {
      let count = number % 3 == 0 ? Self.longest : number * 7
      let isIn = Self.bytes(count, number).withUnsafeBytes { queue.append(Self.header(count, number), $0) }
      if !isIn || !Self.take(number, count, from: queue) { wrong += 1 }
      _ = queue.next()
    }
    #expect(wrong == 0)
  }

  @Test func twoThreads() async {
    let queue = PacketQueue(capacity: 0)
    let packets = 20_000
    let writer = Task.detached {
      for number in 0..<packets {
        let packet = Self.bytes(number % 1_500, number)
        while !packet.withUnsafeBytes({ queue.append(Self.header(packet.count, number), $0) }) {
          await Task.yield()
        }
      }
    }
    var wrong = 0
    for number in 0..<packets {
      while true {
        if let (header, bytes) = queue.next() {
          let isRight = header.ts.tv_sec == number && bytes.count == number % 1_500
          if !isRight || bytes.last.map({ $0 != UInt8(truncatingIfNeeded: number) }) ?? false { wrong += 1 }
          break
        }
        await Task.yield()
      }
    }
    await writer.value
    #expect(wrong == 0)
  }
}
