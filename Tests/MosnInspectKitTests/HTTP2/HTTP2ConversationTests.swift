import H2Codec
import MosnPackets
import Testing

@testable import MosnInspectKit

@Suite struct HTTP2ConversationTests {
  @Test func aCallIsTwoMessages() throws {
    var talk = H2Talk.begun()
    talk.request(1, end: false)
    talk.data(.client, 1, [1, 2, 3])
    talk.data(.client, 1, [4], end: true)
    talk.response(1, status: "204")
    let story = talk.story()
    #expect(story.kinds == ["request", "response"])
    let request = try #require(story.messages.first)
    #expect(request.text("method") == "POST")
    #expect(request.text("path") == "/echo")
    #expect(request.text("authority") == "example")
    #expect(request.number("body_length") == 4)
    #expect((request.number("packet"), request.number("end_packet")) == (7, 9))
    #expect(request.headers().first == ":method: POST")
    #expect(story[1].number("status") == 204)
    #expect(story.rules.isEmpty)
    #expect(story.summary.undecodedBytes == 0)
  }

  @Test func aListIsWholeAcrossContinuations() throws {
    var talk = H2Talk.begun()
    let fields = (0..<40).map { ("name-\($0)", "value \($0)") }
    talk.headers(
      .client, 1, [(":method", "GET"), (":scheme", "http"), (":path", "/")] + fields, end: true,
      maxFrameSize: 64)
    let story = talk.story()
    #expect(story.kinds == ["request"])
    #expect(story[0].headers().count == 43)
    #expect(story[0].headers().last == "name-39: value 39")
    #expect(story.rules.isEmpty)
    // In frames, the list stands with the frame that ends it.
    let frames = talk.story(showsFrames: true).messages.filter { $0["headers"] != nil }
    #expect(frames.count == 1)
    #expect(frames.first?.text("type_name") == "CONTINUATION")
  }

  @Test func informationalHeadsAndTrailers() {
    var talk = H2Talk.begun()
    talk.request(1)
    talk.headers(.server, 1, [(":status", "103"), ("link", "x")])
    talk.response(1, end: false)
    talk.data(.server, 1, [1])
    talk.headers(.server, 1, [("checksum", "1")], end: true)
    let story = talk.story()
    #expect(story.kinds == ["request", "informational", "response"])
    #expect(story[2].headers("trailers") == ["checksum: 1"])
    #expect(story.rules.isEmpty)
  }

  @Test func pushesResetsAndGoodbyes() {
    var talk = H2Talk.begun()
    talk.request(1)
    let promise = talk.block(
      .server, [(":method", "GET"), (":scheme", "http"), (":path", "/style"), (":authority", "a")])
    talk.write(.server) { H2FrameEncoder.pushPromise(promise, stream: 1, promised: 2, into: &$0) }
    talk.response(2)
    talk.response(1)
    talk.request(3, end: false)
    talk.write(.client) { H2FrameEncoder.reset(.cancel, stream: 3, into: &$0) }
    talk.write(.server) { H2FrameEncoder.goAway(last: 3, .noError, debugData: Array("bye".utf8), into: &$0) }
    let story = talk.story()
    #expect(story.kinds == ["request", "push_promise", "response", "response", "request", "reset", "goaway"])
    #expect(story[1].number("promised_stream") == 2)
    #expect(story[4].rules == ["incomplete"])
    #expect(story[5].text("error_name") == "CANCEL")
    #expect(story[6].text("debug") == "bye")
    #expect(story[6].number("last_stream") == 3)
  }

  /// Streams that were reset leave nothing behind that a later stream could be taken for.
  @Test func resetStreamsFreeTheirPlaceOnce() {
    var talk = H2Talk.begun()
    for stream: H2StreamID in [1, 3, 5] {
      talk.request(stream)
      talk.write(.client) { H2FrameEncoder.reset(.cancel, stream: stream, into: &$0) }
    }
    for stream: H2StreamID in [7, 9, 11, 13] { talk.request(stream, path: "/\(stream.rawValue)", end: false) }
    for stream: H2StreamID in [7, 9, 11, 13] {
      talk.data(.client, stream, [UInt8](repeating: 0, count: Int(stream.rawValue)), end: true)
      talk.response(stream)
    }
    let requests = talk.story().messages.filter { $0.text("kind") == "request" }.suffix(4)
    #expect(requests.map { $0.text("path") } == ["/7", "/9", "/11", "/13"])
    #expect(requests.map { $0.number("body_length") } == [7, 9, 11, 13])
    #expect(talk.story().kinds.count { $0 == "response" } == 4)
  }

