import MosnConfig

/// The listeners, and how many clients are connected to them.
struct Clients {
  private var listeners: [String: Listener] = [:]
  private(set) var count = 0
  /// No more are taken.
  private(set) var isDraining = false

  subscript(listener: String) -> Listener? { listeners[listener] }

  /// Why one more client of a listener is not taken; nil: it is.
  func refusal(on listener: String, _ limits: ProxyLimits) -> ProxyEvent.Refusal? {
    if isDraining { return .draining }
    if count >= limits.downstreamConnections { return .tooManyConnections }
    guard let listener = listeners[listener] else { return .unknownListener }
    return listener.refusal
  }

  mutating func enter() { count += 1 }
  mutating func leave() { count -= 1 }
  mutating func drain() { isDraining = true }

  /// What is configured from now on.
  mutating func adopt(_ configuration: MosnConfiguration, _ upstreams: Upstreams) {
    listeners.removeAll()
    for listener in configuration.server.listeners {
      listeners[listener.name] = Listener(listener, upstreams)
    }
  }
}
