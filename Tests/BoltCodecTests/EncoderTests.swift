import BoltCodec
import Support
import Testing

@Suite struct EncoderTests {
  @Test(arguments: Sample.all)
  func whatWasReadIsWrittenAgain(_ bytes: [UInt8]) throws {
    let frame = try #require(try parsed(bytes))
    let message = try BoltMessage(frame, in: bytes)
    #expect(encoded(message) == bytes)
  }

  @Test func headsAsSofaBoltMakesThem() throws {
    #expect(encoded(BoltMessage(.heartbeat(id: 1))) == Sample.heartbeat)
    #expect(encoded(BoltMessage(.heartbeatAck(to: .heartbeat(id: 1)))) == Sample.heartbeatAck)
    #expect(encoded(BoltMessage(.goaway(id: 7))) == Sample.goaway)
    let request = try #require(try parsed(Sample.requestV2Summed)).head
    #expect(BoltHead.response(to: request).hasChecksum)
    // Error replies carry none, whatever the request asked for.
    #expect(!BoltHead.response(to: request, status: .serverThreadpoolBusy).hasChecksum)
    #expect(BoltHead.heartbeatAck(to: request).version == .v2)
    #expect(
      encoded(BoltMessage(.response(to: .request(id: 100), status: .serverThreadpoolBusy))) == Sample.busy)
  }

  @Test func unknownCodesSurvive() throws {
    for raw in [UInt16(3), 0x13, 99, 0x7fff, 0xffff] {
      let head = BoltHead.response(
        id: 5, status: BoltStatus(rawValue: raw),
        codec: BoltSerializer(rawValue: UInt8(truncatingIfNeeded: raw)),
        command: BoltCommand(rawValue: raw))
      let bytes = encoded(BoltMessage(head))
      #expect(try parsed(bytes)?.head == head)
    }
  }

  @Test func partsAndMessageMakeTheSameBytes() throws {
    let call = Sample.call(id: 77, version: .v2, summed: true)
    let frame = try #require(try parsed(call))
    var appended: [UInt8] = [9]
    try BoltEncoder.encode(
      frame.head, className: call[frame.className].span.bytes, headerMap: call[frame.headerMap].span.bytes,
      content: call[frame.content].span.bytes, into: &appended)
    #expect(appended == [9] + call)

    for room in [call.count - 1, call.count, call.count + 10] {
      var buffer = [UInt8](repeating: 0xee, count: room)
      let written = try buffer.withUnsafeMutableBytes { buffer throws(BoltEncodingError) in
        try BoltEncoder.encode(
          frame.head, className: call[frame.className].span.bytes,
          headerMap: call[frame.headerMap].span.bytes,
          content: call[frame.content].span.bytes, into: buffer)
      }
      if room < call.count {
        #expect(written == nil)
        #expect(buffer.allSatisfy { $0 == 0xee })
      } else {
        #expect(written == call.count)
        #expect(Array(buffer.prefix(call.count)) == call)
        #expect(buffer.dropFirst(call.count).allSatisfy { $0 == 0xee })
      }
    }
  }

  @Test func partsThatNoFieldCountsAreRefused() throws {
    let most = BoltEncoder.longestShortPart
    var bytes: [UInt8] = []
    try BoltEncoder.encode(
      BoltMessage(.request(id: 1), className: [UInt8](repeating: 65, count: most)), into: &bytes)
    #expect(bytes.count == 22 + most)
    bytes = []
    let long = BoltMessage(.request(id: 1), className: [UInt8](repeating: 65, count: most + 1))
    #expect(throws: BoltEncodingError(part: .className, limit: most, found: most + 1)) {
      try BoltEncoder.encode(long, into: &bytes)
    }
    let wide = BoltMessage(
      .request(id: 1), headers: [.init(key: [], value: [UInt8](repeating: 65, count: most - 7))])
    #expect(throws: BoltEncodingError(part: .headerMap, limit: most, found: most + 1)) {
      try BoltEncoder.encode(wide, into: &bytes)
    }
    #expect(bytes.isEmpty)
  }

  @Test func nullAndEmptyStayApart() throws {
    let message = BoltMessage(
      .response(id: 1),
      headers: [.init(key: nil, value: []), .init(key: [], value: nil), .init("k", "")])
    let bytes = encoded(message)
    let frame = try #require(try parsed(bytes))
    #expect(try BoltMessage(frame, in: bytes) == message)
  }
}