  @Test func whatNeverEndedIsShownAsFarAsItCame() {
    var talk = H2Talk.begun()
    talk.request(1, end: false)
    talk.data(.client, 1, [1, 2])
    let story = talk.story()
    #expect(story.kinds == ["request"])
    #expect(story.rules == ["incomplete"])
    #expect(story[0]["end_packet"] == nil)
    #expect(story[0].number("body_length") == 2)
  }

  @Test func manyStreamsAtOnce() {
    var talk = H2Talk.begun()
    let count = 2_000 as UInt32
    for index in 0..<count { talk.request(H2StreamID(rawValue: 2 * index + 1)) }
    for index in 0..<count { talk.response(H2StreamID(rawValue: 2 * index + 1)) }
    let story = talk.story()
    #expect(story.messages.count == 2 * Int(count))
    #expect(story.rules.isEmpty)
  }

  @Test func openStreamsAreBounded() {
    var talk = H2Talk.begun()
    let block = talk.block(.client, [(":method", "GET"), (":scheme", "http"), (":path", "/")])
    let again = talk.block(.client, [(":method", "GET"), (":scheme", "http"), (":path", "/")])
    talk.write(.client) { output in
      for index in 0..<66_000 as Range<UInt32> {
        H2FrameEncoder.headers(
          index == 0 ? block : again, stream: H2StreamID(rawValue: 2 * index + 1), into: &output)
      }
    }
    // Not a story: so many messages take long to write down.
    var inspector = Inspector()
    var dropped = 0
    for (index, packet) in talk.talk.sent.enumerated() {
      inspector.receive(
        packet.bytes.span.bytes, number: index + 1, time: packet.time, linkType: .raw,
        originalLength: packet.originalLength
      ) { message in
        if message.findings.contains(where: { $0.text.contains("follows 65536 streams") }) { dropped += 1 }
      }
    }
    inspector.finish { _ in }
    #expect(inspector.summary.http2Messages == 66_000)
    #expect(dropped == 65_536 / 16)
  }

  // MARK: gRPC

  private static let gRPC = [("content-type", "application/grpc")]

  @Test func gRPCMessagesAreCounted() throws {
    var talk = H2Talk.begun()
    talk.request(1, path: "/pkg.Echo/Say", more: Self.gRPC, end: false)
    talk.data(.client, 1, [0, 0, 0, 0, 2, 9])
    talk.data(.client, 1, [9, 0, 0, 0, 0, 0], end: true)
    talk.response(1, more: Self.gRPC, end: false)
    talk.headers(.server, 1, [("grpc-status", "5")], end: true)
    let story = talk.story()
    let request = try #require(story.messages.first)
    #expect(request.text("grpc_service") == "pkg.Echo")
    #expect(request.text("grpc_method") == "Say")
    #expect(request.number("grpc_messages") == 2)
    #expect(request["grpc_lengths"] as? [Int] == [2, 0])
    #expect(story[1].number("grpc_status") == 5)
    #expect(story.rules.isEmpty)
  }

  /// Peers answer gRPC without a content-type, or with a body that is none; neither disturbs what follows.
  @Test func aBodyThatIsNoGRPCDisturbsNothing() {
    var talk = H2Talk.begun()
    for stream: H2StreamID in [1, 3] {
      talk.request(stream, path: "/a/b", more: Self.gRPC, end: false)
      talk.data(.client, stream, Array("{\"json\": true}".utf8), end: true)
      talk.response(stream, end: false)
      talk.data(.server, stream, [9, 9, 9, 9, 9, 9], end: true)
    }
    let story = talk.story()
    #expect(story.kinds == ["request", "response", "request", "response"])
    #expect(story.rules == ["grpc-framing", "grpc-framing", "grpc-framing", "grpc-framing"])
  }

