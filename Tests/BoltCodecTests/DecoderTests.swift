import BoltCodec
import Support
import Testing

@Suite struct DecoderTests {
  let stream = Sample.all.flatMap { $0 } + Sample.call(id: 8, version: .v2, summed: true) + Sample.call(id: 9)

  @Test func framesOfAStreamInOneRead() {
    var decoder = BoltDecoder()
    let outcomes = decoder.drain(stream)
    #expect(outcomes.ids == [100, 100, 100, 1, 1, 1, 1, 7, 9, 100, 8, 9])
    #expect(decoder.offset == UInt64(stream.count) && decoder.buffered == 0)
    let torn = decoder.end()
    #expect(torn == nil)
  }

  @Test func byteByByte() {
    var whole = BoltDecoder()
    let expected = whole.drain(stream)
    var decoder = BoltDecoder()
    var outcomes: [Outcome] = []
    for byte in stream { outcomes += decoder.drain([byte]) }
    #expect(outcomes == expected)
  }

  @Test func appendsOfEveryKind() throws {
    var decoder = BoltDecoder()
    decoder.append(Sample.busy[..<10])
    #expect(try decoder.next() == nil)
    decoder.append(Array(Sample.busy[10...]).span.bytes)
    #expect(try decoder.next()?.id == 100)
  }

  @Test func aFatalErrorIsFinal() throws {
    var decoder = BoltDecoder()
    decoder.append(Sample.busy + [0x47])
    #expect(try decoder.next() != nil)
    let first = #expect(throws: BoltError.self) { try decoder.next() }
    #expect(first?.rule == .unknownProtocol && first?.offset == 20)
    decoder.append(Sample.busy)
    let second = #expect(throws: BoltError.self) { try decoder.next() }
    #expect(second == first)
  }

  @Test func aWrongChecksumIsFatal() {
    var bytes = Sample.requestV2Summed
    bytes[46] ^= 1
    var decoder = BoltDecoder()
    let outcomes = decoder.drain(bytes + Sample.busy)
    #expect(outcomes.rules == [.checksumMismatch] && outcomes.ids.isEmpty)
  }

  @Test func aMalformedHeaderMapCostsItsFrameOnly() throws {
    var broken = Sample.call(id: 3)
    broken[22 + 44] = 0x7f
    var decoder = BoltDecoder()
    decoder.append(Sample.busy + broken + Sample.oneway)
    #expect(try decoder.next()?.status == .serverThreadpoolBusy)
    let error = #expect(throws: BoltError.self) { try decoder.next() }
    #expect(error?.rule == .headerKeyLength && error?.scope == .frame)
    #expect(error?.offset == 20 + 22 + 44)
    #expect(error?.head?.id == 3)
    #expect(try decoder.next()?.id == 9)
    #expect(try decoder.next() == nil)
  }

  @Test func limitsAtBelowAndAbove() {
    let call = Sample.call(id: 1, content: 50)
    func rules(_ change: (inout BoltLimits) -> Void, _ bytes: [UInt8]) -> [BoltError.Rule] {
      var limits = BoltLimits()
      change(&limits)
      var decoder = BoltDecoder(limits: limits)
      return decoder.drain(bytes).rules
    }
    let frame = try? parsed(call)
    let map = frame?.headerLength ?? 0
    #expect(
      rules(
        {
          $0.className = 44; $0.headerMap = map; $0.content = 50; $0.headerEntries = 4
        }, call) == [])
    // The fixed header alone is enough to refuse.
    let head = Array(call[..<22])
    #expect(rules({ $0.className = 43 }, head) == [.classNameTooLong])
    #expect(rules({ $0.headerMap = map - 1 }, head) == [.headerMapTooLong])
    #expect(rules({ $0.content = 49 }, head) == [.contentTooLong])
    #expect(rules({ $0.headerEntries = 3 }, call) == [.tooManyHeaderEntries])
    #expect(rules({ $0.content = -1 }, head) == [.contentTooLong])
  }

  @Test func lengthsJavaReadsAsNegative() {
    for (hex, length) in [("7fff", 32_767), ("8000", 32_768), ("ffff", 65_535)] {
      let name = [UInt8](hex: "0101 0001 01 00000001 01 00000bb8 \(hex) 0000 00000000")
      let map = [UInt8](hex: "0101 0001 01 00000001 01 00000bb8 0000 \(hex) 00000000")
      var decoder = BoltDecoder()
      #expect(decoder.drain(name + [UInt8](repeating: 65, count: length)).ids == [1])
      var limits = BoltLimits()
      limits.refusesSignedLengths = true
      var strict = BoltDecoder(limits: limits)
      #expect(strict.drain(name).rules == (length > 32_767 ? [.classNameTooLong] : []))
      strict = BoltDecoder(limits: limits)
      #expect(strict.drain(map).rules == (length > 32_767 ? [.headerMapTooLong] : []))
    }
  }

  @Test func consumedBytesLeaveTheBuffer() throws {
    var decoder = BoltDecoder()
    let call = Sample.call(id: 1, content: 1000)
    for _ in 0..<2000 {
      decoder.append(call)
      #expect(try decoder.next() != nil)
      #expect(try decoder.next() == nil)
    }
    #expect(decoder.bytes.capacity < 10_000)
    // The same when a piece of the next frame is always waiting.
    decoder.append(call[..<500])
    for _ in 0..<2000 {
      decoder.append(call[500...] + call[..<500])
      #expect(try decoder.next() != nil)
      #expect(try decoder.next() == nil)
    }
    #expect(decoder.bytes.capacity < 20_000)
  }

  @Test func aLargeBufferIsGivenBack() throws {
    var decoder = BoltDecoder()
    decoder.append(Sample.call(id: 1, content: 4 << 20))
    #expect(try decoder.next() != nil)
    decoder.append(Sample.busy)
    #expect(try decoder.next() != nil)
    #expect(decoder.bytes.capacity < 1 << 16)
  }

  @Test func theEndOfAStreamGivesTheTornFrame() throws {
    var decoder = BoltDecoder()
    let call = Sample.call(id: 5)
    decoder.append(call[..<100])
    #expect(try decoder.next() == nil)
    let end = decoder.end()
    let torn = try #require(end)
    #expect(torn.id == 5 && !torn.isWhole)
    #expect(torn.range == 0..<100 && torn.headerMap == 66..<100 && torn.content == 100..<100)
    #expect(torn.contentLength == 100)
    #expect(torn.className(in: decoder.bytes) == "com.alipay.sofa.rpc.core.request.SofaRequest")
  }
}
