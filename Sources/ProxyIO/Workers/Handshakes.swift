import ProxyEngine
import Synchronization

/// The TLS handshakes of clients that are under way on one event loop. They are on the account of no client, since a client is
/// known when its handshake is over; so they are few, and whoever has been at it longest makes room for the next.
final class Handshakes {
  private let budget: ProcessBudget
  /// Of how many the process knows.
  private let underWay: HandshakeCount
  /// For the process.
  var most: Int
  /// In the order in which they began; those that are over are passed over.
  private var line: [Connection] = []
  private var first = 0
  private var current: Set<ObjectIdentifier> = []

  /// What BoringSSL takes for a connection, and SwiftNIO for its buffers.
  static let cost = 48 << 10

  init(_ budget: ProcessBudget, _ underWay: HandshakeCount, most: Int) {
    self.budget = budget
    self.underWay = underWay
    self.most = most
  }

  func begin(_ connection: Connection) {
    line.append(connection)
    current.insert(ObjectIdentifier(connection))
    budget.hold(Self.cost)
    if underWay.begin() > most { giveUpOldest() }
  }

  func end(_ connection: Connection) {
    guard current.remove(ObjectIdentifier(connection)) != nil else { return }
    budget.hold(-Self.cost)
    underWay.end()
    dropEnded()
  }

  /// Bytes that they hold.
  var heldBytes: Int { current.count * Self.cost }

  private func giveUpOldest() {
    dropEnded()
    if first < line.count { line[first].giveUpHandshake() }
  }

  private func dropEnded() {
    while first < line.count, !current.contains(ObjectIdentifier(line[first])) { first += 1 }
    // Who came behind one that lasts may be over long since.
    guard line.count > 2 * current.count + 64 else { return }
    line = line.filter { current.contains(ObjectIdentifier($0)) }
    first = 0
  }
}

/// How many handshakes are under way in the process.
final class HandshakeCount: Sendable {
  private let count = Atomic<Int>(0)

  /// How many there are with this one.
  func begin() -> Int { count.add(1, ordering: .relaxed).newValue }
  func end() { count.subtract(1, ordering: .relaxed) }
}
