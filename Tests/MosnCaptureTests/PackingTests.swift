import CMosnZlib
import CMosnZstd
import Testing

@testable import MosnCapture

@Suite struct PackingTests {
  private let plain = contents(of: fixture("enc-pcapng.pcapng"))
  private let classic = contents(of: fixture("v1-sync.pcap"))

  @Test(arguments: [1, 1000, Int.max])
  func gzipAndZstdReadAsIfPlain(step: Int) throws {
    for pack in [gzip(_:), zstd] {
      #expect(try CaptureReader.bytes(pack(plain), step: step).count() == 59)
      #expect(try CaptureReader.bytes(pack(classic), step: step).count() == 21)
    }
  }

  @Test func severalMembersOrFramesAreOneStream() throws {
    for pack in [gzip(_:), zstd] {
      let pieces = [plain.prefix(5000), plain[5000..<5000], plain[5000..<5001], plain[5001...]]
      let packed = pieces.flatMap { pack(Array($0)) }
      let reader = try CaptureReader.bytes(packed)
      #expect(try reader.count() == 59)
      #expect(reader.end == .complete)
    }
    // Parallel zstd compressors begin with a skippable frame.
    let skippable: [UInt8] = [0x50, 0x2A, 0x4D, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]
    #expect(try CaptureReader.bytes(skippable + zstd(classic)).count() == 21)
    // Tapes pad with zeros.
    #expect(try CaptureReader.bytes(gzip(classic) + [0, 0, 0]).count() == 21)
  }

  @Test func packedTwiceIsUnpackedTwiceAndNoMore() throws {
    #expect(try CaptureReader.bytes(gzip(zstd(classic))).count() == 21)
    #expect(
      throws: CaptureError.notACapture(
        path: "memory", looksLike: "gzip data, and inside gzip data, and inside zstd data")
    ) {
      try CaptureReader.bytes(gzip(gzip(zstd(classic))))
    }
  }

  @Test func everyCutIsACutNotAFault() throws {
    for (pack, file) in [(gzip(_:), classic), (zstd, classic), (gzip(_:), plain), (zstd, plain)] {
      let packed = pack(file)
      for length in stride(from: 4, to: packed.count, by: 97) {
        do throws(CaptureError) {
          let reader = try CaptureReader.bytes(Array(packed.prefix(length)))
          _ = try reader.count()
          guard case .cutShort = reader.end else {
            Issue.record("\(length) of \(packed.count): \(String(describing: reader.end))")
            continue
          }
        } catch {
          guard case .cutInHeader = error else {
            Issue.record("\(length) of \(packed.count): \(error)")
            continue
          }
        }
      }
    }
    // Without the checksum at the very end all packets are there, and yet something is missing.
    let reader = try CaptureReader.bytes(gzip(classic).dropLast())
    #expect(try reader.count() == 21)
    guard case .cutShort = reader.end else {
      Issue.record("\(String(describing: reader.end))")
      return
    }
  }

  @Test func brokenDataIsSaidToBe() {
    var packed = gzip(classic)
    packed[packed.count - 6] ^= 1
    let error = #expect(throws: CaptureError.self) { try CaptureReader.bytes(packed).count() }
    #expect(error.map { "\($0)".hasSuffix("the gzip data is broken: incorrect data check") } == true)
  }

  @Test func whatIsInsideIsNamed() {
    #expect(throws: CaptureError.notACapture(path: "memory", looksLike: "gzip data, and inside text")) {
      try CaptureReader.bytes(gzip(Array("hello, world".utf8)))
    }
    #expect(throws: CaptureError.notACapture(path: "memory", looksLike: "zstd data, and inside nothing")) {
      try CaptureReader.bytes(zstd([]))
    }
  }

  @Test func aWindowAboveTheLimitIsRefused() throws {
    var random = [UInt8](repeating: 0, count: 64 << 10)
    for index in random.indices { random[index] = UInt8(truncatingIfNeeded: index &* 2_654_435_761 >> 13) }
    var file = PcapBytes()
    for _ in 0..<8 { file.packet(random) }
    var options = CaptureOptions()
    options.limits.zstdWindowLog = 10
    let error = #expect(throws: CaptureError.self) {
      try CaptureReader.bytes(zstd(file.bytes), options: options).count()
    }
    #expect(error.map { "\($0)".contains("memory") } == true, "\(String(describing: error))")
  }

  @Test func progressCountsPackedBytes() throws {
    let packed = gzip(classic)
    try withFile(packed) { path in
      let reader = try CaptureReader.file(path)
      #expect(try reader.count() == 21)
      #expect(reader.position?.bytesRead == Int64(packed.count))
      #expect(reader.position?.totalBytes == Int64(packed.count))
    }
  }
}

private func zstd(_ bytes: [UInt8]) -> [UInt8] {
  var output = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
  let count = ZSTD_compress(&output, output.count, bytes, bytes.count, 3)
  return Array(output.prefix(count))
}
