import BoltCodec
import H2Codec
import MosnConfig
import Support
import Testing

@testable import ProxyEngine

/// Random calls, delays, losses and faults. Each call of a client that stays has exactly one answer, its own, in time.
@Suite struct RandomScheduleTests {
  static let pairs = [("SofaRpc", "SofaRpc"), ("SofaRpc", "Http2"), ("Http2", "SofaRpc"), ("Http2", "Http2")]

  @Test(arguments: 1...6 as ClosedRange<UInt64>, pairs)
  func everyCallHasOneAnswer(_ seed: UInt64, _ pair: (String, String)) throws {
    let network = SimulatedNetwork(seed: seed)
    let isFine = seed % 3 == 0
    network.largestPiece = isFine ? 9 : 20_000
    var random = SeededRandom(seed: seed &* 31)
    let hosts = ["127.0.0.1:8080", "127.0.0.1:8081", "127.0.0.1:8082"]
    let node = ProxyNode(
      network, try simple(pair.0, pair.1, hosts: hosts, route: #""timeout": "1s""#), seed: seed)
    // The third host refuses.
    let bolts = pair.1 == "SofaRpc" ? hosts.prefix(2).map { BoltServer(network, $0) } : []
    let http2s = pair.1 == "Http2" ? hosts.prefix(2).map { HTTP2Server(network, $0) } : []
    for server in bolts { misbehave(server, network) }
    for server in http2s { misbehave(server, network) }

    var calls: [(text: String, isAnswered: () -> String?)] = []
    for client in 0..<4 {
      let bolt = pair.0 == "SofaRpc" ? BoltClient(network, "127.0.0.1:2045") : nil
      let http2 = pair.0 == "Http2" ? HTTP2Client(network, "127.0.0.1:2045") : nil
      let leaves = client == 3
      for number in 1...30 as ClosedRange<UInt32> {
        let length = (isFine ? [0, 1, 50, 100] : [0, 10, 3000, 80_000]).randomElement(using: &random) ?? 0
        let text = "client \(client) call \(number) " + String(repeating: "x", count: length)
        network.after(UInt64.random(in: 0...2_000_000_000, using: &random)) {
          bolt?.send(.call(number, text))
          let stream = http2?.post(Array(text.utf8)) ?? 0
          guard !leaves else { return }
          calls.append(
            (
              text,
              {
                if let bolt { return Self.judge(bolt.answers[number] ?? [], text) }
                return Self.judge(http2?.answers[stream], text)
              }
            ))
        }
      }
      if leaves {
        network.after(1_000_000_000) {
          bolt?.close()
          http2?.close()
        }
      }
    }
    network.run(milliseconds: 8_000)
    #expect(calls.count == 90)
    for call in calls {
      if let complaint = call.isAnswered() {
        Issue.record("seed \(seed), \(pair): \(call.text.prefix(24)): \(complaint)")
      }
    }
    #expect(node.mostBuffered < 64 << 20, "seed \(seed)")
    node.expectNothingLeft()
  }

  private static func judge(_ answers: [BoltMessage], _ text: String) -> String? {
    guard answers.count == 1 else { return "\(answers.count) answers" }
    let isEcho = answers[0].head.status == .success
    return isEcho && answers[0].text != text ? "another's answer" : nil
  }

  private static func judge(_ answer: HTTP2Client.Answer?, _ text: String) -> String? {
    guard let answer else { return "not sent" }
    guard answer.heads == 1, answer.isEnded || answer.reset != nil else {
      return "no answer: \(answer.heads)"
    }
    let isEcho = answer.status == 200 && answer.reset == nil
    return isEcho && answer.body != Array(text.utf8) ? "another's answer" : nil
  }

  private func misbehave(_ server: BoltServer, _ network: SimulatedNetwork) {
    server.handle = { message, session in
      let answer = BoltMessage(.response(to: message.head), content: message.content)
      switch Int.random(in: 0..<40, using: &network.random) {
      case 0: session.reset()
      case 1: session.close()
      case 2: break
      case 3:
        session.send(answer)
        session.send(answer)
      case 4: session.send([9])
      case 5: network.after(1_500_000_000) { session.send(answer) }
      case 6: session.send(BoltMessage(.response(id: message.head.id &+ 1), content: [1]))
      default:
        network.after(UInt64.random(in: 0...50_000_000, using: &network.random)) { session.send(answer) }
      }
    }
  }

  private func misbehave(_ server: HTTP2Server, _ network: SimulatedNetwork) {
    server.handle = { request, stream, session in
      let fields = request.fields.filter { !$0.0.hasPrefix(":") && $0.0 != "content-length" }
      switch Int.random(in: 0..<40, using: &network.random) {
      case 0: session.link.reset(from: session)
      case 1: session.close()
      case 2: break
      case 3: session.reset(stream, .internalError)
      case 4: session.reset(stream, .refusedStream)
      case 5: session.goAway()
      case 6: session.shutdown()
      case 7: session.send([UInt8](repeating: 255, count: 30))
      default:
        network.after(UInt64.random(in: 0...50_000_000, using: &network.random)) {
          session.answer(stream, 200, fields, request.body)
        }
      }
    }
  }
}