  @Test func lostBytesOfAMessageBlameNobody() {
    var talk = H2Talk.begun()
    talk.request(1, path: "/a/b", more: Self.gRPC, end: false)
    var frame: [UInt8] = []
    let body = [0, 0, 0, 3, 0xe8] + [UInt8](repeating: 65, count: 1_000) + [0, 0, 0, 0, 1, 7]
    H2FrameEncoder.data(body.span.bytes, stream: 1, endStream: true, into: &frame)
    talk.talk.say(.client, Array(frame[..<300]))
    talk.talk.lose(.client, 400)
    talk.talk.say(.client, Array(frame[700...]))
    talk.request(3)
    let story = talk.story()
    #expect(story.streams == [1, 3])
    #expect(story[0].number("grpc_messages") == 1)
    #expect(story[0].number("body_length") == body.count)
    #expect(story[0].rules == ["capture-gap"])
  }

  // MARK: upgrade

  private static let upgrade =
    "POST /first HTTP/1.1\r\nHost: example:80\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
    + "HTTP2-Settings: AAMAAABk\r\nX-Name: Value\r\n\r\n"
  private static let switching =
    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"

  @Test(arguments: ["", "a body\r\n"])
  func anUpgradeIsStreamOne(_ body: String) throws {
    var talk = H2Talk()
    talk.talk.open()
    talk.talk.say(.client, Array((Self.upgrade + body).utf8))
    talk.talk.say(.server, Array(Self.switching.utf8))
    talk.write(.server) { H2FrameEncoder.settings([], into: &$0) }
    talk.talk.say(.client, H2FrameDecoder.preface)
    talk.write(.client) { H2FrameEncoder.settings([], into: &$0) }
    talk.response(1)
    talk.request(3)
    let story = talk.story()
    #expect(story.kinds == ["request", "response", "request"])
    #expect(story.streams == [1, 1, 3])
    #expect(story[0].text("path") == "/first")
    #expect(story[0].text("authority") == "example:80")
    #expect(story[0].headers().last == "x-name: Value")
    #expect(story.rules.isEmpty)
  }

  /// The server may answer before the client's preface has come.
  @Test func anUpgradeAnsweredAtOnce() {
    var talk = H2Talk()
    talk.talk.open()
    talk.talk.say(.client, Array(Self.upgrade.utf8))
    talk.talk.say(.server, Array(Self.switching.utf8))
    talk.write(.server) { H2FrameEncoder.settings([], into: &$0) }
    talk.response(1)
    talk.talk.say(.client, H2FrameDecoder.preface)
    talk.write(.client) { H2FrameEncoder.settings([], into: &$0) }
    let story = talk.story()
    #expect(story.kinds == ["request", "response"])
    #expect(story.rules.isEmpty)
  }

  // MARK: rules

  @Test func brokenRulesAreFoundWithTheirSection() throws {
    var talk = H2Talk.begun()
    talk.headers(.client, 1, [(":method", "GET"), (":path", "/"), ("Upper", "x")], end: true)
    talk.data(.client, 1, [1])
    talk.request(3)
    let story = talk.story()
    #expect(story.streams == [1, 3])
    let sections = story.messages.flatMap { $0.findings.compactMap { $0["section"] as? String } }
    #expect(sections.count >= 3)
    #expect(sections.allSatisfy { $0.hasPrefix("RFC 9113 §") })
    #expect(story.rules.contains("field-name-uppercase"))
  }

  /// RFC 9113 §5.1.1: the finding stands beside the request, which is followed to its answer like any other.
  @Test func aStreamNumberThatGoesBackIsShown() {
    var talk = H2Talk.begun()
    talk.request(5, path: "/a")
    talk.request(3, path: "/b", end: false)
    talk.data(.client, 3, [1, 2], end: true)
    talk.response(5)
    talk.response(3)
    let story = talk.story()
    #expect(story.kinds == ["request", "request", "response", "response"])
    #expect(story.streams == [5, 3, 5, 3])
    #expect(story.messages.map(\.rules) == [[], ["stream-order"], [], []])
    #expect(story[1].text("path") == "/b")
    #expect(story[1].number("body_length") == 2)
    #expect(story[1].findings.first?["section"] as? String == "RFC 9113 §5.1.1")
  }

