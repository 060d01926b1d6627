import H2Codec

/// An HTTP/2 client that counts what it hears.
final class HTTP2Client: Peer {
  struct Answer {
    var fields: [String: String] = [:]
    var status: Int { Int(fields[":status"] ?? "") ?? 0 }
    var body: [UInt8] = []
    var trailers: [String: String] = [:]
    var heads = 0
    var isEnded = false
    var reset: H2ErrorCode?
    /// When it was over.
    var time: UInt64 = 0
    var isOver: Bool { isEnded || reset != nil }
  }

  private(set) var http2: H2Connection
  private(set) var answers: [UInt32: Answer] = [:]
  private(set) var goAway: H2StreamID?
  private(set) var isClosed = false
  private(set) var failure: H2Error?
  /// False: bodies get no window back.
  var consumes = true
  /// All of every request has gone out.
  var hasSentAll: Bool { isOpen && bodies.isEmpty }
  private(set) var link: Link?
  private var isOpen = false
  private var bodies: [UInt32: [UInt8]] = [:]

  init(_ network: SimulatedNetwork, _ address: String, window: Int = 256 << 10) {
    var configuration = H2Connection.Configuration(role: .client)
    configuration.settings.initialWindowSize = window
    configuration.takeLargeHeads()
    http2 = H2Connection(configuration)
    link = network.connect(to: address, self)
  }

  /// Sends a request; the body follows as the windows allow.
  func call(_ fields: [(String, String)], body: [UInt8] = [], ends: Bool = true) -> UInt32 {
    var list = H2HeaderList()
    for (name, value) in fields { list.append(name: name, value: value) }
    guard let stream = try? http2.open(list, endStream: body.isEmpty && ends) else { return 0 }
    answers[stream.rawValue] = Answer()
    if !body.isEmpty { bodies[stream.rawValue] = body }
    flush()
    return stream.rawValue
  }

  func get(_ path: String = "/", service: String = "testSofa") -> UInt32 {
    call([
      (":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", path), ("service", service),
    ])
  }

  func post(_ body: [UInt8], _ path: String = "/", service: String = "testSofa") -> UInt32 {
    call(
      [(":method", "POST"), (":scheme", "http"), (":authority", "a"), (":path", path), ("service", service)],
      body: body)
  }

  func reset(_ stream: UInt32) {
    http2.reset(H2StreamID(rawValue: stream), .cancel)
    flush()
  }

  func sendTrailers(_ stream: UInt32) {
    var list = H2HeaderList()
    list.append(name: "end", value: "yes")
    try? http2.sendHeaders(list, on: H2StreamID(rawValue: stream), endStream: true)
    flush()
  }

  func close() { link?.reset(from: self) }
  /// Sends no more, and still listens.
  func finish() { link?.endSending(from: self) }

  func opened(_ link: Link) {
    isOpen = true
    flush()
  }

  func receive(_ bytes: [UInt8], on link: Link) {
    http2.receive(bytes, at: link.network.now)
    while let event = http2.next() { take(event, at: link.network.now) }
    flush()
  }

  func closed(_ link: Link, failure: String?) { isClosed = true }

  private func take(_ event: H2Event, at now: UInt64) {
    switch event {
    case .headers(let stream, let kind, let endStream):
      var answer = answers[stream.rawValue] ?? Answer()
      var fields: [String: String] = [:]
      for field in http2.headers.fields {
        fields[http2.headers.string(field.name)] = http2.headers.string(field.value)
      }
      if kind == .trailers { answer.trailers = fields } else { answer.fields = fields }
      if kind == .response { answer.heads += 1 }
      answer.isEnded = answer.isEnded || endStream
      answer.time = now
      answers[stream.rawValue] = answer
    case .data(let stream, let range, let endStream):
      answers[stream.rawValue]?.body += http2.bytes[range]
      if endStream { answers[stream.rawValue]?.isEnded = true }
      answers[stream.rawValue]?.time = now
      if consumes { http2.consume(range.count, on: stream) }
    case .reset(let stream, let code):
      answers[stream.rawValue]?.reset = code
      answers[stream.rawValue]?.time = now
    case .goAway(let last, _, _): goAway = last
    case .connectionError(let error), .streamError(let error): failure = error
    case .tooLarge(let stream, _): http2.reset(stream, .cancel)
    case .refused, .windowOpened, .settingsChanged, .settingsAcknowledged, .pong: break
    }
  }

  private func flush() {
    guard isOpen else { return }
    for (stream, body) in bodies.sorted(by: { $0.key < $1.key }) {
      let sent =
        (try? http2.sendData(body.span.bytes, on: H2StreamID(rawValue: stream), endStream: true))
        ?? body.count
      bodies[stream] = sent == body.count ? nil : Array(body.dropFirst(sent))
    }
    let output = http2.takeOutput()
    if !output.isEmpty { link?.send(output, from: self) }
  }

}

/// An HTTP/2 server whose answers a closure makes when a request is whole.
final class HTTP2Server {
  struct Request {
    var fields: [(String, String)] = []
    var body: [UInt8] = []
    var trailers: [(String, String)] = []
    subscript(name: String) -> String? { fields.first { $0.0 == name }?.1 }
  }

