import MosnBytes

// Peers are read: what they say goes to the rooms it is for.

extension Proxy {
  /// Bytes were read.
  mutating func read(_ bytes: RawSpan, on connection: ConnectionID) {
    peers.receive(on: connections[connection].peer, at: now)
    pump(connection, bytes)
  }

  /// Takes the events out of what was held and what came, where it lies.
  mutating func pump(_ connection: ConnectionID, _ lent: RawSpan) {
    var taken = 0
    var work = 0
    while connections[connection].state != .closed,
      let event = peers.next(of: connections[connection].peer, in: lent, from: &taken, at: now)
    {
      if case .head = event { work += peers.listSize(of: connections[connection].peer) }
      take(event, lent, on: connection)
      if work > Self.mostWork, peers.hold(lent, from: &taken, of: connections[connection].peer) {
        return fallBehind(connection)
      }
    }
    if connections[connection].isBehind { connections[connection].fallBehind(false) }
  }

  /// Octets of header lists that a connection has worked on before it is the others' turn: a few bytes of HPACK make as many of
  /// them as a millisecond can bear.
  private static var mostWork: Int { 1 << 20 }

  /// What is left of its bytes is read when others have had their turn.
  private mutating func fallBehind(_ connection: ConnectionID) {
    if !connections[connection].isBehind { behind.append(connection) }
    connections[connection].fallBehind(true)
    touch(connection)
  }

  /// Reads on where too much was to do at once.
  mutating func catchUp() {
    var late: [ConnectionID] = []
    swap(&late, &behind)
    for id in late {
      guard let connection = connections.live(id), connections[connection].isBehind else { continue }
      connections[connection].fallBehind(false)
      touch(connection)
      pump(connection, RawSpan())
    }
  }

  /// - Parameter lent: what the event's ranges index unless the peer holds that itself.
  mutating func take(_ event: PeerEvent, _ lent: RawSpan, on connection: ConnectionID) {
    let peer = connections[connection].peer
    switch event {
    case .frame(let isLent, let hasMap):
      guard let frame = peers.frame(of: peer) else { return }
      if isLent { return take(frame, hasMap: hasMap, in: lent, on: connection) }
      let held = peers.held(by: peer)
      take(frame, hasMap: hasMap, in: held.span.bytes, on: connection)
    case .unfit:
      refuse(peers.unfitHead(of: peer), on: connection)
    case .head(let key, let kind, let isWhole):
      takeHead(key, kind, isWhole, on: connection)
    case .cutHead(let key):
      takeCutHead(key, on: connection)
    case .content(let key, let range, let isLast, let isLent):
      if isLent { return takeContent(key, lent.extracting(range), isLast, on: connection) }
      // A second reference, since calls may write to the connection meanwhile.
      let held = peers.held(by: peer)
      takeContent(key, held.span.bytes.extracting(range), isLast, on: connection)
    case .cut(let key, let code):
      takeCut(key, code, on: connection)
    case .broken(let key):
      events.append(.misbehaved(connection, peers.fault(of: peer)))
      takeCut(key, .internalError, on: connection)
    case .room(let key):
      resume(key, on: connection)
    case .opened(let opening):
      if let listener = connections[connection].listener { open(connection, as: opening, of: listener) }
    case .settings(let isFirst):
      if isFirst, case .upstream(let host, let cluster) = connections[connection].role {
        welcome(host, cluster)
      }
      serve(connection)
    case .farewell:
      if let farewell = peers.farewell(of: peer) {
        events.append(
          .goAway(
            connection, code: farewell.code, text: farewell.text, isOrderly: farewell.isOrderly))
      }
      if connections[connection].isUpstream { retire(connection) }
    case .failed:
      misbehave(connection, peers.fault(of: peer))
    }
  }

  /// The peer broke a rule. It was told so if its protocol has a word for that.
  mutating func misbehave(_ connection: ConnectionID, _ rule: String) {
    events.append(.misbehaved(connection, rule))
    close(connection, .afterFlush, .misbehaviour)
  }

  // MARK: Beginning, and asking

  /// What is spoken from here on was found out or agreed.
  mutating func speak(_ wire: ConnectionProtocol, on connection: ConnectionID) {
    take(wire, on: connection)
    events.append(.detected(connection, wire))
  }

  /// A server's connection is open.
  mutating func greet(_ connection: ConnectionID) {
    switch connections[connection].kind {
    // Its version is each frame's own.
    case .opening, .bolt: take(connections[connection].wire, on: connection)
    case .http2: speak(connections[connection].wire, on: connection)
    }
  }

  private mutating func take(_ wire: ConnectionProtocol, on connection: ConnectionID) {
    peers.remove(connections[connection].peer)
    connections[connection].speak(
      wire, peers.make(PeerKind(wire), isServer: connections[connection].isUpstream, limits))
  }

  /// A server that was silent is asked whether it is there.
  mutating func ask(_ connection: ConnectionID) {
    connections[connection].asked()
    switch connections[connection].kind {
    case .opening: break
    case .bolt: write(.heartbeat(id: exchanges.number()), to: connection)
    case .http2: peers.ping(UInt64(connections[connection].unanswered), to: connections[connection].peer)
    }
  }
}
