import BoltCodec
import MosnInspectKit
import Testing

/// bolt: which request and answer are a call, and why one is missing.
@Suite struct BoltCallTests {
  private func talk(_ say: (inout Talk) -> Void) -> Calling {
    var talk = Talk()
    talk.open()
    say(&talk)
    return Calling(talk)
  }

  @Test func aCallHasTimesFromFirstByteToLast() throws {
    let calling = talk { talk in
      talk.say(.client, Bolt.call(7), size: 100)
      talk.say(.server, Bolt.answer(7), size: 60)
    }
    let call = try #require(calling.calls.first)
    #expect(calling.calls.count == 1)
    #expect(call.number("call") == 1)
    #expect(call.text("kind") == "request")
    #expect(call.text("service") == "com.example.EchoService:1.0")
    #expect(call.text("method") == "echo")
    #expect(call.text("client") == "10.0.0.1:40000")
    #expect((call.number("request_packet"), call.number("response_packet")) == (4, 7))
    #expect(call.number("end_packet") == 8)
    #expect(call["latency_ms"] as? Double == 4)
    #expect(call["first_byte_ms"] as? Double == 3)
    #expect((call.number("request_bytes"), call.number("response_bytes")) == (100, 50))
    #expect(call.text("outcome") == "ok")
    #expect(call["reason"] == nil)
  }

  @Test func kindsAreToldApart() {
    let calling = talk { talk in
      talk.say(.client, Bolt.call(1) + Bolt.frame(.oneway(id: 2), "a.Notice") + Bolt.frame(.heartbeat(id: 3)))
      talk.say(.server, Bolt.frame(.heartbeatAck(to: .heartbeat(id: 3))) + Bolt.call(1) + Bolt.answer(1))
      talk.say(.client, Bolt.answer(1))
    }
    #expect(calling.kinds == ["oneway", "heartbeat", "request", "push"])
    #expect(calling.outcomes == ["oneway", "ok", "ok", "ok"])
    #expect(calling[3].text("client") == "10.0.0.1:40000")
  }

  @Test func failuresAreNamed() {
    let calling = talk { talk in
      talk.say(.client, Bolt.call(1) + Bolt.call(2))
      talk.say(.server, Bolt.answer(1, status: .serverThreadpoolBusy))
      talk.say(
        .server,
        Bolt.frame(
          .response(id: 2, status: .success), "a.Answer", [.init("sofa_head_response_error", "true")], 3))
    }
    #expect(calling.outcomes == ["error", "error"])
    #expect(calling[0].text("status_name") == "SERVER_THREADPOOL_BUSY")
    #expect(calling[1].text("reason") == "success with sofa_head_response_error=true")
  }

  @Test func anAnswerMayBeLate() {
    let calling = talk { talk in
      talk.say(.client, Bolt.call(1))
      talk.time += 4_000_000_000
      talk.say(.server, Bolt.answer(1))
    }
    #expect(calling.outcomes == ["timeout"])
    #expect(calling[0].text("reason") == "its client waited 3000 ms")
    #expect(calling[0]["latency_ms"] as? Double == 4_001)
  }