  /// Echoes the fields that are no pseudo-header fields, and the body.
  var handle: (Request, H2StreamID, Session) -> Void = { request, stream, session in
    session.answer(stream, 200, request.fields.filter { !$0.0.hasPrefix(":") }, request.body)
  }
  /// When the head of a request came.
  var began: (H2StreamID, Session) -> Void = { _, _ in }
  var settings: (inout H2Settings) -> Void = { _ in }
  var consumes = true
  fileprivate(set) var requests: [Request] = []
  fileprivate(set) var resets: [H2ErrorCode] = []
  /// Rules that the other side broke.
  fileprivate(set) var complaints: [String] = []
  private(set) var sessions: [Session] = []

  init(
    _ network: SimulatedNetwork, _ address: String, settings: @escaping (inout H2Settings) -> Void = { _ in }
  ) {
    self.settings = settings
    network.listen(at: address) { [unowned self] link in
      let session = Session(self, link)
      sessions.append(session)
      return session
    }
  }

  final class Session: Peer {
    unowned let server: HTTP2Server
    let link: Link
    private(set) var http2: H2Connection
    private(set) var isClosed = false
    private var requests: [UInt32: Request] = [:]
    private var bodies: [UInt32: (bytes: [UInt8], trailers: [(String, String)])] = [:]

    init(_ server: HTTP2Server, _ link: Link) {
      self.server = server
      self.link = link
      var configuration = H2Connection.Configuration(role: .server)
      configuration.takeLargeHeads()
      server.settings(&configuration.settings)
      http2 = H2Connection(configuration)
    }

    func opened(_ link: Link) { flush() }

    func answer(
      _ stream: H2StreamID, _ status: Int, _ fields: [(String, String)] = [], _ body: [UInt8] = [],
      trailers: [(String, String)] = []
    ) {
      var list = H2HeaderList()
      list.append(name: ":status", value: String(status))
      for (name, value) in fields { list.append(name: name, value: value) }
      let isLast = status >= 200 && body.isEmpty && trailers.isEmpty
      try? http2.sendHeaders(list, on: stream, endStream: isLast)
      if !body.isEmpty || !trailers.isEmpty { bodies[stream.rawValue] = (body, trailers) }
      flush()
    }

    /// An answer that is not ended.
    func begin(_ stream: H2StreamID, _ status: Int, _ fields: [(String, String)], _ body: [UInt8]) {
      var list = H2HeaderList()
      list.append(name: ":status", value: String(status))
      for (name, value) in fields { list.append(name: name, value: value) }
      try? http2.sendHeaders(list, on: stream, endStream: false)
      _ = try? http2.sendData(body.span.bytes, on: stream, endStream: false)
      flush()
    }

    func reset(_ stream: H2StreamID, _ code: H2ErrorCode) {
      http2.reset(stream, code)
      flush()
    }

    func goAway() {
      http2.goAway(.noError)
      flush()
    }

    func shutdown() {
      http2.shutdown()
      flush()
    }

    func send(_ bytes: [UInt8]) { link.send(bytes, from: self) }
    func close() { link.close(from: self) }
    func closed(_ link: Link, failure: String?) { isClosed = true }

    func receive(_ bytes: [UInt8], on link: Link) {
      http2.receive(bytes, at: link.network.now)
      while let event = http2.next() { take(event) }
      flush()
    }

    private func take(_ event: H2Event) {
      switch event {
      case .headers(let stream, let kind, let endStream):
        let fields = http2.headers.fields.map {
          (http2.headers.string($0.name), http2.headers.string($0.value))
        }
        if kind == .trailers {
          requests[stream.rawValue]?.trailers = fields
        } else {
          requests[stream.rawValue] = Request(fields: fields)
          server.began(stream, self)
        }
        if endStream { ended(stream) }
      case .data(let stream, let range, let endStream):
        requests[stream.rawValue]?.body += http2.bytes[range]
        if server.consumes { http2.consume(range.count, on: stream) }
        if endStream { ended(stream) }
      case .reset(_, let code): server.resets.append(code)
      case .connectionError(let error), .streamError(let error): server.complaints.append("\(error)")
      case .tooLarge(let stream, let excess):
        server.complaints.append("\(excess)")
        http2.reset(stream, .cancel)
      case .refused, .windowOpened, .settingsChanged, .settingsAcknowledged, .pong, .goAway: break
      }
    }

    private func ended(_ stream: H2StreamID) {
      guard let request = requests.removeValue(forKey: stream.rawValue) else { return }
      server.requests.append(request)
      server.handle(request, stream, self)
    }

    func flush() {
      for (id, rest) in bodies.sorted(by: { $0.key < $1.key }) {
        let stream = H2StreamID(rawValue: id)
        let ends = rest.trailers.isEmpty
        let sent =
          (try? http2.sendData(rest.bytes.span.bytes, on: stream, endStream: ends)) ?? rest.bytes.count
        if sent < rest.bytes.count {
          bodies[id]?.bytes.removeFirst(sent)
          continue
        }
        bodies[id] = nil
        guard !ends else { continue }
        var list = H2HeaderList()
        for (name, value) in rest.trailers { list.append(name: name, value: value) }
        try? http2.sendHeaders(list, on: stream, endStream: true)
      }
      let output = http2.takeOutput()
      if !output.isEmpty, !isClosed { link.send(output, from: self) }
    }
  }
}

extension H2Connection.Configuration {
  /// As many peers do: Go takes 1 MiB.
  fileprivate mutating func takeLargeHeads() {
    headers = HPACKLimits(listSize: 1 << 20, fieldCount: 10_000, blockSize: 4 << 20)
    settings.maxHeaderListSize = headers.listSize
    (floods.fieldBlockBytes, floods.continuations) = (1 << 20, 100)
  }
}
