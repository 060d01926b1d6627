import BoltCodec

/// A bolt client that counts what it hears.
final class BoltClient: Peer {
  private(set) var answers: [UInt32: [BoltMessage]] = [:]
  private(set) var pushed: [BoltMessage] = []
  private(set) var acks = 0
  private(set) var isClosed = false
  private(set) var failure: BoltError?
  /// The numbers of answers that it could not read.
  private(set) var unread: Set<UInt32> = []
  private(set) var link: Link?
  private var decoder = BoltDecoder()
  private var unsent: [UInt8] = []
  private var isOpen = false
  /// When each answer came.
  private(set) var times: [UInt32: UInt64] = [:]

  init(_ network: SimulatedNetwork, _ address: String) { link = network.connect(to: address, self) }

  func send(_ message: BoltMessage) {
    var bytes: [UInt8] = []
    try? BoltEncoder.encode(message, into: &bytes)
    send(bytes)
  }

  func send(_ bytes: [UInt8]) {
    unsent += bytes
    if isOpen { flush() }
  }

  private func flush() {
    link?.send(unsent, from: self)
    unsent = []
  }

  func opened(_ link: Link) {
    isOpen = true
    flush()
  }

  func receive(_ bytes: [UInt8], on link: Link) {
    decoder.append(bytes)
    do {
      while let frame = try decoder.next() {
        let message = try BoltMessage(frame, in: decoder.bytes)
        switch frame.kind {
        case .response:
          answers[frame.id, default: []].append(message)
          times[frame.id] = link.network.now
        case .heartbeatAck: acks += 1
        case .request, .oneway:
          pushed.append(message)
          if frame.type == .request {
            send(BoltMessage(.response(to: message.head), content: Array("client".utf8)))
          }
        case .heartbeat, .goaway: break
        }
      }
    } catch {
      failure = error
      if let head = error.head { unread.insert(head.id) }
    }
  }

  func closed(_ link: Link, failure: String?) { isClosed = true }

  func close() { link?.reset(from: self) }
  /// Sends no more, and still listens.
  func finish() { link?.endSending(from: self) }
  /// All of every request has gone out.
  var hasSentAll: Bool { isOpen }
}

/// A bolt server whose answers a closure makes.
final class BoltServer {
  /// What it does with a request.
  var handle: (BoltMessage, Session) -> Void = { message, session in
    session.send(
      BoltMessage(
        .response(to: message.head), className: message.className, headers: message.headers,
        content: message.content))
  }
  private(set) var requests: [BoltMessage] = []
  private(set) var sessions: [Session] = []
  var answersHeartbeats = true
  private(set) var heartbeats = 0
  /// What MOSN 0.2.1 would not take.
  private(set) var complaints: [String] = []

  init(_ network: SimulatedNetwork, _ address: String) {
    network.listen(at: address) { [unowned self] link in
      let session = Session(self, link)
      sessions.append(session)
      return session
    }
  }

  final class Session: Peer {
    unowned let server: BoltServer
    let link: Link
    private var decoder = BoltDecoder()
    private(set) var isClosed = false
    private(set) var answers: [BoltMessage] = []

    init(_ server: BoltServer, _ link: Link) {
      self.server = server
      self.link = link
    }

    func send(_ message: BoltMessage) {
      var bytes: [UInt8] = []
      try? BoltEncoder.encode(message, into: &bytes)
      send(bytes)
    }

    func send(_ bytes: [UInt8]) { if !isClosed { link.send(bytes, from: self) } }
    func close() { link.close(from: self) }
    func reset() { link.reset(from: self) }

    func receive(_ bytes: [UInt8], on link: Link) {
      decoder.append(bytes)
      do {
        while let frame = try decoder.next() {
          let message = try BoltMessage(frame, in: decoder.bytes)
          switch frame.kind {
          case .request, .oneway:
            server.requests.append(message)
            server.handle(message, self)
          case .heartbeat:
            server.heartbeats += 1
            if server.answersHeartbeats { send(BoltMessage(.heartbeatAck(to: frame.head))) }
          case .response: answers.append(message)
          case .heartbeatAck, .goaway: break
          }
        }
      } catch {
        server.complaints.append("\(error)")
      }
    }

    func closed(_ link: Link, failure: String?) { isClosed = true }
  }
}

extension BoltMessage {
  static func call(
    _ id: UInt32, timeout: Int32 = -1, service: String = "testSofa", _ content: String = "hello",
    headers: [Header] = []
  ) -> BoltMessage {
    call(id, Array(content.utf8), timeout: timeout, service: service, headers: headers)
  }

  static func call(
    _ id: UInt32, _ content: [UInt8], timeout: Int32 = -1, service: String = "testSofa",
    headers: [Header] = []
  ) -> BoltMessage {
    BoltMessage(
      .request(id: id, timeout: timeout), className: "com.alipay.X",
      headers: [Header("service", service)] + headers, content: content)
  }

  var text: String { String(decoding: content, as: UTF8.self) }
}
