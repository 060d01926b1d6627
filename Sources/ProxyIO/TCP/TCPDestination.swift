import MosnConfig
import NIOCore
import NIOPosix

/// Where the connections of a listener with the `tcp_proxy` filter go: to the hosts of the cluster that it names, by
/// chance.
struct TCPDestination: Sendable {
  let cluster: ClusterConfiguration

  /// Nil when the listener has no such filter, or its cluster is not there.
  init?(_ listener: ListenerConfiguration, in configuration: MosnConfiguration) {
    guard let name = listener.tcpProxy?.destination,
      let cluster = configuration.cluster(named: name)
    else { return nil }
    self.cluster = cluster
  }
}

extension Worker {
  /// Sets up a client's connection as one end of a relay.
  func relay(_ channel: any Channel, to destination: TCPDestination, listener: String, awaitsHandshake: Bool)
    throws
  {
    let log = settings.listeners[listener]?.log ?? settings.log
    let address = channel.remoteAddress
    let remote = address.text
    let place = RelayPlace()
    let client = TCPRelay(awaitsHandshake: awaitsHandshake) {
      if let client = place.client { self.connect(client, to: destination, remote: remote, log) }
    } fail: { error in
      let level = SocketFailure.isEnd(error) ? LogLevel.info : .warn
      self.refused(address, on: listener, SocketFailure.text(error), level)
    }
    place.client = client
    log.write(.info, "accepted connection from \(remote) on \(listener) (tcp_proxy)")
    try channel.pipeline.syncOperations.addHandler(client)
  }

  private func connect(_ client: TCPRelay, to destination: TCPDestination, remote: String, _ log: Log) {
    let cluster = destination.cluster
    guard let host = cluster.hosts.compactMap(\.networkAddress).randomElement() else {
      log.write(.warn, "no host in \(cluster.name) for \(remote)")
      return client.close()
    }
    let server = TCPRelay()
    let (tls, failure) = tlsClient(of: cluster, host: host)
    if let failure {
      log.write(.warn, "cannot connect to \(host) (\(cluster.name)): \(failure)")
      return client.close()
    }
    let box = NIOLoopBound(server, eventLoop: loop)
    let attempt = ClientBootstrap(group: loop)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelOption(.allowRemoteHalfClosure, value: tls == nil)
      .connectTimeout(.nanoseconds(cluster.connectTimeout.rawValue))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try tls?.addHandler(to: channel.pipeline.syncOperations)
          try channel.pipeline.syncOperations.addHandler(box.value)
        }
      }
      .connect(host: host.host, port: Int(host.port))
    attempt.assumeIsolated().whenComplete { result in
      switch result {
      case .success:
        log.write(.debug, "\(remote) is relayed to \(host) (\(cluster.name))")
        client.join(server)
      case .failure(let error):
        if Descriptors.isShortage(error) {
          self.descriptors.noteShortage(log, "cannot connect to \(host)")
        }
        log.write(.warn, "cannot connect to \(host) (\(cluster.name)): \(SocketFailure.text(error))")
        client.close()
      }
    }
  }

  private func tlsClient(
    of cluster: ClusterConfiguration, host: NetworkAddress
  ) -> (client: TLSClient?, failure: DaemonError?) {
    guard let tls = cluster.tls, tls.isEnabled else { return (nil, nil) }
    do throws(DaemonError) {
      return (try settings.tlsClients.client(tls, speaksHTTP2: false, host: host.host), nil)
    } catch {
      return (nil, error)
    }
  }
}

/// Where a relay's first act finds it.
private final class RelayPlace {
  weak var client: TCPRelay?
}
