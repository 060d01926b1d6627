import MosnConfig

// Clients: taking them, finding out what they speak, and sending them away.

extension Proxy {
  mutating func accept(
    _ name: String, remote: String, local: String, _ protocolName: String?
  ) -> ConnectionID? {
    var refusal = clients.refusal(on: name)
    if refusal == nil, !clients.enter(most: limits.downstreamConnections) { refusal = .tooManyConnections }
    guard refusal == nil, let listener = clients[name] else {
      events.append(.refused(listener: name, remote: remote, refusal ?? .unknownListener))
      return nil
    }
    let (now, peer) = (now, peers.make(.opening, isServer: false, limits))
    let connection = connections.insert { id in
      Connection(
        id, .downstream(listener), .open, peer,
        remote: remote, local: local, at: now)
    }
    events.append(.accepted(connection, listener: name, remote: remote))
    if protocolName == "h2", listener.downstream.http2 { speak(.http2, on: connection) }
    touch(connection)
    settle()
    return connection
  }

  /// The first bytes of a client say what it speaks.
  mutating func open(_ connection: ConnectionID, as opening: Opening, of listener: Listener) {
    let bytes = peers.takeOpening(of: connections[connection].peer)
    switch opening {
    case .spoken(let wire) where listener.downstream.includes(wire):
      speak(wire, on: connection)
      read(bytes.span.bytes, on: connection)
    case .http1 where listener.downstream.answersHTTP1:
      peers.write(
        listener.downstream.http1Answer(hasBody: !bytes.starts(with: "HEAD ".utf8)),
        to: connections[connection].peer)
      close(connection, .afterFlush, .http1)
    case .unclear, .spoken, .http1, .other:
      let names = listener.downstream.names
      misbehave(connection, "not \(names), as this listener expects: first byte \(bytes.first ?? 0)")
    }
  }

  /// A client's connection ends with its calls; the client is told if there is a word for it.
  mutating func drain(_ connection: ConnectionID) {
    guard connections[connection].retire() else { return }
    peers.shutDown(connections[connection].peer)
    events.append(.draining(connection))
    touch(connection)
  }
}
