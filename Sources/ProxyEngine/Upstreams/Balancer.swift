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
        if host.gain() > best?.credit ?? .min { best = host }
      }
      best?.pay(total)
      return best
    }
  }
}
