import BoltCodec
import H2Codec
import Support
import Testing

@testable import ProxyEngine

/// Servers that do what they should, and answers of every shape one after the other: whoever stays gets every byte.
@Suite struct WholeBodiesTests {
  /// An answer that ends with its head leaves nothing behind for the call that uses its object next.
  @Test(arguments: [204, 200])
  func anAnswerWithoutABodyDoesNotCutTheNext(_ status: Int) throws {
    let network = SimulatedNetwork(seed: 4)
    let node = ProxyNode(network, try simple("Http2", "Http2"))
    let body = Plan.bytes(1_500_000, seed: 1)
    let server = HTTP2Server(network, "127.0.0.1:8080")
    server.handle = { request, stream, session in
      if request[":path"] == "/large" {
        session.answer(stream, 200, [], body)
      } else {
        session.answer(stream, status, [("grpc-status", "5")])
      }
    }
    let client = HTTP2Client(network, "127.0.0.1:2045")
    for _ in 1...3 {
      let short = client.get("/short")
      network.run(milliseconds: 50)
      let large = client.get("/large")
      network.run(milliseconds: 2_000)
      #expect(client.answer(short).status == status)
      #expect(client.answer(large).reset == nil)
      #expect(client.answer(large).isEnded)
      let isWhole = client.answer(large).body == body
      #expect(isWhole)
    }
    node.expectNothingLeft()
  }

  static let pairs = [("SofaRpc", "SofaRpc"), ("SofaRpc", "Http2"), ("Http2", "SofaRpc"), ("Http2", "Http2")]

  /// Windows smaller than bodies both ways, heads that end answers, trailers, callers that leave: all on the same few
  /// connections.
  @Test(arguments: 1...4 as ClosedRange<UInt64>, pairs)
  func everyByteArrives(_ seed: UInt64, _ pair: (String, String)) throws {
    let network = SimulatedNetwork(seed: seed)
    var random = SeededRandom(seed: seed &* 77)
    let node = ProxyNode(network, try simple(pair.0, pair.1), seed: seed)
    let bolt = pair.1 == "SofaRpc" ? BoltServer(network, "127.0.0.1:8080") : nil
    let http2 =
      pair.1 == "Http2"
      ? HTTP2Server(network, "127.0.0.1:8080") { $0.initialWindowSize = seed % 2 == 0 ? 10_000 : 65_535 }
      : nil
    bolt?.handle = { message, session in
      let plan = Plan(message.content)
      network.after(plan.delay) {
        session.send(BoltMessage(.response(to: message.head), content: plan.answer))
      }
    }
    http2?.handle = { request, stream, session in
      let plan = Plan(request.body)
      network.after(plan.delay) {
        session.answer(
          stream, 200, [], plan.answer,
          trailers: plan.hasTrailers && pair.0 == "Http2" ? [("end", "yes")] : [])
      }
    }

    var complaints: [() -> String?] = []
    for window in [1_000, 65_535, 256 << 10] {
      let caller = pair.0 == "SofaRpc" ? BoltClient(network, "127.0.0.1:2045") : nil
      let stream = pair.0 == "Http2" ? HTTP2Client(network, "127.0.0.1:2045", window: window) : nil
      for number in 1...24 as ClosedRange<UInt32> {
        let plan = Plan(number: number, &random)
        let leaves = stream != nil && Int.random(in: 0..<8, using: &random) == 0
        let stay = UInt64.random(in: 0...60_000_000, using: &random)
        network.after(UInt64.random(in: 0...1_500_000_000, using: &random)) {
          if let caller {
            caller.send(.call(number, plan.request))
            complaints.append { plan.complaint(caller.answers[number] ?? []) }
          } else if let stream {
            let key = stream.post(plan.request)
            if leaves {
              network.after(stay) { stream.reset(key) }
            } else {
              complaints.append { plan.complaint(stream.answers[key], trailers: pair.1 == "Http2") }
            }
          }
        }
      }
    }
    network.run(milliseconds: 10_000)
    #expect(complaints.count > 50)
    for complaint in complaints {
      if let complaint = complaint() { Issue.record("seed \(seed), \(pair): \(complaint)") }
    }
    node.expectNothingLeft()
  }
}

/// What a call asks for: how long both bodies are, and how the answer ends. The request says it to the server.
private struct Plan {
  let number: UInt32
  let requestLength: Int
  let answerLength: Int
  let hasTrailers: Bool
  let delay: UInt64

  private static let headLength = 17

  init(number: UInt32, _ random: inout SeededRandom) {
    self.number = number
    requestLength = [0, 1, 3_000, 70_000, 150_000].randomElement(using: &random) ?? 0
    answerLength = [0, 0, 0, 1, 5_000, 70_000, 400_000].randomElement(using: &random) ?? 0
    hasTrailers = Bool.random(using: &random)
    delay = UInt64.random(in: 0...20_000_000, using: &random)
  }

  init(_ request: [UInt8]) {
    func number(_ range: Range<Int>) -> Int { request[range].reduce(0) { $0 << 8 | Int($1) } }
    self.number = UInt32(number(0..<4))
    requestLength = number(4..<8)
    answerLength = number(8..<12)
    delay = UInt64(number(12..<16))
    hasTrailers = request[16] == 1
  }

  var request: [UInt8] {
    var bytes: [UInt8] = []
    for value in [number, UInt32(requestLength), UInt32(answerLength), UInt32(delay)] {
      bytes += withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }
    bytes.append(hasTrailers ? 1 : 0)
    return bytes + Self.bytes(requestLength, seed: number)
  }

  /// The request's own bytes come back as far as the answer is long enough.
  var answer: [UInt8] { Self.bytes(answerLength, seed: number &+ 1) }

  func complaint(_ answers: [BoltMessage]) -> String? {
    guard answers.count == 1 else { return "call \(number): \(answers.count) answers" }
    guard answers[0].head.status == .success else {
      return "call \(number): \(answers[0].head.status as Any)"
    }
    return answers[0].content == answer ? nil : "call \(number): another content"
  }

  func complaint(_ heard: HTTP2Client.Answer?, trailers: Bool) -> String? {
    guard let heard else { return "call \(number): not sent" }
    guard heard.heads == 1, heard.status == 200 else { return "call \(number): status \(heard.status)" }
    guard heard.isEnded, heard.reset == nil else {
      return "call \(number): \(heard.body.count) of \(answerLength) bytes, reset \(heard.reset as Any)"
    }
    if trailers, hasTrailers, heard.trailers["end"] != "yes" { return "call \(number): no trailers" }
    return heard.body == answer ? nil : "call \(number): another body"
  }

  /// Bytes in which a piece that is missing, doubled or another's shows.
  static func bytes(_ count: Int, seed: UInt32) -> [UInt8] {
    var state = seed &* 2_654_435_761 | 1
    return [UInt8](unsafeUninitializedCapacity: count) { bytes, filled in
      // Without a closure or an iterator for each: most of the suite's time was this in a build without optimisation.
      while filled < count {
        state = state &* 1_664_525 &+ 1_013_904_223
        bytes[filled] = UInt8(truncatingIfNeeded: state >> 24)
        filled &+= 1
      }
    }
  }
}