  @Test func aStreamNumberUsedTwiceIsShown() {
    var talk = H2Talk.begun()
    for path in ["/a", "/b"] {
      talk.request(1, path: path)
      talk.response(1)
    }
    let story = talk.story()
    #expect(story.messages.map { $0.text("path") } == ["/a", nil, "/b", nil])
    #expect(story.messages.map(\.rules) == [[], [], ["stream-order"], []])
  }

  @Test func aSecondHeadOfAStreamIsShown() {
    var talk = H2Talk.begun()
    talk.request(1, path: "/a")
    talk.request(1, path: "/b")
    talk.response(1)
    let story = talk.story()
    #expect(story.messages.map { $0.text("path") } == ["/a", "/b", nil])
    #expect(story.messages.map(\.rules) == [[], ["half-closed-stream"], []])
  }

  /// RFC 9113 §5.4.2: who resets a stream has to take what was under way; that is no fault of its sender.
  @Test func anAnswerThatCrossesAResetIsShownAndNotBlamed() {
    var talk = H2Talk.begun()
    talk.request(1)
    talk.request(3)
    talk.write(.client) { H2FrameEncoder.reset(.cancel, stream: 1, into: &$0) }
    talk.response(1, end: false)
    talk.data(.server, 1, [1, 2, 3])
    talk.data(.server, 1, [4], end: true)
    talk.response(3)
    let story = talk.story()
    #expect(story.kinds == ["request", "request", "reset", "response", "response"])
    #expect(story.streams == [1, 3, 1, 1, 3])
    #expect(story[3].number("body_length") == 4)
    #expect(story.rules.isEmpty)
  }

  @Test func anAnswerThatAResetCutsShortSaysSo() {
    var talk = H2Talk.begun()
    talk.request(1)
    talk.write(.client) { H2FrameEncoder.reset(.cancel, stream: 1, into: &$0) }
    talk.headers(.server, 1, [(":status", "200"), ("content-length", "9")])
    talk.talk.close()
    let story = talk.story()
    #expect(story.kinds == ["request", "reset", "response"])
    #expect(story[2].findings.compactMap { $0["text"] as? String } == ["reset before its end"])
  }

  /// Nobody knows any more what the request was, so the answer is not held to it.
  @Test func aLateAnswerIsNotHeldToItsRequest() {
    var talk = H2Talk.begun()
    talk.headers(
      .client, 1, [(":method", "HEAD"), (":scheme", "http"), (":path", "/"), (":authority", "a")], end: true)
    talk.write(.client) { H2FrameEncoder.reset(.cancel, stream: 1, into: &$0) }
    talk.headers(.server, 1, [(":status", "200"), ("content-length", "9")], end: true)
    #expect(talk.story().rules.isEmpty)
  }

  @Test func whoGoesOnBehindHisOwnResetIsFound() {
    var talk = H2Talk.begun()
    talk.request(1, end: false)
    talk.write(.client) { H2FrameEncoder.reset(.cancel, stream: 1, into: &$0) }
    talk.data(.client, 1, [1])
    let story = talk.story()
    #expect(story.kinds == ["request", "reset", "finding"])
    #expect(story[2].rules == ["reset-stream"])
  }

  /// More resets than are remembered cost no more than that.
  @Test func resetsAreRememberedWithinABound() {
    var resets = ResetStreams()
    for number in 1...5_000 as ClosedRange<UInt32> {
      resets.note(number.isMultiple(of: 2) ? .resetLocal : .resetRemote, of: H2StreamID(rawValue: number))
      resets.note(.closed, of: H2StreamID(rawValue: number + 10_000))
    }
    #expect(resets.heldBytes == 32 * ResetStreams.limit)
    #expect(resets.state(of: 5_000) == .resetLocal)
    #expect(resets.state(of: 3_977) == .resetRemote)
    #expect(resets.state(of: 3_976) == nil)
    #expect(resets.state(of: 15_000) == nil)
  }

