/// What is under way in a cluster, for its circuit breaker. A cluster that is configured anew goes on counting.
final class Load {
  /// Calls, those that wait included.
  private(set) var calls = 0
  /// Calls that wait for a connection.
  private(set) var pending = 0
  private(set) var connections = 0

  func callBegan() { calls += 1 }
  func callEnded() { calls -= 1 }
  func waitBegan() { pending += 1 }
  func waitEnded() { pending -= 1 }
  func connectionBegan() { connections += 1 }
  func connectionEnded() { connections -= 1 }
}
