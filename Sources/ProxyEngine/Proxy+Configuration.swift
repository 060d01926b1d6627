import MosnConfig

// The configuration comes, changes, and goes.

extension Proxy {
  /// Listeners and clusters as the configuration has them; what they had before and still have stays.
  mutating func adopt(_ configuration: MosnConfiguration) {
    adoptLimits(configuration.server.limits)
    peers.adopt(limits)
    upstreams.adopt(configuration)
    clients.adopt(configuration, upstreams)
    for connection in connections.all where connections[connection].state != .closed {
      switch connections[connection].role {
      case .downstream(let listener):
        if let listener = clients[listener.name], listener.refusal == nil {
          connections[connection].serve(listener)
        } else {
          drain(connection)
        }
      case .upstream(let host, _):
        if host.isRemoved { touch(connection) }
      }
    }
  }
}