  @Test func aTimeoutIsProvenByWhatComesLater() {
    let calling = talk { talk in
      talk.say(.client, Bolt.call(1))
      talk.time += 4_000_000_000
      talk.say(.client, Bolt.frame(.heartbeat(id: 2)))
      talk.say(.server, Bolt.frame(.heartbeatAck(to: .heartbeat(id: 2))))
    }
    #expect(calling.outcomes == ["ok", "timeout"])
    #expect(
      calling[1].text("reason")
        == "no answer in the 3000 ms that its client waits; the connection lives on (packet 6)")
  }

  @Test func whoEndsTheConnectionIsNamed() {
    func end(_ end: (inout Talk) -> Void) -> String? {
      let calling = talk { talk in
        talk.say(.client, Bolt.call(1))
        end(&talk)
      }
      #expect(calling.calls.count == 1)
      return calling[0].text("outcome").map { "\($0): \(calling[0].text("reason") ?? "")" }
    }
    #expect(end { $0.close() } == "closed: FIN by the client (packet 5)")
    #expect(
      end { $0.send(.server, flags: [.fin, .acknowledgement]) } == "closed: FIN by the server (packet 5)")
    #expect(
      end { $0.send(.server, flags: [.reset, .acknowledgement]) } == "closed: RST by the server (packet 5)")
    #expect(end { _ in } == "open: the capture ends")
  }

  @Test func anIdThatComesAgainEndsItsFirstCall() {
    let calling = talk { talk in
      talk.say(.client, Bolt.call(1))
      talk.say(.client, Bolt.call(1))
      talk.say(.server, Bolt.answer(1))
      talk.say(.server, Bolt.answer(1))
    }
    #expect(calling.outcomes == ["closed", "ok", "unmatched"])
    #expect(calling[0].text("reason") == "no answer before its id is used again (packet 5)")
    #expect(calling[1].number("request_packet") == 5)
    #expect(calling[2].text("reason") == "no call of this number waits for an answer")
  }

  @Test func anAnswerOfBeforeTheCaptureIsUnmatched() {
    var talk = Talk()
    talk.say(.server, Bolt.answer(1) + Bolt.answer(2) + Bolt.answer(3))
    talk.say(.client, Bolt.call(4) + Bolt.call(5))
    talk.say(.server, Bolt.answer(4) + Bolt.answer(5))
    let calling = Calling(talk)
    #expect(calling.outcomes.filter { $0 == "unmatched" }.count == 3)
    #expect(calling.outcomes.filter { $0 == "ok" }.count == 2)
    #expect(
      calling.calls.last?.text("reason") == "the connection was under way when the capture began")
    #expect(calling.calls.last?.text("client") == "10.0.0.1:40000")
  }

  /// A request that waited behind a hole is read after its answer.
  @Test func aRequestMayBeReadAfterItsAnswer() {
    let calling = talk { talk in
      talk.say(.client, Bolt.call(1))
      talk.say(.client, Bolt.call(2))
      let first = talk.sent.remove(at: 3)
      talk.say(.server, Bolt.answer(2))
      talk.sent.append(first)
      talk.say(.server, Bolt.answer(1))
    }
    #expect(calling.outcomes == ["ok", "ok"])
    #expect(calling.calls.map { $0.number("id") } == [2, 1])
    #expect((calling[0].number("request_packet"), calling[0].number("response_packet")) == (4, 5))
  }

  @Test func packetsThatAreMissingAreBlamed() {
    let calling = talk { talk in
      talk.say(.client, Bolt.call(1) + Bolt.call(2))
      talk.lose(.server, Bolt.answer(1).count)
      talk.say(.server, Bolt.answer(2))
      talk.say(.client, Bolt.call(3))
    }
    #expect(calling.outcomes.sorted() == ["lost", "ok", "open"])
    let lost = calling.calls.first { $0.number("id") == 1 }
    #expect(lost?.text("reason")?.hasPrefix("packets of the answering side were not captured") == true)
  }

  /// Who uses one id again and again: where an answer and the next request are missing, nobody knows whose the next answer is.
  @Test func whatMayBeAnothersIsNoPair() {
    let calling = talk { talk in
      talk.say(.client, Bolt.call(1))
      talk.lose(.server, Bolt.answer(1).count)
      talk.lose(.client, Bolt.call(1).count)
      talk.say(.server, Bolt.answer(1, status: .error))
      talk.say(.client, Bolt.frame(.oneway(id: 9), "a.Notice"))
    }
    #expect(calling.calls.allSatisfy { $0["latency_ms"] == nil })
    #expect(calling.outcomes.contains("unmatched"))
  }

  @Test func aRetransmissionIsNamed() {
    let calling = talk { talk in
      talk.say(.client, Bolt.call(1))
      talk.time += 1_000_000_000
      talk.retransmit()
      talk.say(.server, Bolt.answer(1))
    }
    #expect(calling[0].number("retransmissions") == 1)
    #expect(calling[0].text("reason") == "of 1,002 ms: 1,001 ms one retransmission (packet 5)")
  }

  /// Near the receiver the first copy is never seen.
  @Test func aLateSegmentIsARetransmission() {
    let calling = talk { talk in
      talk.say(.client, Bolt.call(1))
      talk.say(.server, Bolt.answer(1), size: 60)
      var late = talk.sent.remove(at: 4)
      late.time = talk.time + 250_000_000
      talk.sent.append(late)
    }
    #expect(calling[0].number("retransmissions") == 1)
    #expect(calling[0].text("reason") == "of 252 ms: 250 ms one retransmission (packet 6)")
  }

  @Test func whoWaitsForLongIsToldOf() {
    var talk = Talk()
    talk.open()
    talk.say(.client, Bolt.call(1))
    talk.time += 64_000_000_000
    talk.say(.client, Bolt.call(2))
    let calling = Calling(talk.sent, isOver: false)
    #expect(calling.outcomes == ["timeout"])
  }

  @Test func linesTellIt() {
    let calling = talk { talk in
      talk.say(.client, Bolt.call(1))
      talk.say(.server, Bolt.answer(1, status: .error))
    }
    #expect(
      calling.text
        == "     1      0.000000  10.0.0.1:40000 > 10.0.0.2:12200       bolt    request          1         1.000 ms  "
        + "com.example.EchoService:1.0.echo  1 ERROR  error  100/50 bytes  packets 4-5\n")
  }
}
