import BoltCodec
import H2Codec

/// A server in either protocol that answers each request as it was told to, and by itself echoes it.
final class ProxyCallee {
  enum Behaviour: CaseIterable {
    // What a client must not notice.
    case echo, late, trailers, interim, repeated, pushing, shutdown
    // Faults.
    case tooLate, never, failing, refusing, half, goAway, garbage, finish, close, reset, unasked

    var isFault: Bool {
      switch self {
      case .echo, .late, .trailers, .interim, .repeated, .pushing, .shutdown: false
      case .tooLate, .never, .failing, .refusing, .half, .goAway, .garbage, .finish, .close, .reset, .unasked:
        true
      }
    }
  }

  /// For the next requests, in turn.
  var behaviours: [Behaviour] = []
  /// How often each text arrived, those not counted that were refused.
  private(set) var arrivals: [String: Int] = [:]
  private let bolt: BoltServer?
  private let http2: HTTP2Server?
  private unowned let network: SimulatedNetwork

  init(isHTTP2: Bool, _ network: SimulatedNetwork, at address: String, streams: Int? = nil) {
    self.network = network
    bolt = isHTTP2 ? nil : BoltServer(network, address)
    http2 =
      isHTTP2 ? HTTP2Server(network, address) { if let streams { $0.maxConcurrentStreams = streams } } : nil
    bolt?.handle = { [unowned self] in handle($0, $1) }
    http2?.handle = { [unowned self] in handle($0, $1, $2) }
  }

  private func next() -> Behaviour { behaviours.isEmpty ? .echo : behaviours.removeFirst() }

  private func handle(_ message: BoltMessage, _ session: BoltServer.Session) {
    let behaviour = next()
    arrivals[message.text, default: 0] += 1
    guard message.head.type == .request else { return }
    let answer = BoltMessage(.response(to: message.head), content: message.content)
    switch behaviour {
    case .echo, .trailers, .interim: session.send(answer)
    case .late: network.after(4_000_000) { session.send(answer) }
    case .tooLate: network.after(1_500_000_000) { session.send(answer) }
    case .repeated:
      session.send(answer)
      session.send(answer)
    case .pushing:
      session.send(BoltMessage(.request(id: message.head.id), content: [1]))
      session.send(BoltMessage(.heartbeat(id: message.head.id)))
      session.send(answer)
    case .shutdown, .goAway:
      session.send(BoltMessage(.goaway(id: 1)))
      session.send(answer)
    case .never: break
    case .failing, .refusing:
      session.send(BoltMessage(.response(to: message.head, status: .serverThreadpoolBusy)))
    case .half:
      var bytes: [UInt8] = []
      try? BoltEncoder.encode(answer, into: &bytes)
      session.send(Array(bytes.dropLast()))
      // Or the next answer would end this one.
      session.close()
    case .garbage: session.send([9, 9, 9])
    case .finish: session.link.endSending(from: session)
    case .close: session.close()
    case .reset: session.reset()
    case .unasked: session.send(BoltMessage(.response(id: message.head.id ^ 1 << 31)))
    }
  }

  private func handle(
    _ request: HTTP2Server.Request, _ stream: H2StreamID, _ session: HTTP2Server.Session
  ) {
    let behaviour = next()
    if behaviour == .refusing { return session.reset(stream, .refusedStream) }
    arrivals[String(decoding: request.body, as: UTF8.self), default: 0] += 1
    let fields = request.fields.filter { !$0.0.hasPrefix(":") && $0.0 != "content-length" }
    func echo() { session.answer(stream, 200, fields, request.body) }
    switch behaviour {
    case .echo, .repeated, .pushing: echo()
    case .late: network.after(4_000_000) { echo() }
    case .tooLate: network.after(1_500_000_000) { echo() }
    case .trailers: session.answer(stream, 200, fields, request.body, trailers: [("end", "yes")])
    case .interim:
      session.answer(stream, 103, [("link", "<a>")])
      echo()
    case .shutdown:
      session.shutdown()
      echo()
    case .never, .refusing: break
    case .failing: session.answer(stream, 503)
    case .half: session.begin(stream, 200, fields, Array(request.body.dropLast()))
    case .goAway: session.goAway()
    case .garbage: session.send([UInt8](repeating: 255, count: 20))
    case .finish: session.link.endSending(from: session)
    case .close: session.close()
    case .reset: session.link.reset(from: session)
    case .unasked: session.reset(stream, .internalError)
    }
  }

  /// Every connection is gone at once.
  func die() {
    for session in bolt?.sessions ?? [] where !session.link.isClosed { session.reset() }
    for session in http2?.sessions ?? [] where !session.link.isClosed { session.link.reset(from: session) }
  }

  /// What the proxy left behind here, or did wrong; nil: nothing.
  var complaint: String? {
    if let complaint = bolt?.complaints.first ?? http2?.complaints.first { return complaint }
    for session in http2?.sessions ?? [] where !session.link.isClosed && session.http2.remoteStreams > 0 {
      return "\(session.http2.remoteStreams) streams are open for nobody"
    }
    return nil
  }
}
