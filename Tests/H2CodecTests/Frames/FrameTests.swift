import H2Codec
import Support
import Testing

/// Every frame of `bytes`, decoded at once.
func frames(
  _ bytes: [UInt8], _ temperament: H2FrameDecoder.Temperament = .endpoint,
  start: H2FrameDecoder.Start = .boundary
) throws -> (frames: [H2Frame], bytes: [UInt8]) {
  var decoder = H2FrameDecoder(temperament, start: start)
  decoder.append(bytes)
  var found: [H2Frame] = []
  while let frame = try decoder.next() { found.append(frame) }
  return (found, decoder.bytes)
}

@Suite struct FrameTests {
  @Test func dataWithPadding() throws {
    var wire: [UInt8] = []
    let text = Array("hello".utf8)
    H2FrameEncoder.data(text.span.bytes, stream: 3, endStream: true, padding: 4, into: &wire)
    #expect(wire == [UInt8](hex: "00000a 00 09 00000003 04 68656c6c6f 00000000"))
    let (all, bytes) = try frames(wire)
    let frame = try #require(all.first)
    #expect(frame.type == .data && frame.streamID == 3 && frame.endsStream && frame.length == 10)
    #expect(Array(bytes[frame.content]) == text)
    #expect(frame.payload == 9..<19 && frame.offset == 0)
  }

  @Test func headersWithPriorityAndPadding() throws {
    var wire: [UInt8] = []
    let priority = H2Priority(isExclusive: true, dependency: 20, weight: 10)
    H2FrameEncoder.headers([0x82, 0x84], stream: 3, priority: priority, padding: 2, into: &wire)
    #expect(wire == [UInt8](hex: "00000a 01 2c 00000003 02 80000014 0a 8284 0000"))
    let (all, bytes) = try frames(wire)
    let frame = try #require(all.first)
    #expect(frame.priority == priority && frame.endsHeaders && !frame.endsStream)
    #expect(Array(bytes[frame.content]) == [0x82, 0x84])
  }

  @Test func longBlocksContinue() throws {
    var wire: [UInt8] = []
    let block = [UInt8](repeating: 0x82, count: 40000)
    H2FrameEncoder.headers(block, stream: 5, endStream: true, padding: 3, into: &wire)
    let (all, bytes) = try frames(wire)
    #expect(all.map(\.type) == [.headers, .continuation, .continuation])
    #expect(all.map(\.endsHeaders) == [false, false, true])
    #expect(all.map(\.endsStream) == [true, false, false])
    #expect(all.allSatisfy { $0.length <= 16384 })
    #expect(all.flatMap { bytes[$0.content] } == block)
  }

  @Test func priority() throws {
    var wire: [UInt8] = []
    let priority = H2Priority(isExclusive: false, dependency: 7, weight: 255)
    H2FrameEncoder.priority(priority, stream: 9, into: &wire)
    let frame = try #require(try frames(wire).frames.first)
    #expect(frame.type == .priority && frame.priority == priority && frame.content.isEmpty)
  }

  @Test func resetKeepsUnknownCodes() throws {
    var wire: [UInt8] = []
    H2FrameEncoder.reset(H2ErrorCode(rawValue: 0xDEAD_BEEF), stream: 9, into: &wire)
    let frame = try #require(try frames(wire).frames.first)
    #expect(frame.type == .reset && frame.errorCode.rawValue == 0xDEAD_BEEF)
  }

  @Test func settingsKeepUnknownIdentifiers() throws {
    var wire: [UInt8] = []
    let entries = [
      H2Setting(.maxFrameSize, 1_048_576), H2Setting(.init(rawValue: 0xFFF0), 7),
      H2Setting(.maxConcurrentStreams, 250),
    ]
    H2FrameEncoder.settings(entries, into: &wire)
    H2FrameEncoder.settingsAcknowledgement(into: &wire)
    let (all, bytes) = try frames(wire)
    #expect(Array(all[0].settings(in: bytes)) == entries)
    #expect(!all[0].isAcknowledgement && all[1].isAcknowledgement && all[1].length == 0)
  }

  @Test func pushPromise() throws {
    var wire: [UInt8] = []
    H2FrameEncoder.pushPromise([0x82], stream: 1, promised: 12, padding: 1, into: &wire)
    let (all, bytes) = try frames(wire)
    #expect(all[0].promisedStreamID == 12 && all[0].endsHeaders)
    #expect(Array(bytes[all[0].content]) == [0x82])
  }

