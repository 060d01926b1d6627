// Servers: choosing one, connecting, and handing its connections to the calls that wait.

enum Lease {
  case connection(ConnectionID)
  case waits
  case nowhere(ProxyError.Cause)
}

extension Proxy {
  /// Where a call goes: a connection that takes it, a place among those that wait for one, or nowhere. Whoever asks sees to
  /// what that means for the call.
  mutating func lease(_ call: ExchangeID) -> Lease {
    guard let hosts = exchanges[call].hosts else { return .nowhere(.noPushTarget) }
    guard let host = hosts.pick(avoiding: exchanges[call].tried, at: now, &random) else {
      return .nowhere(hosts.isEmpty ? .noHost : .noHealthyHost)
    }
    exchanges[call].choose(host)
    let pool = host.pool(exchanges[call].calleeKind)
    if pool.pending == 0, let connection = pool.available(connections, peers, above: limits.highWater) {
      return .connection(connection)
    }
    return wait(call, pool, host, hosts.cluster)
  }

  /// The call waits, unless there is nothing to wait for.
  private mutating func wait(_ call: ExchangeID, _ pool: Pool, _ host: Host, _ cluster: Cluster) -> Lease {
    guard takePlace(in: pool, cluster) || makeRoom(for: call, in: pool) && takePlace(in: pool, cluster)
    else { return .nowhere(.tooManyPending) }
    pool.enter(call, &exchanges)
    connect(host, cluster, exchanges[call].calleeKind)
    return pool.connections.isEmpty ? .nowhere(.tooManyConnections) : .waits
  }

  /// Whether one more call may wait.
  private func takePlace(in pool: Pool, _ cluster: Cluster) -> Bool {
    pool.pending < limits.pendingCallsPerHost
      && cluster.load.pending.begin(most: cluster.breaker.maxPendingRequests)
  }

  /// Whoever has most calls waiting gives up the last of them, if that is not the caller himself.
  private mutating func makeRoom(for call: ExchangeID, in pool: Pool) -> Bool {
    guard let last = pool.lastOfMost(besides: exchanges[call].caller, exchanges) else { return false }
    receive(.stopped(.tooManyPending), for: last)
    return true
  }

  /// The call is sent or waits from here on, which the circuit breaker counts; false: one too many, and it is over.
  mutating func admit(_ call: ExchangeID) -> Bool {
    guard let cluster = exchanges[call].hosts?.cluster else { return true }
    guard cluster.load.calls.begin(most: cluster.breaker.maxRequests) else {
      receive(.stopped(.tooManyRequests), for: call)
      return false
    }
    exchanges[call].count(in: cluster.load)
    return true
  }

  /// One more connection to the host, if there is not one on its way and another is allowed.
  mutating func connect(_ host: Host, _ cluster: Cluster, _ kind: PeerKind) {
    let pool = host.pool(kind)
    guard !pool.isConnecting(connections, peers), pool.lasting(connections) < limits.connectionsPerHost,
      takeConnection(cluster, isFirst: pool.connections.isEmpty)
    else { return }
    let (now, peer) = (now, peers.make(.opening, isServer: true, limits))
    let connection = connections.insert { id in
      Connection(
        id, .upstream(host, cluster), .connecting, peer,
        // Known from here on, so that the pool finds it again; spoken once it is open.
        kind.wire, remote: host.address.description, at: now)
    }
    pool.add(connection)
    events.append(.connecting(connection, cluster: cluster.name, host.address))
    actions.append(
      .connect(
        connection,
        ProxyAction.Destination(
          cluster: cluster.name, address: host.address, tls: host.tls, speaksHTTP2: kind.isOfferedAsH2,
          timeout: cluster.connectTimeout)))
  }

  /// Whether the circuit breaker lets one more connection be made. Without any an event loop could serve nobody.
  private func takeConnection(_ cluster: Cluster, isFirst: Bool) -> Bool {
    if cluster.load.connections.begin(most: cluster.breaker.maxConnections) { return true }
    guard isFirst, budget.process.isShared, !cluster.isConnected else { return false }
    cluster.load.connections.begin()
    return true
  }

