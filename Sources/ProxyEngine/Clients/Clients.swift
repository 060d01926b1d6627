import MosnConfig

/// The listeners, and how many clients are connected to them.
struct Clients {
  private var listeners: [String: Listener] = [:]
  private(set) var count = 0
  /// Those of the whole process.
  private let all: Load.Count
  /// No more are taken.
  private(set) var isDraining = false

  init(_ all: Load.Count) { self.all = all }

  subscript(listener: String) -> Listener? { listeners[listener] }

  /// Why one more client of a listener is not taken; nil: it is.
  func refusal(on listener: String) -> ProxyEvent.Refusal? {
    if isDraining { return .draining }
    guard let listener = listeners[listener] else { return .unknownListener }
    return listener.refusal
  }

  /// Whether the process takes one more.
  mutating func enter(most: Int) -> Bool {
    guard all.begin(most: UInt32(clamping: most)) else { return false }
    count += 1
    return true
  }

  mutating func leave() {
    count -= 1
    all.end()
  }

  mutating func drain() { isDraining = true }

  /// What is configured from now on.
  mutating func adopt(_ configuration: MosnConfiguration, _ upstreams: Upstreams) {
    listeners.removeAll()
    for listener in configuration.server.listeners {
      listeners[listener.name] = Listener(listener, upstreams)
    }
  }
}