  @Test func pingGoAwayAndWindowUpdate() throws {
    var wire: [UInt8] = []
    H2FrameEncoder.ping(0x0102_0304_0506_0708, acknowledgement: true, into: &wire)
    H2FrameEncoder.goAway(last: 30, .compressionError, debugData: Array("broken".utf8), into: &wire)
    H2FrameEncoder.windowUpdate(stream: 0, increment: 0x7FFF_FFFF, into: &wire)
    let (all, bytes) = try frames(wire)
    #expect(all[0].pingData == 0x0102_0304_0506_0708 && all[0].isAcknowledgement)
    #expect(all[1].lastStreamID == 30 && all[1].errorCode == .compressionError)
    #expect(String(decoding: bytes[all[1].content], as: UTF8.self) == "broken")
    #expect(all[2].windowIncrement == 0x7FFF_FFFF)
  }

  @Test func every256TypesAndFlagsSurvive() throws {
    for type in UInt8(0x0A)...UInt8.max {
      var wire: [UInt8] = []
      H2FrameEncoder.frame(
        type: .init(rawValue: type), flags: .init(rawValue: type ^ 0xFF), stream: 77, payload: [1, 2, 3],
        into: &wire)
      let (all, bytes) = try frames(wire)
      #expect(all[0].type.rawValue == type && all[0].flags.rawValue == type ^ 0xFF && all[0].streamID == 77)
      #expect(Array(bytes[all[0].content]) == [1, 2, 3])
    }
  }

  @Test func reservedBitIsIgnored() throws {
    let frame = try #require(try frames([UInt8](hex: "000004 03 00 80000001 00000008")).frames.first)
    #expect(frame.streamID == 1)
  }

  /// What one frame can break by itself: the wire, the rule, and whether a stream-level view is possible.
  static let broken: [(String, H2Rule)] = [
    ("004001 00 00 00000001", .frameSize), ("ffffff 77 00 00000001", .frameSize),
    ("000001 00 00 00000000 aa", .streamRequired), ("000001 01 00 00000000 aa", .streamRequired),
    ("000005 02 00 00000000 0000000000", .streamRequired),
    ("000004 03 00 00000000 00000000", .streamRequired),
    ("000006 04 00 00000001 000100000000", .streamForbidden),
    ("000005 05 00 00000000 0000000200", .streamRequired),
    ("000008 06 00 00000001 0000000000000000", .streamForbidden),
    ("000008 07 00 00000001 0000000000000000", .streamForbidden),
    ("000001 09 04 00000000 aa", .streamRequired),
    ("000004 00 08 00000001 04aaaaaa", .paddingLength), ("000000 00 08 00000001", .paddingLength),
    ("000004 01 08 00000001 04aaaaaa", .paddingLength),
    ("000008 01 28 00000001 030000000000aaaa", .paddingLength),
    ("000005 05 08 00000001 0400000002", .paddingLength), ("000000 01 08 00000001", .headersLength),
    ("000004 01 20 00000001 00000000", .headersLength), ("000004 02 00 00000001 00000000", .priorityLength),
    ("000003 03 00 00000001 000000", .resetLength), ("000005 04 00 00000000 0001000000", .settingsLength),
    ("000006 04 01 00000000 000100000000", .settingsAcknowledgementLength),
    ("000003 05 00 00000001 000000", .pushPromiseLength),
    ("000007 06 00 00000000 00000000000000", .pingLength),
    ("000007 07 00 00000000 00000000000000", .goAwayLength),
    ("000005 08 00 00000000 0000000001", .windowUpdateLength),
    ("000004 08 00 00000000 00000000", .windowIncrement),
    ("000004 08 00 00000001 80000000", .windowIncrement),
    ("000005 02 00 00000003 8000000300", .selfDependency),
    ("000006 01 24 00000003 000000030082", .selfDependency),
    ("000005 05 04 00000001 0000000000", .promisedStream),
    ("000005 05 04 00000001 0000000300", .promisedStream),
  ]

  @Test(arguments: broken) func brokenFrames(_ wire: String, _ rule: H2Rule) throws {
    let good = [UInt8](hex: "000008 06 00 00000000 0000000000000000")
    var endpoint = H2FrameDecoder(.endpoint)
    endpoint.append(good + [UInt8](hex: wire))
    #expect(try endpoint.next()?.type == .ping)
    let error = #expect(throws: H2Error.self) { try endpoint.next() }
    #expect(error?.rule == rule && error?.offset == 17)
    endpoint.append(good)
    #expect(throws: H2Error.self, "an error is final") { try endpoint.next() }

    guard rule != .frameSize else { return }
    let noted = try frames([UInt8](hex: wire) + good, .observer).frames
    #expect(noted.map(\.violation) == [rule, nil])
  }
}