  mutating func opened(_ connection: ConnectionID) {
    guard case .upstream(let host, let cluster) = connections[connection].role else { return }
    connections[connection].open(at: now)
    greet(connection)
    events.append(
      .connected(
        connection, cluster: cluster.name, host.address, duration: now &- connections[connection].began))
    if peers.isReady(connections[connection].peer) { welcome(host, cluster) }
    touch(connection)
    serve(connection)
  }

  /// A connection to the host is of use: at once, or when the server has said what it takes.
  mutating func welcome(_ host: Host, _ cluster: Cluster) {
    if host.connectSucceeded() { events.append(.hostReturned(cluster: cluster.name, host.address)) }
  }

  mutating func failConnect(
    _ connection: ConnectionID, reason: String, _ cause: ProxyError.Cause, isOurs: Bool = false
  ) {
    guard case .upstream(let host, let cluster) = connections[connection].role else { return }
    connections[connection].end()
    closing.append(connection)
    events.append(.connectFailed(connection, cluster: cluster.name, host.address, reason: reason))
    let pool = host.pool(connections[connection].kind)
    pool.remove(connection)
    refuseWaiting(pool, host, cluster, cause, isOurs: isOurs)
  }

  /// A connection did not come to be: those that wait, unless there is another, need not wait for it.
  mutating func refuseWaiting(
    _ pool: Pool, _ host: Host, _ cluster: Cluster, _ cause: ProxyError.Cause, isOurs: Bool = false
  ) {
    if !isOurs, host.connectFailed(at: now, limits) {
      events.append(.hostEjected(cluster: cluster.name, host.address, for: limits.ejectionTime))
    }
    guard pool.lasting(connections) == 0 else { return }
    // All that wait now; who comes back to this host waits for the next attempt.
    for _ in 0..<pool.pending {
      guard let call = pool.takeFirst(&exchanges) else { return }
      receive(.refused(cause), for: call)
    }
  }

  /// Calls that waited take what there is, and another connection is made for those that go on waiting.
  mutating func serve(_ connection: ConnectionID) {
    guard case .upstream(let host, let cluster) = connections[connection].role else { return }
    let pool = host.pool(connections[connection].kind)
    guard pool.pending > 0 else { return }
    while connections[connection].takesCall(peers, above: limits.highWater),
      let call = pool.takeFirst(&exchanges)
    {
      sendKept(call, on: connection)
    }
    if pool.pending > 0 { connect(host, cluster, connections[connection].kind) }
  }

  /// A connection takes no new calls and ends with those it has.
  mutating func retire(_ connection: ConnectionID) {
    guard connections[connection].retire() else { return }
    events.append(.draining(connection))
    touch(connection)
    guard case .upstream(let host, let cluster) = connections[connection].role else { return }
    if host.pool(connections[connection].kind).pending > 0 {
      connect(host, cluster, connections[connection].kind)
    }
  }

  /// The call runs over this connection, under this key.
  mutating func bind(_ call: ExchangeID, to connection: ConnectionID, key: UInt32) {
    exchanges[call].bind(to: connection, key: key)
    connections[connection].enter(call, key)
    receive(.sent, for: call)
    count(call, on: connection)
  }

  /// One more call was carried: for wear, push and reports.
  mutating func count(_ call: ExchangeID, on connection: ConnectionID) {
    connections[connection].carry(for: exchanges[call].caller)
    touch(connection)
    guard case .upstream(let host, let cluster) = connections[connection].role else { return }
    if reportsCalls {
      events.append(
        .upstreamChosen(
          streamID: exchanges[call].number, upstream: connection, cluster: cluster.name, host.address))
    }
    let most = cluster.requestsPerConnection
    if most > 0 && connections[connection].carried >= most || peers.isUsedUp(connections[connection].peer) {
      retire(connection)
    }
  }
}
