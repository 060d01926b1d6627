import BoltCodec
import Support
import Testing

@Suite struct FrameTests {
  func parse(_ bytes: [UInt8]) throws -> BoltFrame {
    try #require(try parsed(bytes))
  }

  @Test func requestV1() throws {
    let bytes = Sample.requestV1
    let frame = try parse(bytes)
    #expect(frame.kind == .request)
    #expect(frame.version == .v1 && frame.ver1 == 1 && frame.ver2 == 1)
    #expect(frame.id == 100 && frame.codec == .hessian2 && frame.command == .request)
    #expect(frame.timeout == 3000 && frame.status == nil)
    #expect(frame.range == 0..<41)
    #expect(frame.className == 22..<38 && frame.headerMap == 38..<38 && frame.content == 38..<41)
    #expect(frame.classLength == 16 && frame.headerLength == 0 && frame.contentLength == 3)
    #expect(frame.className(in: bytes) == "java.lang.String")
    #expect(frame.crc == .absent && frame.isWhole)
  }

  @Test func requestV2WithChecksum() throws {
    let frame = try parse(Sample.requestV2Summed)
    #expect(frame.version == .v2 && frame.ver1 == 2 && frame.switches == 1)
    #expect(frame.id == 100 && frame.timeout == 3000)
    #expect(frame.range == 0..<47 && frame.content == 40..<43)
    #expect(frame.crc == .good)
  }

  @Test func wrongChecksumIsTold() throws {
    var bytes = Sample.requestV2Summed
    bytes[41] ^= 0x10
    guard case .bad(let expected, let found) = try parse(bytes).crc else {
      Issue.record("not bad")
      return
    }
    #expect(found == 0x260f_3e13 && expected != found)
  }

  @Test func version1HasNoChecksumWhateverTheSwitchSays() throws {
    let frame = try parse(Sample.requestV2Version1)
    #expect(frame.crc == .absent && frame.switches == 1)
    #expect(frame.range.count == Sample.requestV2Version1.count)
  }

  @Test(arguments: [
    (Sample.requestV1, BoltKind.request), (Sample.requestV2Summed, .request), (Sample.oneway, .oneway),
    (Sample.busy, .response), (Sample.heartbeat, .heartbeat), (Sample.heartbeatAck, .heartbeatAck),
    (Sample.heartbeatV2, .heartbeat), (Sample.heartbeatAckV2, .heartbeatAck), (Sample.goaway, .goaway),
  ])
  func kinds(_ bytes: [UInt8], _ kind: BoltKind) throws {
    let frame = try parse(bytes)
    #expect(frame.kind == kind)
    #expect(frame.range == 0..<bytes.count)
  }

  @Test func everyTypeAndCommandHasAKind() {
    #expect(BoltKind(type: .oneway, command: .heartbeat) == .heartbeat)
    #expect(BoltKind(type: .response, command: .goaway) == .response)
    #expect(BoltKind(type: .request, command: .response) == .request)
    #expect(BoltKind(type: .oneway, command: BoltCommand(rawValue: 77)) == .oneway)
  }

  @Test func statusOfAResponse() throws {
    let frame = try parse(Sample.busy)
    #expect(frame.status == .serverThreadpoolBusy && frame.timeout == nil)
    #expect(frame.status?.name == "SERVER_THREADPOOL_BUSY")
  }

  @Test func namesOfCodes() {
    #expect(BoltStatus.success.name == "SUCCESS")
    #expect(BoltStatus(rawValue: 0x10).name == "CONNECTION_CLOSED")
    #expect(BoltStatus(rawValue: 10).name == nil)
    #expect(BoltSerializer.hessian2.name == "hessian2" && BoltSerializer(rawValue: 11).name == "protobuf")
    #expect(BoltSerializer(rawValue: 99).name == nil && "\(BoltSerializer(rawValue: 99))" == "codec 99")
    #expect(BoltCommand.goaway.name == "GOAWAY" && BoltCommand(rawValue: 3).name == nil)
  }

  @Test func nothingIsReadBeyondTheBytes() throws {
    for sample in Sample.all {
      for count in 0..<sample.count {
        let cut = Array(sample[..<count])
        #expect(try parsed(cut) == nil)
      }
      #expect(try parsed(sample, at: sample.count) == nil)
      #expect(try parsed(sample, at: -1) == nil)
      #expect(try parsed(sample, at: sample.count + 5) == nil)
    }
  }

  @Test func errorsNameRuleOffsetAndValues() throws {
    let cases: [(String, BoltError.Rule, UInt64, ClosedRange<Int64>, Int64)] = [
      ("47", .unknownProtocol, 1000, 1...2, 0x47),
      ("0d", .unknownProtocol, 1000, 1...2, 13),
      ("0103", .unknownType, 1001, 0...2, 3),
      ("0200", .unknownVersion, 1001, 1...2, 0),
      ("0203", .unknownVersion, 1001, 1...2, 3),
      ("020203", .unknownType, 1002, 0...2, 3),
      ("020200 0002 01 00000001 01 80 0000 0000 0000 00000000", .switchOutOfRange, 1011, 0...127, 128),
      ("0100 0002 01 00000001 01 0000 0000 0000 01000001", .contentTooLong, 1016, 0...16_777_216, 16_777_217),
    ]
    for (hex, rule, offset, expected, found) in cases {
      let error = #expect(throws: BoltError.self) {
        try parsed([UInt8](hex: hex), streamOffset: 1000)
      }
      #expect(error?.rule == rule && error?.offset == offset)
      #expect(error?.expected == expected && error?.found == found)
      #expect(error?.scope == .connection)
    }
  }

  @Test func errorsSayWhatIsWrong() {
    let error = #expect(throws: BoltError.self) { try parsed([0x47], streamOffset: 20) }
    #expect(error?.description == "unknownProtocol at offset 20: expected 1...2, found 71")
  }
}
