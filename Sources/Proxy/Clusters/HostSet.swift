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

/// How one of several hosts is chosen.
enum Balancer {
  /// Each alike, whatever its weight, as MOSN does it.
  case random
  /// Each as often as its weight says, and evenly spread (nginx's way): all gain their weight, the richest pays all.
  case smoothWeightedRoundRobin

  func pick(_ hosts: [Host], _ random: inout RandomNumbers, where isFit: (Host) -> Bool) -> Host? {
    switch self {
    case .random:
      guard !hosts.isEmpty else { return nil }
      let start = Int(random.next() % UInt64(hosts.count))
      if isFit(hosts[start]) { return hosts[start] }
      let fit = hosts.filter(isFit)
      return fit.isEmpty ? nil : fit[Int(random.next() % UInt64(fit.count))]
    case .smoothWeightedRoundRobin:
      var best: Host?
      var total = 0
      for host in hosts where isFit(host) {
        total += host.weight
        host.credit += host.weight
        if host.credit > best?.credit ?? .min { best = host }
      }
      best?.credit -= total
      return best
    }
  }
}
