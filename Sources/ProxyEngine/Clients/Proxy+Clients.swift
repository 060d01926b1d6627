import H2Codec
import MosnConfig

// Clients: taking them, finding out what they speak, and sending them away.

extension Proxy {
  mutating func accept(
    _ name: String, remote: String, local: String, _ protocolName: String?
  ) -> ConnectionID? {
    if let refusal = clients.refusal(on: name, limits) {
      events.append(.refused(listener: name, remote: remote, refusal))
      return nil
    }
    guard let listener = clients[name] else { return nil }
    let now = now
    let connection = connections.insert { slot, generation in
      Connection(
        ConnectionID(slot: slot, generation: generation), .downstream(listener), .open,
        remote: remote, local: local, at: now)
    }
    clients.enter()
    events.append(.accepted(connection.id, listener: name, remote: remote))
    if protocolName == "h2", listener.downstream.http2 { speak(.http2, on: connection) }
    touch(connection)
    settle()
    return connection.id
  }

  /// The first bytes of a client say what it speaks.
  mutating func readOpening(_ bytes: RawSpan, on connection: Connection, of listener: Listener) {
    var all = connection.held
    connection.held = []
    all.append(bytes)
    guard let first = all.first else { return }
    switch Opening(all.span.bytes) {
    case .unclear:
      connection.headBegan = connection.headBegan ?? now
      connection.held = all
    case .spoken(let wire) where listener.downstream.includes(wire):
      connection.headBegan = nil
      speak(wire, on: connection)
      read(all.span.bytes, on: connection)
    case .http1 where listener.downstream.answersHTTP1:
      connection.output += listener.downstream.http1Answer(hasBody: !all.starts(with: "HEAD ".utf8))
      close(connection, .afterFlush, .http1)
    case .spoken, .http1, .other:
      misbehave(connection, "not \(listener.downstream.names), as this listener expects: first byte \(first)")
    }
  }

  /// A client's connection ends with its calls; over HTTP/2 the client is told.
  mutating func drain(_ connection: Connection) {
    guard connection.retire() else { return }
    connection.http2?.side.shutdown()
    events.append(.draining(connection.id))
    touch(connection)
  }
}
