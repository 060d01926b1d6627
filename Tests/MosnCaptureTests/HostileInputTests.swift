import Support
import Testing

@testable import MosnCapture

/// Broken bytes end in packets, notes or an error, and in bounded time.
@Suite struct HostileInputTests {
  @Test(arguments: ["enc-pcapng.pcapng", "tls13-aes128gcm-dsb.pcapng", "v1-sync.pcap"])
  func mutationsNeverTrap(name: String) {
    let whole = contents(of: fixture(name))
    let seed: UInt64 = 0x5EED_0001
    var random = SeededRandom(seed: seed)
    for round in 0..<400 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        let place = Int.random(in: 0..<(round % 2 == 0 ? min(400, bytes.count) : bytes.count), using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &random)
        case 1: bytes.replaceSubrange(place..<min(place + 4, bytes.count), with: [0xFF, 0xFF, 0xFF, 0xFF])
        case 2: bytes.remove(at: place)
        default: bytes.insert(0, at: place)
        }
      }
      #expect(read(bytes, filter: round % 3 == 0 ? "tcp" : nil) <= bytes.count, "seed \(seed) round \(round)")
    }
  }

  @Test func randomBlocksNeverTrap() {
    let seed: UInt64 = 0x5EED_0002
    var random = SeededRandom(seed: seed)
    for round in 0..<400 {
      var file = PcapngBytes(isBig: round % 2 == 0)
      file.section()
      file.interface(options: [(9, random.bytes(1)), (14, random.bytes(8)), (2, random.bytes(5))])
      for _ in 0..<20 {
        let kind = UInt32.random(in: 0...12, using: &random)
        let length = Int.random(in: 0...60, using: &random)
        let body = Bool.random(using: &random) ? [UInt8](repeating: 0, count: length) : random.bytes(length)
        file.block(kind) { $0.bytes += body }
      }
      #expect(read(file.bytes, filter: nil) <= file.bytes.count, "seed \(seed) round \(round)")
    }
  }

  private func read(_ bytes: [UInt8], filter: String?) -> Int {
    var count = 0
    do throws(CaptureError) {
      let reader = try CaptureReader.bytes(bytes, options: CaptureOptions(filter: filter))
      while try reader.next({ packet, bytes in
        count +=
          bytes.byteCount == packet.capturedLength && packet.originalLength >= bytes.byteCount ? 1 : .max / 2
      }) {}
    } catch {
      #expect(!"\(error)".isEmpty)
    }
    return count
  }
}
