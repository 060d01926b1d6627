import MosnConfig
import NIOCore
import NIOPosix
import ProxyEngine

/// Opens a connection to a host of a cluster.
struct Connector {
  let worker: Worker
  let destination: ProxyAction.Destination

  /// Ends in `connected` or `connectFailed` of the connection, within the destination's timeout.
  func connect(_ connection: Connection) {
    let loop = worker.loop.assumeIsolated()
    // Not before the engine has performed its other actions.
    guard !worker.isEnding else {
      return loop.execute { connection.connectFailed("stopping", timedOut: false, isOurs: true) }
    }
    let (tls, address) = (destination.tls, destination.address)
    let client: TLSClient?
    do throws(DaemonError) {
      client = try tls.map { tls throws(DaemonError) in
        try worker.settings.tlsClients.client(tls, speaksHTTP2: destination.speaksHTTP2, host: address.host)
      }
    } catch {
      return loop.execute { connection.connectFailed("\(error)", timedOut: false) }
    }
    let timeout = TimeAmount.nanoseconds(Int64(clamping: destination.timeout))
    let box = NIOLoopBound(connection, eventLoop: worker.loop)
    let plain = ClientBootstrap(group: worker.loop)
    let bootstrap = SocketOptions.keepAlive.reduce(plain) { $0.channelOption($1.0, value: $1.1) }
      .channelOption(.maxMessagesPerRead, value: 1)
      .channelOption(.recvAllocator, value: SocketOptions.receiveAllocator)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelOption(.allowRemoteHalfClosure, value: client == nil)
      .connectTimeout(timeout)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try client?.addHandler(to: channel.pipeline.syncOperations)
          try channel.pipeline.syncOperations.addHandler(box.value)
        }
      }
    if client != nil {
      loop.scheduleTask(in: timeout) {
        connection.connectFailed("the handshake took too long", timedOut: true)
      }
    }
    let attempt =
      if let socketAddress = try? SocketAddress(ipAddress: address.host, port: Int(address.port)) {
        bootstrap.connect(to: socketAddress)
      } else {
        bootstrap.connect(host: address.host, port: Int(address.port))
      }
    attempt.assumeIsolated().whenComplete { result in
      switch result {
      case .success: if client == nil { connection.connected() }
      case .failure(let error):
        if Descriptors.isShortage(error) {
          worker.descriptors.noteShortage(worker.settings.log, "cannot connect to \(address)")
        }
        connection.connectFailed(
          SocketFailure.text(error), timedOut: SocketFailure.isTimeout(error),
          isOurs: Descriptors.isShortage(error))
      }
    }
  }
}
