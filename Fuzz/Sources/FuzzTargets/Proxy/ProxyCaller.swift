import BoltCodec
import H2Codec

/// A client in either protocol, and the calls it made.
final class ProxyCaller {
  struct Call {
    /// What was sent and has to come back: no other call's is the same.
    let text: String
    /// The id or stream.
    let key: UInt32
    let sent: UInt64
    /// Its own limit in nanoseconds; nil: none.
    let limit: UInt64?
    var isOneway = false
    /// The client itself gave it up.
    var isGivenUp = false
  }

  let name: String
  let bolt: BoltClient?
  let http2: HTTP2Client?
  private(set) var calls: [Call] = []
  /// It sends no more: closed, or half closed.
  private(set) var hasFinished = false
  private(set) var hasLeft = false
  private let network: SimulatedNetwork

  init(_ name: String, isHTTP2: Bool, _ network: SimulatedNetwork, at address: String) {
    self.name = name
    self.network = network
    bolt = isHTTP2 ? nil : BoltClient(network, address)
    http2 = isHTTP2 ? HTTP2Client(network, address) : nil
  }

  /// Whether the call's answer came and cannot be read: headers that are no map pass from bolt to bolt as they are.
  func hasUnreadAnswer(to call: Call) -> Bool { bolt?.unread.contains(call.key) ?? false }

  var isClosed: Bool { bolt?.isClosed ?? http2?.isClosed ?? true }

  /// Makes a call, unless the connection takes none any more.
  ///
  /// - Returns: its text; nil when it was not made.
  @discardableResult
  func call(
    service: String = "testSofa", padding: Int, timeout: Int32 = -1, isOneway: Bool = false,
    isV2: Bool = false
  ) -> String? {
    guard !hasFinished, !isClosed else { return nil }
    let number = UInt32(calls.count + 1)
    let text = "\(name) call \(number) " + String(repeating: "x", count: padding)
    var call: Call
    if let bolt {
      var message = BoltMessage.call(number, timeout: timeout, service: service, text)
      if isOneway { message.head = .oneway(id: number, timeout: timeout) }
      if isV2 { (message.head.version, message.head.ver1) = (.v2, 1) }
      call = Call(
        text: text, key: number, sent: network.now, limit: timeout > 0 ? UInt64(timeout) * 1_000_000 : nil)
      call.isOneway = isOneway
      bolt.send(message)
    } else {
      guard let stream = http2?.post(Array(text.utf8), service: service), stream != 0 else { return nil }
      call = Call(text: text, key: stream, sent: network.now, limit: nil)
    }
    calls.append(call)
    return text
  }

  func heartbeat() {
    guard !hasFinished else { return }
    bolt?.send(BoltMessage(.heartbeat(id: 1_000_000 + UInt32(calls.count))))
  }

  /// HTTP/2: one of the calls is wanted no more.
  func giveUp(_ index: Int) {
    guard let http2, !calls.isEmpty else { return }
    let index = index % calls.count
    calls[index].isGivenUp = true
    http2.reset(calls[index].key)
  }

  func leave() {
    (hasFinished, hasLeft) = (true, true)
    bolt?.close()
    http2?.close()
  }

  /// Half closes, once all was sent.
  func finish() {
    guard bolt?.hasSentAll ?? http2?.hasSentAll ?? false else { return }
    hasFinished = true
    bolt?.finish()
    http2?.finish()
  }

  /// How a call went.
  enum Outcome: Equatable {
    case pending, echoed, refused
    /// An answer, and not to this call.
    case strange(String)
    /// Not one answer.
    case wrong(String)
  }

  func outcome(of call: Call) -> (outcome: Outcome, time: UInt64) {
    if let bolt {
      let answers = bolt.answers[call.key] ?? []
      guard let answer = answers.first else { return (.pending, 0) }
      guard answers.count == 1 else { return (.wrong("\(answers.count) answers"), 0) }
      let time = bolt.times[call.key] ?? 0
      guard answer.head.status == .success else { return (.refused, time) }
      return (answer.content == Array(call.text.utf8) ? .echoed : .strange(Self.short(answer.content)), time)
    }
    guard let answer = http2?.answers[call.key], answer.isOver else { return (.pending, 0) }
    guard answer.heads == 1 || answer.heads == 0 && answer.reset != nil else {
      return (.wrong("\(answer.heads) heads"), 0)
    }
    let echo = Array(call.text.utf8)
    if answer.isEnded, answer.status == 200 {
      return (answer.body == echo ? .echoed : .strange(Self.short(answer.body)), answer.time)
    }
    // What came of an answer that was cut off must be the beginning of the right one.
    guard answer.status != 200 || echo.starts(with: answer.body) else {
      return (.strange("begins \(Self.short(answer.body))"), 0)
    }
    return (.refused, answer.time)
  }

  private static func short(_ content: [UInt8]) -> String {
    "\(content.count) bytes: \(String(decoding: content.prefix(24), as: UTF8.self))"
  }

  /// A rule of the protocol that the proxy broke towards this client.
  var complaint: String? { bolt?.failure.map { "\($0)" } ?? http2?.failure.map { "\($0)" } }
}
