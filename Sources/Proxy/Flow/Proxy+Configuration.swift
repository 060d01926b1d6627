import H2Codec
import MosnConfig

// The configuration comes, changes, and goes.

extension Proxy {
  /// Listeners and clusters as the configuration has them; what they had before and still have stays.
  mutating func adopt(_ configuration: MosnConfiguration) {
    adoptLimits(configuration.server.limits)
    upstreams.adopt(configuration)
    listeners.removeAll()
    for listener in configuration.server.listeners {
      listeners[listener.name] = Listener(listener, upstreams)
    }
    for connection in connections.all where connection.state != .closed {
      switch connection.role {
      case .downstream(let listener):
        if let listener = listeners[listener.name], listener.refusal == nil {
          connection.serve(listener)
        } else {
          drain(connection)
        }
      case .upstream(let host, _):
        if host.isRemoved { touch(connection) }
      }
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
