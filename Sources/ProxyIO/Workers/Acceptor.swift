import Glibc
import MosnConfig
import NIOCore
import NIOPosix

/// A listening socket. Its connections go to the workers in turn, and belong to the listener that has the address
/// when they come.
struct Acceptor {
  let address: NetworkAddress
  let channel: any Channel

  /// Listens when it returns.
  static func open(
    _ listener: ListenerConfiguration, at address: NetworkAddress, workers: WorkerGroup
  ) throws(DaemonError) -> Acceptor {
    let plain = ServerBootstrap(group: workers.group)
    // Connections have what their listening socket has.
    let bootstrap = SocketOptions.keepAlive.reduce(plain) { $0.serverChannelOption($1.0, value: $1.1) }
      .serverChannelOption(.backlog, value: SocketOptions.backlog)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .serverChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let worker = try workers.worker(of: channel)
          let pause = AcceptPause { error in
            let pause = worker.settings.limits.acceptPause
            worker.descriptors.noteShortage(
              worker.settings.log,
              "cannot accept on \(address): \(SocketFailure.text(error)); accepting pauses for "
                + "\(Duration(nanoseconds: UInt64(pause.nanoseconds))) (limits.accept_pause)")
            return pause
          }
          try channel.pipeline.syncOperations.addHandler(pause)
        }
      }
      .childChannelOption(.maxMessagesPerRead, value: 1)
      .childChannelOption(.recvAllocator, value: SocketOptions.receiveAllocator)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try workers.worker(of: channel).adopt(channel, from: address)
        }
      }
    do {
      // Nothing before the colon is every address, of both families.
      let host = address.host.isEmpty ? "::" : address.host
      let socketAddress = try SocketAddress.makeAddressResolvingHost(host, port: Int(address.port))
      return Acceptor(address: address, channel: try bootstrap.bind(to: socketAddress).wait())
    } catch let error as IOError {
      throw .listener(name: listener.name, address: "\(address)", errno: error.errnoCode)
    } catch {
      throw .listener(name: listener.name, address: "\(address)", errno: EADDRNOTAVAIL)
    }
  }

  /// No connection is accepted any more when it returns.
  func close() {
    try? channel.close().wait()
  }
}

extension Worker {
  /// Sets up the pipeline of a client's connection.
  fileprivate func adopt(_ channel: any Channel, from address: NetworkAddress) throws {
    let pipeline = channel.pipeline.syncOperations
    let listener = settings.listenerNames[address] ?? ""
    let edge = settings.listeners[listener]
    let descriptor = try pipeline.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) { $0 }
    if let descriptor, !descriptors.admits(descriptor) {
      descriptors.noteShortage(
        edge?.log ?? settings.log,
        "refused connection from \(channel.remoteAddress.text) on \(listener): too few descriptors are left (limits.descriptor_share)"
      )
      throw IOError(errnoCode: EMFILE, reason: "accept")
    }
    if let tls = edge?.tls {
      if edge?.inspector == true {
        try pipeline.addHandler(TLSInspector(tls))
      } else {
        try pipeline.addHandlers(tls.handlers(for: channel))
      }
    } else {
      try channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: true)
    }
    if let destination = edge?.tcp {
      try relay(channel, to: destination, listener: listener, awaitsHandshake: edge?.tls != nil)
    } else {
      try pipeline.addHandler(Connection(self, listener: listener, awaitsHandshake: edge?.tls != nil))
    }
  }
}
