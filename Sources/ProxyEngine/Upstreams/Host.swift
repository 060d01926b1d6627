import MosnConfig

/// A server of a cluster: its health, and its connections by protocol.
final class Host {
  let address: NetworkAddress
  let tls: TLSConfiguration?
  /// `:authority` of what goes there.
  let authority: [UInt8]

  private(set) var weight = 1
  /// What the smooth round robin owes it.
  private(set) var credit = 0

  /// What the edge's health check says.
  private(set) var isHealthy = true
  private var failures = 0
  private var ejectedUntil: UInt64 = 0
  /// No longer configured: its connections end with their calls.
  private(set) var isRemoved = false

  /// By what is spoken.
  private let pools: [Pool]

  init(_ address: NetworkAddress, tls: TLSConfiguration?, _ load: Load) {
    self.address = address
    self.tls = tls
    authority = Array(address.description.utf8)
    pools = PeerKind.allCases.map { _ in Pool(load) }
  }

  func pool(_ kind: PeerKind) -> Pool { pools[Int(kind.rawValue)] }

  var isConnected: Bool { pools.contains { !$0.connections.isEmpty } }

  /// Calls that wait for a connection to it.
  var pending: Int { pools.reduce(0) { $0 + $1.pending } }

  // MARK: Configuration

  func weigh(_ weight: Int) { self.weight = weight }
  func isConfigured(_ isConfigured: Bool) { isRemoved = !isConfigured }

  // MARK: Balance

  /// Another choice is made: it gains its weight.
  func gain() -> Int {
    credit += weight
    return credit
  }

  /// It was chosen, and pays what all have gained.
  func pay(_ total: Int) { credit -= total }

  // MARK: Health

  /// What the edge's health check found out.
  func probed(_ isHealthy: Bool) { self.isHealthy = isHealthy }

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
