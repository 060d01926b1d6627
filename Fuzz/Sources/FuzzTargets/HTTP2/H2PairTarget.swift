import H2Codec

extension FuzzTarget {
  static let h2Pair = FuzzTarget(
    "h2-pair",
    "script: a client and a server of ours never accuse each other, and content arrives as it was sent"
  ) { input in
    let budget = TimeBudget(bytes: input.count)
    var script = FuzzScript(input)
    var pair = H2Pair(&script)
    while !script.isOver { try pair.step(&script) }
    try pair.settle()
    try budget.check()
  }
}

/// Two connections and the bytes under way between them.
private struct H2Pair {
  private var client: Side
  private var server: Side

  private struct Side {
    var connection: H2Connection
    /// Bytes on their way to this side.
    var incoming: [UInt8] = []
    /// Streams this side may send on, with what it has sent and received of content.
    var open: [H2StreamID] = []
    var sent: [H2StreamID: [UInt8]] = [:]
    var received: [H2StreamID: [UInt8]] = [:]
    var unconsumed: [(H2StreamID, Int)] = []
    var resets: Set<H2StreamID> = []
  }

  init(_ script: inout FuzzScript) {
    func side(_ role: H2Role) -> Side {
      var configuration = H2Connection.Configuration(role: role)
      configuration.floods = .none
      configuration.settings.initialWindowSize = script.choice(0..<4) == 0 ? script.choice(0..<300) : 65_535
      configuration.settings.maxConcurrentStreams = 1 + script.choice(0..<8)
      configuration.settings.headerTableSize = script.choice(0..<5000)
      configuration.headers.tableSize = 8192
      return Side(connection: H2Connection(configuration))
    }
    client = side(.client)
    server = side(.server)
  }

  mutating func step(_ script: inout FuzzScript) throws {
    let what = script.byte()
    if what & 0x80 == 0 { try act(\.client, what, &script) } else { try act(\.server, what & 0x7F, &script) }
  }

  private mutating func act(
    _ path: WritableKeyPath<Self, Side>, _ what: UInt8, _ script: inout FuzzScript
  ) throws {
    switch what % 10 {
    case 0: if path == \.client { open(&script) }
    case 1, 2: sendData(path, &script)
    case 3: sendTrailers(path, &script)
    case 4:
      guard let id = self[keyPath: path].open.randomElement(&script) else { return }
      self[keyPath: path].connection.reset(id, .cancel)
      forget(id)
    case 5: self[keyPath: path].connection.ping(UInt64(script.byte()))
    case 6: consume(path, script.choice(0..<400))
    case 7 where what > 0x70: self[keyPath: path].connection.shutdown()
    default: try deliver(to: path, 1 + script.choice(0..<3000))
    }
  }

  private mutating func open(_ script: inout FuzzScript) {
    var list = H2HeaderList()
    list.append(name: ":method" as StaticString, value: "POST" as StaticString)
    list.append(name: ":scheme" as StaticString, value: "http" as StaticString)
    list.append(name: ":path" as StaticString, value: [0x2F] + script.word())
    list.append(name: "x-\(script.byte() & 15)".utf8.map(\.self), value: script.word())
    guard let id = try? client.connection.open(list, endStream: false) else { return }
    client.open.append(id)
  }

  private mutating func sendData(_ path: WritableKeyPath<Self, Side>, _ script: inout FuzzScript) {
    guard let id = self[keyPath: path].open.randomElement(&script) else { return }
    let data = [UInt8](repeating: script.byte(), count: script.choice(0..<600))
    let ends = script.choice(0..<4) == 0
    guard let count = try? self[keyPath: path].connection.sendData(data.span.bytes, on: id, endStream: ends)
    else {
      return
    }
    self[keyPath: path].sent[id, default: []] += data.prefix(count)
    if ends, count == data.count { self[keyPath: path].open.removeAll { $0 == id } }
  }

  private mutating func sendTrailers(_ path: WritableKeyPath<Self, Side>, _ script: inout FuzzScript) {
    guard let id = self[keyPath: path].open.randomElement(&script) else { return }
    var list = H2HeaderList()
    list.append(name: "x-trailer" as StaticString, value: script.word())
    guard (try? self[keyPath: path].connection.sendHeaders(list, on: id, endStream: true)) != nil else {
      return
    }
    self[keyPath: path].open.removeAll { $0 == id }
  }

  private mutating func consume(_ path: WritableKeyPath<Self, Side>, _ most: Int) {
    guard let (id, count) = self[keyPath: path].unconsumed.popLast() else { return }
    let now = min(count, most)
    self[keyPath: path].connection.consume(now, on: id)
    if now < count { self[keyPath: path].unconsumed.append((id, count - now)) }
  }

  /// A stream that was reset owes nothing.
  private mutating func forget(_ id: H2StreamID) {
    for side in [\Self.client, \.server] {
      self[keyPath: side].open.removeAll { $0 == id }
      self[keyPath: side].resets.insert(id)
    }
  }

  private mutating func deliver(to path: WritableKeyPath<Self, Side>, _ most: Int) throws {
    client.incoming += server.connection.takeOutput()
    server.incoming += client.connection.takeOutput()
    let piece = Array(self[keyPath: path].incoming.prefix(most))
    self[keyPath: path].incoming.removeFirst(piece.count)
    if !piece.isEmpty { self[keyPath: path].connection.receive(piece, at: 1) }
    while let event = self[keyPath: path].connection.next() { try take(event, path) }
  }

  private mutating func take(_ event: H2Event, _ path: WritableKeyPath<Self, Side>) throws {
    switch event {
    case .headers(let id, let kind, _):
      guard kind == .request else { return }
      var list = H2HeaderList()
      list.append(name: ":status" as StaticString, value: "200" as StaticString)
      if (try? server.connection.sendHeaders(list, on: id, endStream: false)) != nil {
        server.open.append(id)
      }
    case .data(let id, let range, _):
      self[keyPath: path].received[id, default: []] += self[keyPath: path].connection.bytes[range]
      self[keyPath: path].unconsumed.append((id, range.count))
    case .reset(let id, _), .refused(let id): forget(id)
    case .streamError(let error):
      // A client that has not read our SETTINGS may open too many streams.
      try expect(error.rule == .concurrentStreams, "accused of \(error)")
      forget(error.streamID)
    case .tooLarge(let id, let excess): throw FuzzFailure(description: "accused of \(excess) on \(id)")
    case .connectionError(let error): throw FuzzFailure(description: "accused of \(error)")
    case .windowOpened, .settingsChanged, .settingsAcknowledged, .pong, .goAway: break
    }
  }

  /// Everything under way arrives; then what was sent must have been received.
  mutating func settle() throws {
    for _ in 0..<200 {
      try deliver(to: \.client, .max)
      try deliver(to: \.server, .max)
    }
    for (from, to) in [(\Self.client, \Self.server), (\.server, \.client)] {
      for (id, bytes) in self[keyPath: from].sent where !self[keyPath: from].resets.contains(id) {
        try expectEqual(self[keyPath: to].received[id] ?? [], bytes, "content of stream \(id)")
      }
    }
  }
}

extension Array {
  fileprivate func randomElement(_ script: inout FuzzScript) -> Element? {
    isEmpty ? nil : self[script.choice(0..<count)]
  }
}

extension FuzzScript {
  /// Letters, as a field's value may hold them.
  fileprivate mutating func word() -> [UInt8] { block(upTo: 30).map { UInt8(ascii: "a") + $0 % 26 } }
}
