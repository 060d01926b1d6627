import H2Codec
import MosnInspectKit
import Testing

/// HTTP/2: a stream is a call.
@Suite struct HTTP2CallTests {
  private func talk(_ say: (inout H2Talk) -> Void) -> Calling {
    var talk = H2Talk.agreed()
    say(&talk)
    return Calling(talk)
  }

  @Test func aStreamIsACall() throws {
    let calling = talk { talk in
      talk.request(1, end: false)
      talk.data(.client, 1, [1, 2, 3], end: true)
      talk.response(1, end: false)
      talk.data(.server, 1, [1, 2], end: true)
    }
    let call = try #require(calling.calls.first)
    #expect(calling.calls.count == 1)
    #expect(call.number("stream") == 1)
    #expect(call.text("service") == "example")
    #expect(call.text("method") == "POST /echo")
    #expect((call.number("request_bytes"), call.number("response_bytes")) == (3, 2))
    #expect((call["latency_ms"] as? Double, call["first_byte_ms"] as? Double) == (3, 2))
    #expect((call.number("status"), call.text("outcome")) == (200, "ok"))
  }

  @Test func gRPCHasAStatusOfItsOwn() {
    let calling = talk { talk in
      talk.request(1, path: "/demo.Greeter/Hello", more: [("content-type", "application/grpc")], end: false)
      talk.data(.client, 1, [0, 0, 0, 0, 1, 9], end: true)
      talk.response(1, more: [("content-type", "application/grpc")], end: false)
      talk.headers(.server, 1, [("grpc-status", "5"), ("grpc-message", "no such%20one")], end: true)
    }
    let call = calling[0]
    #expect((call.text("service"), call.text("method")) == ("demo.Greeter", "Hello"))
    #expect((call.number("status"), call.number("grpc_status")) == (200, 5))
    #expect(call.text("status_name") == "NOT_FOUND")
    #expect(call.text("outcome") == "error")
    #expect(call.text("reason") == "grpc-status 5 NOT_FOUND: no such one")
    #expect((call.number("request_messages"), call.number("response_messages")) == (1, 0))
  }

  @Test func resetsAreNamed() {
    let calling = talk { talk in
      talk.request(1)
      talk.request(3)
      talk.reset(.client, 1)
      talk.response(3, end: false)
      talk.reset(.server, 3)
    }
    #expect(calling.outcomes == ["reset", "reset"])
    #expect(calling[0].text("reason") == "reset by the client: CANCEL (packet 11)")
    #expect(calling[1].text("reason") == "reset by the server: CANCEL (packet 13)")
    #expect(calling[1].number("status") == 200)
    #expect(calling[1]["latency_ms"] == nil)
  }

  @Test func anAnswerMayCrossWithAReset() {
    let calling = talk { talk in
      talk.request(1)
      talk.reset(.client, 1)
      talk.response(1)
    }
    #expect(calling.outcomes == ["reset"])
    #expect((calling[0].number("response_packet"), calling[0]["latency_ms"] as? Double) == (11, 2))
  }

  @Test func anAnswerMayComeBeforeTheRequestEnds() {
    let calling = talk { talk in
      talk.request(1, end: false)
      talk.response(1, status: "413")
      talk.write(.server) { H2FrameEncoder.reset(.noError, stream: 1, into: &$0) }
      talk.request(3, end: false)
      talk.response(3)
      talk.data(.client, 3, [1], end: true)
    }
    #expect(calling.outcomes == ["error", "ok"])
    #expect(calling[0].number("status") == 413)
    #expect(calling[1]["latency_ms"] as? Double == 1)
  }

  @Test func goAwayPassesOver() {
    let calling = talk { talk in
      talk.request(1)
      talk.request(3)
      talk.goAway(.server, last: 1)
      talk.response(1)
      talk.talk.close()
    }
    #expect(calling.outcomes == ["ok", "goaway"])
    #expect(
      calling[1].text("reason")
        == "not looked at: GOAWAY by the server, NO_ERROR, last stream 1 (packet 11)")
  }

  @Test func aPromiseIsAPush() {
    let calling = talk { talk in
      talk.request(1)
      let block = talk.block(.server, [(":method", "GET"), (":path", "/style"), (":scheme", "http")])
      talk.write(.server) {
        $0 += [0, 0, UInt8(4 + block.count), 5, 4, 0, 0, 0, 1, 0, 0, 0, 2] + block
      }
      talk.response(1)
      talk.response(2)
    }
    #expect(calling.kinds == ["request", "push"])
    #expect(calling[1].text("method") == "GET /style")
    #expect((calling[1].number("stream"), calling[1].text("outcome")) == (2, "ok"))
    #expect(calling[1].text("client") == "10.0.0.1:40000")
  }

  @Test func informationalAnswersAreNone() {
    let calling = talk { talk in
      talk.request(1, end: false)
      talk.response(1, status: "100", end: false)
      talk.data(.client, 1, [1], end: true)
      talk.response(1)
    }
    #expect(calling.outcomes == ["ok"])
    #expect(calling[0].number("response_packet") == 12)
  }

  @Test func aSuccessMayBeNone() {
    let calling = talk { talk in
      talk.request(1)
      talk.response(1, more: [("respstatus", "7")])
      talk.request(3)
      talk.response(3, more: [("respstatus", "0")])
      talk.request(5)
      talk.response(5, more: [("sofa_head_response_error", "true")])
    }
    #expect(calling.outcomes == ["error", "ok", "error"])
    #expect(calling[0].text("reason") == "respstatus 7")
  }

  @Test func aStallIsNamed() {
    let calling = talk { talk in
      talk.request(1, end: false)
      talk.flood(.client, 1, 65_535)
      talk.pause(seconds: 3)
      talk.widen(.server, 1, by: 100)
      talk.widen(.server, .connection, by: 100)
      talk.data(.client, 1, [1], end: true)
      talk.response(1)
    }
    #expect(calling[0].text("reason")?.contains("stalled 3.0 s: stream window 0 (packets ") == true)
  }

  @Test func whatGoesOnIsOpen() {
    let calling = talk { talk in
      talk.request(1)
      talk.response(1, end: false)
    }
    #expect(calling.outcomes == ["open"])
    #expect(calling[0]["first_byte_ms"] as? Double == 1)
    #expect(calling[0]["latency_ms"] == nil)
  }

  /// hyper-h2's servers send ENABLE_PUSH=0 too: it does not make them clients.
  @Test func aServersSettingsDoNotMakeItTheClient() {
    var talk = H2Talk.begun(server: [H2Setting(.enablePush, 0)])
    talk.request(1)
    talk.response(1)
    // As it is where the capture has lost the handshake and the client's first packets.
    talk.talk.sent.removeFirst(5)
    let calling = Calling(talk)
    #expect(calling.outcomes == ["ok"])
    #expect(calling[0].text("client") == "10.0.0.1:40000")
  }
}
