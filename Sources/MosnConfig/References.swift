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
  /// Routes to clusters that do not exist, and listeners on the same address.
  func checkReferences(_ reader: inout ConfigurationReader) {
    let names = Set(clusterManager.clusters.map(\.name))
    let some = names.sorted().prefix(Suggestion.mostNames)
    var seen: Set<String> = []
    for listener in server.listeners {
      // Listeners share the routes that they name.
      if let routes = listener.virtualHosts.first?.path, seen.insert(routes).inserted {
        for rule in listener.virtualHosts.lazy.flatMap(\.routers) {
          for name in rule.clusterNames where !name.isEmpty && !names.contains(name) {
            reader.report(
              .warning, "\(rule.path).route", "there is no cluster \(name): requests get 404",
              suggestion: Suggestion.nearest(to: name, among: Array(some)))
          }
        }
      }
      for route in listener.tcpProxy?.routes ?? [] where !names.contains(route.cluster) {
        reader.report(
          .warning, "\(route.path).cluster", "there is no cluster \(route.cluster): connections are closed",
          suggestion: Suggestion.nearest(to: route.cluster, among: Array(some)))
      }
    }
    checkAddresses(&reader)
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
}
