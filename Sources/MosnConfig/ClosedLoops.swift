extension MosnConfiguration {
  /// Reports each host that is a listener of this file from which requests come back to the host's cluster:
  /// a request would go round until something breaks.
  ///
  /// Listeners and clusters are the nodes of a graph, routes and hosts its edges; a host closes a loop when both
  /// its ends can reach each other.
  func checkLoops(_ reader: inout ConfigurationReader) {
    let listeners = server.listeners
    var listenerAt: [NetworkAddress: Int] = [:]
    for (index, listener) in listeners.enumerated() where listener.bindPort {
      if let address = listener.networkAddress { listenerAt[address] = index }
    }
    var clusterNamed: [String: Int] = [:]
    for (index, cluster) in clusterManager.clusters.enumerated() {
      clusterNamed[cluster.name] = listeners.count + index
    }
    var graph = Graph(nodes: listeners.count + clusterManager.clusters.count)
    addRoutes(to: &graph, clusterNamed)
    var hosts: [(host: HostConfiguration, cluster: Int, listener: Int)] = []
    for cluster in clusterManager.clusters {
      guard let node = clusterNamed[cluster.name] else { continue }
      for host in cluster.hosts {
        for address in host.networkAddress?.whereItMayEnd ?? [] {
          guard let listener = listenerAt[address] else { continue }
          graph.edges[node].insert(listener)
          hosts.append((host, node, listener))
        }
      }
    }
    guard !hosts.isEmpty else { return }
    let components = graph.components()
    for (host, cluster, listener) in hosts where components[cluster] == components[listener] {
      let name = clusterManager.clusters[cluster - listeners.count].name
      reader.report(
        .warning, "\(host.path).address",
        "a closed loop: \(host.address) is the listener \(listeners[listener].name), "
          + "from which requests come back to the cluster \(name)")
    }
  }

  /// The edges from listeners to the clusters of their routes; routes that listeners share are walked once.
  private func addRoutes(to graph: inout Graph, _ clusterNamed: [String: Int]) {
    var reached: [String: Set<Int>] = [:]
    for (index, listener) in server.listeners.enumerated() {
      if let name = listener.tcpProxy?.destination, let cluster = clusterNamed[name] {
        graph.edges[index].insert(cluster)
      }
      guard let routes = listener.virtualHosts.first?.path else { continue }
      let clusters =
        reached[routes]
        ?? Set(
          listener.virtualHosts.flatMap(\.routers).flatMap(\.clusterNames).compactMap { clusterNamed[$0] })
      reached[routes] = clusters
      graph.edges[index].formUnion(clusters)
    }
  }
}

/// A directed graph whose nodes are numbered.
private struct Graph {
  var edges: [Set<Int>]

  init(nodes: Int) { edges = Array(repeating: [], count: nodes) }

  /// For each node the number of its component: nodes of the same component reach each other (Kosaraju).
  func components() -> [Int] {
    var reversed = Graph(nodes: edges.count)
    for (node, next) in edges.enumerated() {
      for other in next { reversed.edges[other].insert(node) }
    }
    var component = Array(repeating: -1, count: edges.count)
    for root in finishingOrder().reversed() where component[root] < 0 {
      component[root] = root
      var waiting = [root]
      while let node = waiting.popLast() {
        for next in reversed.edges[node] where component[next] < 0 {
          component[next] = root
          waiting.append(next)
        }
      }
    }
    return component
  }

  /// The nodes in the order in which a depth-first walk leaves them.
  private func finishingOrder() -> [Int] {
    var order: [Int] = []
    var isSeen = Array(repeating: false, count: edges.count)
    for root in edges.indices where !isSeen[root] {
      isSeen[root] = true
      var waiting = [(node: root, rest: edges[root].makeIterator())]
      while let (node, last) = waiting.popLast() {
        var rest = last
        guard let next = rest.next() else {
          order.append(node)
          continue
        }
        waiting.append((node, rest))
        if !isSeen[next] {
          isSeen[next] = true
          waiting.append((next, edges[next].makeIterator()))
        }
      }
    }
    return order
  }
}

extension NetworkAddress {
  /// The addresses of listeners at which a connection to this one may end, if it is one of this machine.
  fileprivate var whereItMayEnd: Set<NetworkAddress> {
    let everywhere = ["", "0.0.0.0", "::"]
    let loopback = ["127.0.0.1", "::1", "localhost"]
    var hosts = [host]
    if isAnyHost || loopback.contains(host) { hosts += everywhere }
    if isAnyHost || host == "localhost" { hosts += loopback }
    if host == "127.0.0.1" || host == "::1" { hosts.append("localhost") }
    return Set(hosts.map { NetworkAddress(host: $0, port: port) })
  }
}
