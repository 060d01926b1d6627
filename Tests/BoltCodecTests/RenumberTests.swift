import BoltCodec
import Support
import Testing

@Suite struct RenumberTests {
  @Test(arguments: Sample.all + [Sample.call(id: 1, content: 5000, version: .v2, summed: true)])
  func onlyIdAndChecksumChange(_ sample: [UInt8]) throws {
    let frame = try #require(try parsed(sample))
    var message = try BoltMessage(frame, in: sample)
    for id in [UInt32(0), 1, 0x8000_0001, 0xffff_ffff, frame.id] {
      message.head.id = id
      var bytes = [1, 2, 3] + sample + [4]
      #expect(frame.renumber(to: id, in: &bytes, at: 3))
      #expect(bytes == [1, 2, 3] + encoded(message) + [4])
    }
  }

  @Test func aWrongChecksumStaysWrong() throws {
    var bytes = Sample.requestV2Summed
    bytes[41] ^= 1
    let frame = try #require(try parsed(bytes))
    #expect(frame.renumber(to: 4711, in: &bytes))
    let again = try #require(try parsed(bytes))
    #expect(again.id == 4711)
    guard case .bad(let expected, let found) = again.crc, case .bad(let expected1, let found1) = frame.crc
    else {
      Issue.record("laundered")
      return
    }
    #expect(expected ^ found == expected1 ^ found1)
  }

  @Test func aFrameThatIsNotThereIsLeftAlone() throws {
    let frame = try #require(try parsed(Sample.requestV2Summed))
    for start in [-1, 1, 1000] {
      var bytes = Sample.requestV2Summed
      #expect(!frame.renumber(to: 1, in: &bytes, at: start))
      #expect(bytes == Sample.requestV2Summed)
    }
  }

  @Test func rawBuffer() throws {
    var bytes = Sample.requestV2Summed
    let frame = try #require(try parsed(bytes))
    #expect(bytes.withUnsafeMutableBytes { frame.renumber(to: 9, in: $0) })
    let again = try #require(try parsed(bytes))
    #expect(again.id == 9 && again.crc == .good)
  }
}
