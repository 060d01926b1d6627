import MosnBytes

// What one part of the file says of another.

extension ServerConfiguration {
  /// Gives each listener the routes of its proxy: those that it names, else those that stand in it.
  mutating func link(_ reader: inout ConfigurationReader) {
    checkNames(&reader)
    let named = namedRouters(&reader)
    for index in listeners.indices {
      guard let proxy = listeners[index].proxy else { continue }
      guard !proxy.routerConfigName.isEmpty else {
        listeners[index].virtualHosts = proxy.virtualHosts
        continue
      }
      let name = proxy.routerConfigName
      if let router = named[name] {
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

extension ServerConfiguration {
  /// Routes by their name. Listeners share names: of equal ones the last counts, and the server's routers come after
  /// all connection_managers.
  private func namedRouters(_ reader: inout ConfigurationReader) -> [String: RouterConfiguration] {
    var named: [String: RouterConfiguration] = [:]
    for router in listeners.flatMap(\.routers) + routers where !router.routerConfigName.isEmpty {
      if let earlier = named.updateValue(router, forKey: router.routerConfigName) {
        reader.report(
          .warning, "\(router.path).router_config_name",
          "duplicate router \(router.routerConfigName): it replaces the one at \(earlier.path)")
      }
    }
    return named
  }

  /// A name belongs to one listener and so does an address; what stands twice under both replaces what was before.
  private mutating func checkNames(_ reader: inout ConfigurationReader) {
    var named: [String: Int] = [:]
    var replaced: Set<Int> = []
    for (index, listener) in listeners.enumerated() {
      guard let earlier = named.updateValue(index, forKey: listener.name) else { continue }
      if listeners[earlier].address == listener.address {
        replaced.insert(earlier)
        reader.report(
          .warning, listener.path,
          "duplicate listener \(listener.name): it replaces the one at \(listeners[earlier].path)")
      } else {
        reader.report(
          .error, "\(listener.path).address",
          "listen address and listen name doesn't match: \(listeners[earlier].path) is called \(listener.name) too"
        )
      }
    }
    listeners = listeners.enumerated().filter { !replaced.contains($0.offset) }.map(\.element)
    var places: [NetworkAddress: String] = [:]
    for listener in listeners where listener.bindPort {
      guard let address = listener.networkAddress, address.port != 0 else { continue }
      if let earlier = places.updateValue(listener.path, forKey: address) {
        reader.report(
          .error, "\(listener.path).address",
          "\(address) is the address of \(earlier) too: it cannot be bound twice")
      }
    }
  }
}

extension ListenerConfiguration {
  fileprivate var routers: [RouterConfiguration] {
    (filterChains.first?.filters ?? []).compactMap {
      if case .connectionManager(let router) = $0.content { router } else { nil }
    }
  }
}

extension MosnConfiguration {
  /// Routes to clusters that do not exist.
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
      if let proxy = listener.tcpProxy, let name = proxy.destination, !names.contains(name) {
        reader.report(
          .warning, proxy.destinationPath, "there is no cluster \(name): \(ListenerConfiguration.dead)",
          suggestion: Suggestion.nearest(to: name, among: Array(some)))
      }
      if listener.tcpProxy != nil { checkRelay(listener, &reader) }
    }
  }

  /// What a listener with the tcp_proxy filter and its cluster say that is for requests here and for connections, too,
  /// in MOSN.
  private func checkRelay(_ listener: ListenerConfiguration, _ reader: inout ConfigurationReader) {
    if !listener.accessLogs.isEmpty {
      reader.report(.warning, "\(listener.path).access_logs", "tcp_proxy leaves no lines")
    }
    if let time = listener.connectionIdleTimeout, time > .zero {
      reader.report(
        .warning, "\(listener.path).connection_idle_timeout", "tcp_proxy closes no connection for silence")
    }
    guard let cluster = listener.tcpProxy?.destination.flatMap({ cluster(named: $0) }) else { return }
    if cluster.loadBalancer != .random, cluster.hosts.count > 1 {
      reader.report(
        .warning, "\(cluster.path).lb_type", "tcp_proxy chooses by chance, and each host alike")
    }
    if cluster.healthCheck?.protocolName != nil {
      reader.report(.warning, "\(cluster.path).health_check", "tcp_proxy chooses hosts that are down, too")
    }
    if !cluster.circuitBreakers.isEmpty {
      reader.report(.warning, "\(cluster.path).circuit_breakers", "connections of tcp_proxy are not counted")
    }
  }
}
