import Testing

@testable import MosnCapture

@Suite struct InflationTests {
  private func unpack(_ packed: [UInt8], limit: Int) -> (bytes: [UInt8], end: Inflation.End) {
    Inflation.unpack(packed.span.bytes, as: .gzip, limit: limit)
  }

  @Test(arguments: [0, 1, 5, 16_384, 16_385, 100_000])
  func whatIsPackedComesOut(_ count: Int) {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 >> 3) }
    for limit in [count, count + 1, .max] {
      let (unpacked, end) = unpack(gzip(bytes), limit: limit)
      #expect(end == .whole && unpacked.count == count)
      #expect(unpacked.elementsEqual(bytes))
    }
  }

  /// Ten megabytes in ten kilobytes: only what is asked for is made.
  @Test func aBombStopsAtTheLimit() {
    let bomb = gzip([UInt8](repeating: 0, count: 10 << 20))
    #expect(bomb.count < 11_000)
    for limit in [0, 1, 16_384, 65_536] {
      let (unpacked, end) = unpack(bomb, limit: limit)
      #expect(unpacked.count == limit && end == .limit)
    }
  }

  @Test func membersFollowEachOther() {
    let (unpacked, end) = unpack(gzip([1, 2]) + gzip([3]) + [0, 0], limit: 100)
    #expect(unpacked == [1, 2, 3] && end == .whole)
  }

  @Test func whatIsMissingIsSaid() {
    let packed = gzip(Array("hello hello hello".utf8))
    for count in 0..<packed.count {
      #expect(unpack(Array(packed.prefix(count)), limit: 100).end == .early, "\(count) of \(packed.count)")
    }
    var broken = packed
    broken[broken.count - 5] ^= 1
    guard case .broken = unpack(broken, limit: 100).end else {
      return #expect(Bool(false), "a wrong checksum")
    }
  }
}