  @Test func aFindingStandsBesideItsFrame() {
    var talk = H2Talk.begun()
    talk.headers(.client, 1, [(":method", "GET"), (":path", "/"), ("Upper", "x")])
    talk.data(.client, 1, [1], end: true)
    let frames = talk.story(showsFrames: true).messages.filter { !$0.rules.isEmpty }
    #expect(frames.map { $0.text("type_name") } == ["HEADERS"])
  }

  @Test func contentLengthIsHeldAgainstTheBody() {
    var talk = H2Talk.begun()
    talk.request(1, more: [("content-length", "5")], end: false)
    talk.data(.client, 1, [1, 2], end: true)
    #expect(talk.story().rules.count == 1)
  }

  @Test func findingsWithoutAMessageAreFew() {
    var talk = H2Talk.begun()
    talk.write(.client) { output in
      for _ in 0..<5_000 { H2FrameEncoder.windowUpdate(stream: 0, increment: 0, into: &output) }
    }
    talk.request(1)
    #expect(talk.story().rules.count <= 64)
  }

  // MARK: what the capture lacks

  /// From the middle: entries inserted before stay symbols, later ones resolve, and nobody is blamed.
  @Test func theMiddleIsReadAndNotBlamed() throws {
    var talk = H2Talk.begun()
    talk.request(1, path: "/before")
    talk.response(1, more: [("server", "one")])
    let first = talk.talk.sent.count
    for stream: H2StreamID in [3, 5, 7, 9] {
      talk.request(stream, path: stream == 3 ? "/before" : "/after", end: false)
      talk.data(.client, stream, Array("hello".utf8), end: true)
      talk.response(stream, more: [("server", "one")])
    }
    let story = Story(Array(talk.talk.sent[first...]))
    #expect(
      story.kinds
        == Array(
          [
            ["request", "response"], ["request", "response"], ["request", "response"],
            ["request", "response"],
          ].joined()))
    #expect(story.rules.isEmpty)
    #expect(story[0]["path"] == nil)
    #expect(story[0].headers().contains("null: null"))
    #expect(story[2].text("path") == "/after")
    #expect(story[4].text("path") == "/after")
    #expect(story.text.contains("dyn["))
  }

  @Test func aLostPacketBlamesNobody() {
    var talk = H2Talk.begun()
    for index in 0..<30 as Range<UInt32> {
      talk.request(
        H2StreamID(rawValue: 2 * index + 1), path: "/\(index % 4)", more: [("n", "\(index)")], end: false)
      talk.data(.client, H2StreamID(rawValue: 2 * index + 1), [UInt8](repeating: 66, count: 200), end: true)
      talk.response(H2StreamID(rawValue: 2 * index + 1), more: [("n", "\(index)")])
    }
    let innocent: Set<String> = ["capture-gap", "headers-lost", "head-lost", "incomplete", "passed-over"]
    for lost in stride(from: 7, to: talk.talk.sent.count - 4, by: 5) {
      var packets = talk.talk.sent
      packets.remove(at: lost)
      let story = Story(packets)
      #expect(story.messages.count >= 57, "packet \(lost) lost")
      #expect(Set(story.rules).isSubset(of: innocent), "packet \(lost) lost: \(story.rules)")
    }
  }

  @Test func aDamagedHeaderBlockBlamesNobody() {
    var talk = H2Talk.begun()
    let block = talk.block(
      .client, [(":method", "GET"), (":scheme", "http"), (":path", "/" + String(repeating: "x", count: 900))])
    var frame: [UInt8] = []
    H2FrameEncoder.headers(block, stream: 1, endStream: true, into: &frame)
    talk.talk.say(.client, Array(frame[..<100]))
    talk.talk.lose(.client, 100)
    talk.talk.say(.client, Array(frame[200...]))
    talk.request(3)
    talk.talk.close()
    let story = talk.story()
    #expect(story.streams == [1, 3])
    #expect(story[0].rules == ["headers-lost"])
    #expect(story[1].rules.isEmpty)
  }
}
