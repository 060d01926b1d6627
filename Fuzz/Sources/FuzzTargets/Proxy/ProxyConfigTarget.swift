import MosnConfig
import ProxyEngine

extension FuzzTarget {
  static let proxyConfig = FuzzTarget(
    "proxy-config",
    "a configuration file: what is accepted runs, each call has one answer or its connection an end, and nothing is left",
    longestInput: 8192
  ) { text in
    let budget = TimeBudget(bytes: 10 * text.count)
    guard let configuration = MosnConfig.parse(text).configuration else { return }
    let town = ProxyTown(configuration)
    defer { town.network.end() }
    town.run()
    try town.check()
    try budget.check()
  }
}

/// A proxy as a stranger configured it, clients of both protocols at its listeners, and echoes at its hosts.
private final class ProxyTown {
  let network = SimulatedNetwork(random: InputRandom(seed: []))
  private let node: ProxyNode
  private let configuration: MosnConfiguration
  private var callees: [ProxyCallee] = []
  private var callers: [ProxyCaller] = []
  /// A host is one of the listeners: the proxy is its own client, and stays it.
  private var isItsOwnHost = false

  init(_ configuration: MosnConfiguration) {
    self.configuration = configuration
    node = ProxyNode(network, configuration)
    let isHTTP2 =
      configuration.server.listeners.first?.proxy?.upstreamProtocol.names.contains(.http2) ?? false
    let listening = Set(configuration.server.listeners.map(\.address))
    for cluster in configuration.clusterManager.clusters.prefix(4) {
      for host in cluster.hosts.prefix(3) where !listening.contains(host.address) {
        callees.append(ProxyCallee(isHTTP2: isHTTP2, network, at: host.address))
      }
      if cluster.hosts.contains(where: { listening.contains($0.address) }) { isItsOwnHost = true }
    }
  }

  func run() {
    for listener in configuration.server.listeners.prefix(3) where listener.proxy != nil {
      for isHTTP2 in [false, true] {
        let caller = ProxyCaller(
          "\(isHTTP2 ? "HTTP/2" : "bolt") at \(listener.name)", isHTTP2: isHTTP2, network,
          at: listener.address)
        callers.append(caller)
        for padding in [0, 500] { caller.call(padding: padding) }
        caller.call(service: "other", padding: 10, timeout: 200)
      }
    }
    network.run(milliseconds: 2_000)
    // The same again: what runs on is what was.
    node.apply(configuration)
    for caller in callers { caller.call(padding: 1) }
    for _ in 0..<20 where node.proxy.calls > 0 { network.run(milliseconds: 10_000) }
    network.run(milliseconds: 100)
  }

  func check() throws {
    // A route may allow a call more time than passes here.
    let isOver = node.proxy.calls == 0
    for caller in callers {
      for call in caller.calls {
        let outcome = caller.outcome(of: call).outcome
        if case .wrong(let what) = outcome {
          throw FuzzFailure(description: "\(caller.name): \(call.text.prefix(30)): \(what)")
        }
        try expect(
          outcome != .pending || caller.isClosed || !isOver,
          "\(caller.name): \(call.text.prefix(30)): no answer")
      }
      caller.leave()
    }
    network.run(milliseconds: 10)
    for callee in callees { callee.die() }
    network.run(milliseconds: 10_000)
    guard !isItsOwnHost else { return }
    try expect(node.proxy.downstreamConnections == 0, "\(node.proxy.downstreamConnections) clients are left")
    try expect(node.proxy.upstreamConnections == 0, "\(node.proxy.upstreamConnections) servers are left")
    try expect(node.leftovers.isEmpty, "left: \(node.leftovers)")
  }
}
