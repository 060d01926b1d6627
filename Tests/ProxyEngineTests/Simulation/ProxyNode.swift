import MosnConfig
import ProxyEngine

/// An edge for one engine over the simulated network: what ProxyIO does with sockets.
final class ProxyNode: Peer {
  let network: SimulatedNetwork
  private(set) var proxy: Proxy
  private(set) var events: [ProxyEvent] = []
  private(set) var records: [AccessRecord] = []
  /// The most bytes the engine ever held.
  private(set) var mostBuffered = 0
  /// Hears of all that the engine does.
  var trace: Trace?
  private var links: [ConnectionID: Link] = [:]
  private var ids: [ObjectIdentifier: ConnectionID] = [:]
  private var wake: UInt64?
  /// What connects fail for is this side's own doing.
  var lacksDescriptors = false

  init(
    _ network: SimulatedNetwork, _ configuration: MosnConfiguration, limits: ProxyLimits = ProxyLimits(),
    seed: UInt64 = 7, reportsCalls: Bool = true, budget: ProcessBudget = ProcessBudget()
  ) {
    self.network = network
    proxy = Proxy(configuration: configuration, limits: limits, seed: seed, budget: budget)
    proxy.reportsCalls = reportsCalls
    for listener in configuration.server.listeners { listen(listener.name, at: listener.address) }
  }

  private func listen(_ name: String, at address: String) {
    network.listen(at: address) { [unowned self] link in
      if let id = proxy.accepted(on: name, remote: "client", local: address, at: network.now) {
        note(link, id)
      } else {
        network.after(0) { [self] in link.close(from: self) }
      }
      perform()
      return self
    }
  }

  private func note(_ link: Link, _ id: ConnectionID) {
    links[id] = link
    ids[ObjectIdentifier(link)] = id
  }

  // MARK: Peer

  func opened(_ link: Link) {
    guard link.near === self, let id = ids[ObjectIdentifier(link)] else { return }
    proxy.connected(id, local: "proxy", at: network.now)
    perform()
  }

  func receive(_ bytes: [UInt8], on link: Link) {
    guard let id = ids[ObjectIdentifier(link)] else { return }
    proxy.receive(bytes.span.bytes, on: id, at: network.now)
    perform()
  }

  func ended(_ link: Link) {
    guard let id = ids[ObjectIdentifier(link)] else { return }
    proxy.readClosed(id, at: network.now)
    perform()
  }

  func closed(_ link: Link, failure: String?) {
    guard let id = ids.removeValue(forKey: ObjectIdentifier(link)) else { return }
    links[id] = nil
    if failure == "refused" {
      proxy.connectFailed(
        id, reason: "refused", timedOut: false, isOurs: lacksDescriptors, at: network.now)
    } else {
      proxy.closed(id, failure: failure, at: network.now)
    }
    perform()
  }

  // MARK: Control

  func drain() {
    proxy.drain(at: network.now)
    perform()
  }

  func apply(_ configuration: MosnConfiguration) {
    proxy.apply(configuration, at: network.now)
    for listener in configuration.server.listeners { listen(listener.name, at: listener.address) }
    perform()
  }

  func setWritable(_ isWritable: Bool, _ isMeant: (ConnectionID) -> Bool) {
    for id in links.keys.filter(isMeant).sorted(by: { $0.slot < $1.slot }) {
      proxy.writable(id, isWritable, at: network.now)
    }
    perform()
  }

  func setHealth(_ address: String, _ isHealthy: Bool) {
    guard let host = NetworkAddress(address) else { return }
    proxy.setHealth(cluster: "c", host: host, isHealthy: isHealthy, at: network.now)
  }

  // MARK: The turn

  private func perform() {
    var actions: [ProxyAction] = []
    repeat {
      proxy.takeActions(into: &actions)
      for action in actions {
        trace?.note(action, at: network.now)
        perform(action)
      }
    } while !actions.isEmpty
    var more: [ProxyEvent] = []
    proxy.takeEvents(into: &more)
    for event in more {
      trace?.note(event, at: network.now)
      if case .ended(let record) = event { records.append(record) } else { events.append(event) }
    }
    mostBuffered = max(mostBuffered, proxy.bufferedBytes)
    setTimer()
  }

  private func perform(_ action: ProxyAction) {
    switch action {
    case .connect(let id, let destination):
      let link = network.connect(to: destination.address.description, self)
      note(link, id)
      network.after(destination.timeout) { [self] in
        guard links[id] === link, link.far == nil else { return }
        ids[ObjectIdentifier(link)] = nil
        links[id] = nil
        proxy.connectFailed(id, reason: "timeout", timedOut: true, at: network.now)
        perform()
      }
    case .write(let id):
      proxy.withOutput(of: id) { span in
        let bytes = span.withUnsafeBytes { Array($0) }
        trace?.note(bytes)
        links[id]?.send(bytes, from: self)
      }
    case .close(let id, let closing):
      guard let link = links.removeValue(forKey: id) else { return }
      ids[ObjectIdentifier(link)] = nil
      switch closing {
      case .afterFlush: link.close(from: self)
      case .abortive: link.reset(from: self)
      }
    case .pauseReading(let id): links[id]?.pause(self, true)
    case .resumeReading(let id): links[id]?.pause(self, false)
    case .measure(let id): proxy.unflushed(unflushed[id] ?? 0, on: id, at: network.now)
    case .relieve: others.forEach { $0.relieve() }
    }
  }

  private func setTimer() {
    guard let due = proxy.nextWake, due < wake ?? .max else { return }
    wake = due
    network.after(max(due, network.now) - network.now) { [self] in
      wake = nil
      proxy.tick(at: network.now)
      perform()
    }
  }

  /// What sockets that are not writable still have to take, when they are asked.
  private var unflushed: [ConnectionID: Int] = [:]

  func leavesUnflushed(_ bytes: Int, on id: ConnectionID) { unflushed[id] = bytes }

  /// A write left it not writable.
  func leaveUnflushed(_ bytes: Int, on id: ConnectionID) {
    unflushed[id] = bytes
    proxy.unflushed(bytes, on: id, at: network.now)
    perform()
  }

  /// Those whose engines belong to the same process.
  var others: [ProxyNode] = []

  private func relieve() {
    network.after(1_000) { [self] in
      proxy.relieve(at: network.now)
      perform()
    }
  }

  var isDrained: Bool { proxy.isDrained }

  /// What is left of calls, in words; empty when nothing is.
  var leftovers: String {
    var left: [String] = []
    if proxy.calls != 0 { left.append("\(proxy.calls) calls") }
    if proxy.bufferedBytes != 0 { left.append("\(proxy.bufferedBytes) bytes") }
    let connections = proxy.downstreamConnections + proxy.upstreamConnections
    if proxy.timers > connections { left.append("\(proxy.timers) timers for \(connections) connections") }
    return left.joined(separator: ", ")
  }
}
