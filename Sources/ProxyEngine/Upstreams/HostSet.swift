/// The hosts that a route chooses from.
final class HostSet {
  let cluster: Cluster
  private let hosts: [Host]
  private var balancer: Balancer

  init(_ cluster: Cluster, _ hosts: [Host], _ balancer: Balancer) {
    self.cluster = cluster
    self.hosts = hosts
    self.balancer = balancer
  }

  var isEmpty: Bool { hosts.isEmpty }

  /// The next host of those that are healthy: one that is in and was not `tried`, else one that is ejected and may be
  /// back, else one that was tried before the last. Nil when all are unhealthy, or there is none.
  func pick(avoiding tried: [Host], at now: UInt64, _ random: inout RandomNumbers) -> Host? {
    if hosts.count == 1 { return hosts[0].isHealthy ? hosts[0] : nil }
    func wasTried(_ host: Host) -> Bool { tried.contains { $0 === host } }
    return balancer.pick(hosts, &random) { $0.isHealthy && !$0.isEjected(at: now) && !wasTried($0) }
      ?? balancer.pick(hosts, &random) { $0.isHealthy && !wasTried($0) }
      ?? balancer.pick(hosts, &random) { $0.isHealthy && $0 !== tried.last }
      ?? balancer.pick(hosts, &random) { $0.isHealthy }
  }
}
