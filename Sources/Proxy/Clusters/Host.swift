import MosnConfig

/// A server of a cluster: its health, and its connections by protocol.
final class Host {
  let address: NetworkAddress
  let tls: TLSConfiguration?
  /// `:authority` of what goes there.
  let authority: [UInt8]
  var weight = 1
  /// What the smooth round robin owes it.
  var credit = 0

  /// What the edge's health check says.
  var isHealthy = true
  private var failures = 0
  private var ejectedUntil: UInt64 = 0
  /// No longer configured: its connections end with their calls.
  var isRemoved = false

  let bolt = Pool()
  let http2 = Pool()

  init(_ address: NetworkAddress, tls: TLSConfiguration?) {
    self.address = address
    self.tls = tls
    authority = Array(address.description.utf8)
  }

  func pool(http2 isHTTP2: Bool) -> Pool { isHTTP2 ? http2 : bolt }

  func isEjected(at now: UInt64) -> Bool { now < ejectedUntil }

  /// Whether it is left out from now on.
  func connectFailed(at now: UInt64, _ limits: ProxyLimits) -> Bool {
    failures += 1
    guard failures >= limits.failuresBeforeEjection, !isEjected(at: now) else { return false }
    ejectedUntil = now &+ limits.ejectionTime
    return true
  }

  /// Whether it had been left out.
  func connectSucceeded() -> Bool {
    defer { (failures, ejectedUntil) = (0, 0) }
    return ejectedUntil > 0
  }
}

/// Connections to one host in one protocol, and the calls that wait for them.
final class Pool {
  var connections: [Connection] = []
  /// In their order. Those that gave up meanwhile are still here and passed over.
  private var waiting: [Waiting] = []
  private var first = 0

  private struct Waiting {
    let exchange: Exchange
    let generation: UInt32
  }

  /// Calls that really wait.
  var pending = 0

  func append(_ exchange: Exchange) {
    if waiting.count - first > 2 * pending + 64 { waiting = waiting[first...].filter(isWaiting); first = 0 }
    waiting.append(Waiting(exchange: exchange, generation: exchange.generation))
    pending += 1
  }

  /// The next call that waits; the caller takes it out of `pending`.
  func popWaiting() -> Exchange? {
    while first < waiting.count {
      let next = waiting[first]
      first += 1
      if first == waiting.count || first > 1024 {
        waiting.removeFirst(first)
        first = 0
      }
      if isWaiting(next) { return next.exchange }
    }
    return nil
  }

  /// All that wait, in their order.
  func takeWaiting() -> [Exchange] {
    defer { (waiting, first) = ([], 0) }
    return waiting[first...].filter(isWaiting).map(\.exchange)
  }

  private func isWaiting(_ waiting: Waiting) -> Bool {
    waiting.exchange.generation == waiting.generation && waiting.exchange.pool === self
      && waiting.exchange.state == .waiting
  }

  /// Connections that will take calls soon.
  var connecting: Int { connections.count { $0.isComing } }

  func remove(_ connection: Connection) { connections.removeAll { $0 === connection } }
}
