import BoltCodec
import H2Codec
import MosnConfig

// Servers: choosing one, connecting, and handing its connections to the calls that wait.

extension Proxy {
  /// A connection for a call; nil when it waits for one, or failed.
  mutating func lease(_ call: Exchange) -> Connection? {
    guard let hosts = call.hosts else { return nil }
    guard let host = hosts.pick(avoiding: call.tried, at: now, &random) else {
      receive(.stopped(hosts.isEmpty ? .noHost : .noHealthyHost), for: call)
      return nil
    }
    call.choose(host)
    let pool = host.pool(http2: call.calleeIsHTTP2)
    if pool.pending == 0, let connection = pool.available(limits) { return connection }
    return wait(call, pool, host, hosts.cluster)
  }

  /// The call waits, unless there is nothing to wait for.
  private mutating func wait(
    _ call: Exchange, _ pool: Pool, _ host: Host, _ cluster: Cluster
  ) -> Connection? {
    guard pool.pending < limits.pendingCallsPerHost, cluster.load.pending < cluster.breaker.maxPendingRequests
    else {
      receive(.stopped(.tooManyPending), for: call)
      return nil
    }
    pool.enter(call)
    connect(host, cluster, http2: call.calleeIsHTTP2)
    if pool.connections.isEmpty { receive(.stopped(.tooManyConnections), for: call) }
    return nil
  }

  /// One more connection to the host, if there is not one on its way and another is allowed.
  mutating func connect(_ host: Host, _ cluster: Cluster, http2: Bool) {
    let pool = host.pool(http2: http2)
    guard !pool.isConnecting, cluster.load.connections < cluster.breaker.maxConnections,
      pool.lasting < limits.connectionsPerHost
    else { return }
    let now = now
    let connection = connections.insert { slot, generation in
      Connection(
        ConnectionID(slot: slot, generation: generation), .upstream(host, cluster), .connecting,
        // Known from here on, so that the pool finds it again; spoken once it is open.
        http2 ? .http2 : .boltV1, remote: host.address.description, at: now)
    }
    pool.add(connection)
    events.append(.connecting(connection.id, cluster: cluster.name, host.address))
    actions.append(
      .connect(
        connection.id,
        ProxyAction.Destination(
          cluster: cluster.name, address: host.address, tls: host.tls, speaksHTTP2: http2,
          timeout: cluster.connectTimeout)))
  }

  mutating func opened(_ connection: Connection) {
    guard case .upstream(let host, let cluster) = connection.role else { return }
    connection.open(at: now)
    if connection.wire == .http2 { speak(.http2, on: connection) }
    events.append(
      .connected(
        connection.id, cluster: cluster.name, host.address, duration: now &- connection.began))
    if connection.wire != .http2 { welcome(host, cluster) }
    touch(connection)
    serve(connection)
  }

  /// A connection to the host is of use: in bolt at once, in HTTP/2 when the server's SETTINGS came.
  mutating func welcome(_ host: Host, _ cluster: Cluster) {
    if host.connectSucceeded() { events.append(.hostReturned(cluster: cluster.name, host.address)) }
  }

  mutating func failConnect(
    _ connection: Connection, reason: String, _ cause: ProxyError.Cause, isOurs: Bool = false
  ) {
    guard case .upstream(let host, let cluster) = connection.role else { return }
    connection.end()
    closing.append(connection)
    events.append(.connectFailed(connection.id, cluster: cluster.name, host.address, reason: reason))
    let pool = host.pool(http2: connection.wire == .http2)
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
    guard pool.lasting == 0 else { return }
    // All that wait now; who comes back to this host waits for the next attempt.
    for _ in 0..<pool.pending {
      guard let call = pool.takeFirst() else { return }
      receive(.refused(cause), for: call)
    }
  }

  /// Calls that waited take what there is, and another connection is made for those that go on waiting.
  mutating func serve(_ connection: Connection) {
    guard case .upstream(let host, let cluster) = connection.role else { return }
    let pool = host.pool(http2: connection.wire == .http2)
    guard pool.pending > 0 else { return }
    while connection.takesCall(limits), let call = pool.takeFirst() {
      sendKept(call, on: connection)
    }
    if pool.pending > 0 { connect(host, cluster, http2: connection.wire == .http2) }
  }

  /// A connection takes no new calls and ends with those it has.
  mutating func retire(_ connection: Connection) {
    guard connection.retire() else { return }
    events.append(.draining(connection.id))
    touch(connection)
    guard case .upstream(let host, let cluster) = connection.role else { return }
    if host.pool(http2: connection.isHTTP2).pending > 0 { connect(host, cluster, http2: connection.isHTTP2) }
  }

  /// The call runs over this connection, under this key.
  mutating func bind(_ call: Exchange, to connection: Connection, key: UInt32) {
    call.bind(to: connection.id, key: key)
    connection.enter(call, key)
    receive(.sent, for: call)
    count(call, on: connection)
  }

  /// One more call was carried: for wear, push and reports.
  mutating func count(_ call: Exchange, on connection: Connection) {
    connection.carry(for: call.caller)
    touch(connection)
    guard case .upstream(let host, let cluster) = connection.role else { return }
    if reportsCalls {
      events.append(
        .upstreamChosen(
          streamID: call.number, upstream: connection.id, cluster: cluster.name, host.address))
    }
    let most = cluster.requestsPerConnection
    if most > 0 && connection.carried >= most || connection.http2?.side.streamsLeft == 0 {
      retire(connection)
    }
  }
}
