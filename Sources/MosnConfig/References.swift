// What one part of the file says of another.

extension ServerConfiguration {
  /// Gives each listener the routes of its proxy: those the proxy names, from its own listener's
  /// connection_manager, another listener's, or the server's routers; else those that stand in the proxy.
  mutating func link(_ reader: inout ConfigurationReader) {
    var named: [String: RouterConfiguration] = [:]
    for router in routers { named[router.routerConfigName] = router }
    for listener in listeners {
      for router in listener.routers { named[router.routerConfigName] = router }
    }
    var places: [String: String] = [:]
    for index in listeners.indices {
      let listener = listeners[index]
      if let earlier = places.updateValue(listener.path, forKey: listener.name), !listener.name.isEmpty {
        reader.report(
          .warning, "\(listener.path).name", "duplicate listener \(listener.name): so is \(earlier) called")
      }
      guard let proxy = listener.proxy else { continue }
      guard !proxy.routerConfigName.isEmpty else {
        listeners[index].virtualHosts = proxy.virtualHosts
        continue
      }
      let name = proxy.routerConfigName
      if let router = listener.routers.last(where: { $0.routerConfigName == name }) ?? named[name] {
        listeners[index].virtualHosts = router.virtualHosts
        if !proxy.virtualHosts.isEmpty {
          reader.report(.warning, "\(proxy.path).virtual_hosts", "ignored: router_config_name comes first")
        }
      } else {
        listeners[index].virtualHosts = proxy.virtualHosts
        reader.report(
          .warning, "\(proxy.path).router_config_name",
          "no routes are called \(name)" + (proxy.virtualHosts.isEmpty ? ": every request gets 404" : ""),
          suggestion: Suggestion.nearest(to: name, among: Array(named.keys)))
      }
    }
  }
}

extension ListenerConfiguration {
  fileprivate var routers: [RouterConfiguration] {
    filters.compactMap { if case .connectionManager(let router) = $0.content { router } else { nil } }
  }
}

extension MosnConfiguration {
  /// Routes to clusters that do not exist, listeners on the same address, and requests that come back.
  func checkReferences(_ reader: inout ConfigurationReader) {
    var clusters: [String: ClusterConfiguration] = [:]
    for cluster in clusterManager.clusters { clusters[cluster.name] = cluster }
    let names = clusters.keys.sorted()
    for listener in server.listeners {
      for rule in listener.virtualHosts.flatMap(\.routers) {
        for name in rule.clusterNames where !name.isEmpty && clusters[name] == nil {
          reader.report(
            .warning, "\(rule.path).route", "there is no cluster \(name): requests get 404",
            suggestion: Suggestion.nearest(to: name, among: names))
        }
      }
      for route in listener.tcpProxy?.routes ?? [] where clusters[route.cluster] == nil {
        reader.report(
          .warning, "\(route.path).cluster", "there is no cluster \(route.cluster): connections are closed",
          suggestion: Suggestion.nearest(to: route.cluster, among: names))
      }
    }
    checkAddresses(&reader)
    checkLoops(clusters, &reader)
  }

  private func checkAddresses(_ reader: inout ConfigurationReader) {
    var places: [NetworkAddress: String] = [:]
    for listener in server.listeners where listener.bindPort {
      guard let address = listener.networkAddress, address.port != 0 else { continue }
      if let earlier = places.updateValue(listener.path, forKey: address) {
        reader.report(.warning, "\(listener.path).address", "\(address) is the address of \(earlier) too")
      }
    }
  }

  /// A host that is a listener of this file from which requests come back to the same cluster.
  private func checkLoops(
    _ clusters: [String: ClusterConfiguration], _ reader: inout ConfigurationReader
  ) {
    let reach = server.listeners.map(\.clusterNames)
    var listenersByPort: [UInt16: [Int]] = [:]
    for (index, listener) in server.listeners.enumerated() where listener.bindPort {
      guard let address = listener.networkAddress else { continue }
      listenersByPort[address.port, default: []].append(index)
    }
    for name in Set(reach.joined()).sorted() {
      for host in clusters[name]?.hosts ?? [] {
        guard let address = host.networkAddress else { continue }
        for index in listenersByPort[address.port] ?? [] where accepts(server.listeners[index], address) {
          if comesBack(from: index, to: name, reach, clusters, listenersByPort) {
            reader.report(
              .warning, "\(host.path).address",
              "a closed loop: \(address) is the listener \(server.listeners[index].name), "
                + "from which requests come back to the cluster \(name)")
          }
        }
      }
    }
  }

  /// True when requests that arrive at a listener may go to a cluster, directly or through other listeners.
  private func comesBack(
    from start: Int, to cluster: String, _ reach: [Set<String>], _ clusters: [String: ClusterConfiguration],
    _ listenersByPort: [UInt16: [Int]]
  ) -> Bool {
    var seen: Set<Int> = [start]
    var waiting = [start]
    while let index = waiting.popLast() {
      if reach[index].contains(cluster) { return true }
      for host in reach[index].flatMap({ clusters[$0]?.hosts ?? [] }) {
        guard let address = host.networkAddress else { continue }
        for next in listenersByPort[address.port] ?? []
        where accepts(server.listeners[next], address) && seen.insert(next).inserted { waiting.append(next) }
      }
    }
    return false
  }

  /// Whether a connection to an address of this machine ends at the listener.
  private func accepts(_ listener: ListenerConfiguration, _ address: NetworkAddress) -> Bool {
    guard let own = listener.networkAddress else { return false }
    return own.host == address.host || own.isAnyHost && address.isLoopback
      || address.isAnyHost && own.isLoopback
      || own.isLoopback && address.isLoopback && (own.host == "localhost" || address.host == "localhost")
  }
}

extension NetworkAddress {
  fileprivate var isLoopback: Bool {
    host == "localhost" || host == "::1" || host.hasPrefix("127.") || isAnyHost
  }
}
