import BoltCodec
import Support
import Testing

@Suite struct PlausibilityTests {
  func judge(_ bytes: [UInt8], at start: Int = 0) -> BoltPlausibility {
    BoltFrame.plausibility(of: bytes.span.bytes, at: start)
  }

  @Test func wholeFramesAreBolt() {
    for sample in Sample.all { #expect(judge(sample) == .yes) }
  }

  @Test func beginningsAreNeverRefused() {
    for sample in Sample.all + [Sample.call(id: 1, version: .v2, summed: true)] {
      for count in 0..<sample.count { #expect(judge(Array(sample[..<count])) != .no, "\(count)") }
    }
  }

  @Test func theHeadOfALargeFrameIsEnough() {
    #expect(judge(Array(Sample.call(id: 1, content: 1 << 20)[..<400])) == .yes)
    #expect(judge(Array(Sample.call(id: 1)[..<30])) == .maybe(needs: 187))
  }

  @Test(arguments: [
    Array("PRI * HTTP/2.0".utf8), Array("GET / HTTP/1.1\r\n".utf8),
    [UInt8](hex: "000012 04 00 00000000 0003 00000064 0004 40000000 0002 00000000"),
    [UInt8](hex: "1603010200010001fc0303"), [0x0d, 1], [1, 3], [2, 3], [2, 0, 3], [2, 2, 9],
    [UInt8](hex: "0101010101010101010101010101010101010101010101010101010101010101"),
    [UInt8](hex: "0101 0001 01 00000064 01 00000bb8 0010 0000 00000003 00010203"),
  ])
  func otherBytesAreNot(_ bytes: [UInt8]) {
    #expect(judge(bytes) == .no)
  }

  @Test func oddCodesAreBelievedWhenTheNextHeadFollows() {
    let head = BoltHead.response(id: 1, status: BoltStatus(rawValue: 99), codec: BoltSerializer(rawValue: 77))
    let odd = encoded(BoltMessage(head, className: "Answer"))
    #expect(judge(odd + Sample.heartbeat) == .yes)
    #expect(judge(odd + [9, 9, 9, 9]) == .no)
  }

  @Test func theFirstFrameInTheMiddle() {
    let junk = [UInt8](repeating: 1, count: 100)
    let bytes = junk + Sample.call(id: 1) + Sample.call(id: 2)
    #expect(firstPlausible(bytes, from: 0) == 100)
    #expect(firstPlausible(bytes, from: 101) == 100 + Sample.call(id: 1).count)
    #expect(firstPlausible(junk, from: 0) == nil)
    #expect(firstPlausible(junk, from: 5000) == nil)
  }

  @Test func randomBytesAreNever() {
    var random = SeededRandom(seed: 99)
    #expect(firstPlausible(random.bytes(200_000), from: 0) == nil)
    // Small numbers, as structures are full of.
    let small = (0..<200_000).map { _ in UInt8.random(in: 0...2, using: &random) }
    #expect(firstPlausible(small, from: 0) == nil)
  }

  @Test func positionsOutsideTellNothing() {
    for start in [Int.min, -1, 41, 1000, Int.max] {
      #expect(judge(Sample.requestV1, at: start) == .maybe(needs: 3))
    }
  }

  // MARK: where nothing is known

  @Test(arguments: [BoltDetection.Place.opening, .segment, .anywhere])
  func callsAreDetected(_ place: BoltDetection.Place) {
    for version in [BoltVersion.v1, .v2] {
      let call = Sample.call(id: 1, version: version)
      #expect(BoltDetection.verdict(on: call.span.bytes, at: 0, place) == .yes)
      #expect(BoltDetection.verdict(on: (call + call).span.bytes, at: 0, place) == .yes)
      for count in 0..<20 {
        #expect(BoltDetection.verdict(on: Array(call[..<count]).span.bytes, at: 0, place) != .no)
      }
    }
  }

  /// A head of zeros and ones, which half of all protocols send, says nothing; that of SOFABolt's heartbeat says more.
  @Test func headsWithoutContent() {
    func verdict(_ hex: String, _ place: BoltDetection.Place) -> BoltPlausibility {
      BoltDetection.verdict(on: [UInt8](hex: hex).span.bytes, at: 0, place, isAll: true)
    }
    let zeros = "01 00 0000 00 00000000 00 0000 0000 0000 00000000"
    let heartbeat = "01 01 0000 01 00000005 01 ffffffff 0000 0000 00000000"
    #expect(verdict(zeros, .opening) == .no)
    #expect(verdict(zeros + zeros + zeros, .anywhere) == .no)
    #expect(verdict(heartbeat, .opening) == .yes)
    #expect(verdict(heartbeat, .segment) == .yes)
    #expect(verdict(heartbeat, .anywhere) == .no)
  }

  /// As MOSN sends it: no class name, the service in the header map.
  @Test func aHeaderMapIsEvidence() {
    var bytes: [UInt8] = []
    try? BoltEncoder.encode(
      BoltMessage(.request(id: 1), headers: [.init("service", "testSofa")]), into: &bytes)
    #expect(BoltDetection.verdict(on: bytes.span.bytes, at: 0, .anywhere) == .yes)
  }
}
