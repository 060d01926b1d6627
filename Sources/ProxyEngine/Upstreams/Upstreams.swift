import MosnConfig

/// The servers: clusters by name, with hosts, their health, connections and who waits for them.
struct Upstreams {
  private var clusters: [String: Cluster] = [:]

  private let loads: Loads

  init(_ loads: Loads = Loads()) { self.loads = loads }

  subscript(name: String) -> Cluster? { clusters[name] }

  var hosts: [Host] { clusters.values.flatMap(\.hosts) }

  /// What is configured from now on. A host that stays in its cluster under the same address keeps its connections and
  /// its health; the others know that they went.
  mutating func adopt(_ configuration: MosnConfiguration) {
    let before = self
    clusters = [:]
    for cluster in configuration.clusterManager.clusters {
      clusters[cluster.name] = Cluster(cluster, keeping: before[cluster.name], loads)
    }
    for host in before.hosts { host.isConfigured(false) }
    for host in hosts { host.isConfigured(true) }
  }
}
