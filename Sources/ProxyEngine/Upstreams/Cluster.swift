import MosnConfig

/// Hosts that serve alike.
final class Cluster {
  let name: String
  private(set) var hosts: [Host] = []
  let breaker: CircuitBreaker
  /// Nanoseconds.
  let connectTimeout: UInt64
  /// Nanoseconds; 0: unused connections stay.
  let idleTime: UInt64
  /// 0: no limit.
  let requestsPerConnection: UInt32
  /// Unsent bytes above which a connection takes no more calls; nil: `ProxyLimits.highWater`.
  let highWater: Int?
  let load: Load
  private let balancer: Balancer
  private let subsets: SubsetConfiguration?
  /// In the order of `hosts`.
  private var metadata: [[String: String]] = []
  private var byAddress: [NetworkAddress: [Host]] = [:]

  init(_ cluster: ClusterConfiguration, keeping old: Cluster?, _ loads: Loads) {
    name = cluster.name
    breaker = cluster.circuitBreaker
    connectTimeout = UInt64(max(0, cluster.connectTimeout.rawValue))
    idleTime = UInt64(max(0, cluster.idleTimeout?.rawValue ?? 0))
    requestsPerConnection = cluster.maxRequestsPerConnection
    let limit = Int(cluster.connectionBufferLimitBytes)
    highWater = limit > 0 ? limit : nil
    balancer = cluster.loadBalancer == .random ? .random : .smoothWeightedRoundRobin
    subsets = cluster.subsets
    load = loads[cluster.name]
    let clusterTLS = cluster.tls.flatMap { $0.isEnabled ? $0 : nil }
    for host in cluster.hosts {
      guard let address = host.networkAddress else { continue }
      let tls = host.tlsDisable ? nil : clusterTLS
      let kept = old?.hosts(at: address).first { Self.isAlike($0.tls, tls) } ?? Host(address, tls: tls, load)
      kept.weigh(Int(host.weight.rawValue))
      hosts.append(kept)
      metadata.append(host.metadata.values)
      byAddress[address, default: []].append(kept)
    }
  }

  private static func isAlike(_ left: TLSConfiguration?, _ right: TLSConfiguration?) -> Bool {
    guard let left, let right else { return left == nil && right == nil }
    return left.isAlike(right)
  }

  /// This engine has a connection to one of its hosts.
  var isConnected: Bool { hosts.contains(where: \.isConnected) }

  /// Seldom more than one: with and without TLS.
  func hosts(at address: NetworkAddress) -> [Host] { byAddress[address] ?? [] }

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
