import Testing

@testable import MosnInspectKit

/// Messages that go on for long are shown to who watches, and counted once.
@Suite struct OpenMessageTests {
  @Test func aMessageIsAnnouncedOnceAndShownAtItsEnd() {
    var talk = H2Talk.begun()
    talk.request(1, end: false)
    let began = talk.talk.time
    let soFar = talk.talk.sent.count
    talk.pause(seconds: 5)
    talk.data(.client, 1, [1, 2, 3], end: true)
    talk.response(1)

    var inspector = Inspector()
    var json = JSONRenderer(maxContent: 0)
    func read(_ range: Range<Int>) {
      for index in range {
        let packet = talk.talk.sent[index]
        inspector.receive(
          packet.bytes.span.bytes, number: index + 1, time: packet.time, linkType: .raw,
          originalLength: packet.originalLength
        ) { json.render($0) }
      }
    }
    read(0..<soFar)
    inspector.announce(begunBy: began - 1) { json.render($0) }
    #expect(Story.objects(json.output.bytes).isEmpty)
    for _ in 1...3 { inspector.announce(begunBy: began) { json.render($0) } }
    #expect(Story.objects(json.output.bytes).count == 1)
    #expect(inspector.summary.messages == 0)
    read(soFar..<talk.talk.sent.count)
    inspector.announce(begunBy: .max) { json.render($0) }
    inspector.finish { json.render($0) }
    let messages = Story.objects(json.output.bytes)
    #expect(messages.map { $0.number("open") } == [1, nil, nil])
    #expect(messages[0]["end_packet"] == nil)
    #expect(messages[1].number("body_length") == 3)
    #expect(messages[0].number("packet") == messages[1].number("packet"))
    #expect(inspector.summary.messages == 2)
  }

  /// Without being asked for, there is one line for a message.
  @Test func filesKeepOneLine() {
    var talk = H2Talk.begun()
    talk.request(1, end: false)
    talk.pause(seconds: 60)
    talk.data(.client, 1, [1], end: true)
    #expect(talk.story().kinds == ["request"])
  }
}
