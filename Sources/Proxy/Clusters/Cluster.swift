import MosnConfig

/// Hosts that serve alike.
final class Cluster {
  let name: String
  let hosts: [Host]
  let breaker: CircuitBreaker
  /// Nanoseconds.
  let connectTimeout: UInt64
  /// Nanoseconds; 0: unused connections stay.
  let idleTime: UInt64
  /// 0: no limit.
  let requestsPerConnection: UInt32
  /// Unsent bytes above which a connection takes no more calls; nil: `ProxyLimits.highWater`.
  let highWater: Int?
  private let balancer: Balancer
  private let subsets: SubsetConfiguration?
  private let metadata: [[String: String]]

  let load: Load

  /// What is under way. A cluster that is configured anew goes on counting.
  final class Load {
    /// Calls, those that wait included.
    var calls = 0
    /// Calls that wait for a connection.
    var pending = 0
    /// Calls that are tried again.
    var retries = 0
    var connections = 0
  }

  init(_ cluster: ClusterConfiguration, keeping old: Cluster?) {
    name = cluster.name
    breaker = cluster.circuitBreaker
    connectTimeout = UInt64(max(0, cluster.connectTimeout.rawValue))
    idleTime = UInt64(max(0, cluster.idleTimeout?.rawValue ?? 0))
    requestsPerConnection = cluster.maxRequestsPerConnection
    let limit = Int(cluster.connectionBufferLimitBytes)
    highWater = limit > 0 ? limit : nil
    balancer = cluster.loadBalancer == .random ? .random : .smoothWeightedRoundRobin
    subsets = cluster.subsets
    let usable = cluster.hosts.filter { $0.networkAddress != nil }
    metadata = usable.map(\.metadata.values)
    var kept: [Host] = []
    for host in usable {
      guard let address = host.networkAddress else { continue }
      let tls = host.tlsDisable ? nil : cluster.tls.flatMap { $0.isEnabled ? $0 : nil }
      let before = old?.hosts.first { $0.address == address && Self.isAlike($0.tls, tls) }
      kept.append(before ?? Host(address, tls: tls))
      kept.last?.weight = Int(host.weight.rawValue)
    }
    hosts = kept
    load = old?.load ?? Load()
  }

  private static func isAlike(_ left: TLSConfiguration?, _ right: TLSConfiguration?) -> Bool {
    guard let left, let right else { return left == nil && right == nil }
    return left.isAlike(right)
  }

  /// The hosts whose metadata are these, by the rules of the cluster's subsets.
  func hosts(for wanted: [String: String]) -> HostSet {
    guard let subsets, !subsets.selectors.isEmpty, !wanted.isEmpty else {
      return HostSet(self, hosts, balancer)
    }
    let isSelectable = subsets.selectors.contains { Set($0) == Set(wanted.keys) }
    let found = isSelectable ? hosts(having: wanted) : []
    if !found.isEmpty { return HostSet(self, found, balancer) }
    return switch subsets.fallbackPolicy {
    case .any: HostSet(self, hosts, balancer)
    case .defaultSubset: HostSet(self, hosts(having: subsets.defaultSubset), balancer)
    default: HostSet(self, [], balancer)
    }
  }

  private func hosts(having wanted: [String: String]) -> [Host] {
    hosts.indices.filter { index in wanted.allSatisfy { metadata[index][$0.key] == $0.value } }.map {
      hosts[$0]
    }
  }
}
