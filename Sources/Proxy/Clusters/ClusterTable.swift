import MosnConfig

/// The clusters of a configuration by name. A host that stays under the same address keeps its connections and its
/// health.
struct ClusterTable {
  private var clusters: [String: Cluster] = [:]

  init() {}

  init(_ configuration: MosnConfiguration, keeping old: ClusterTable) {
    for cluster in configuration.clusterManager.clusters {
      clusters[cluster.name] = Cluster(cluster, keeping: old.clusters[cluster.name])
    }
  }

  subscript(name: String) -> Cluster? { clusters[name] }

  var hosts: [Host] { clusters.values.flatMap(\.hosts) }
}
