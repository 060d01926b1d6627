import Glibc
import MosnConfig
import NIOCore
import NIOPosix

/// The administration interface: HTTP/1.1, `GET /metrics` (or `/stats`) and nothing else. There is none unless the
/// configuration asks for it.
struct AdminInterface: Sendable {
  private let channel: any Channel

  /// Listens when it returns.
  static func open(at address: NetworkAddress, workers: WorkerGroup) throws(DaemonError) -> AdminInterface {
    do {
      let socketAddress = try SocketAddress.makeAddressResolvingHost(address.host, port: Int(address.port))
      let bootstrap = ServerBootstrap(group: workers.group)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .childChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(AdminRequest(figures: workers.figures))
          }
        }
      return AdminInterface(channel: try bootstrap.bind(to: socketAddress).wait())
    } catch {
      let number = (error as? IOError)?.errnoCode ?? EADDRNOTAVAIL
      throw .listener(name: "admin", address: "\(address)", errno: number)
    }
  }

  var address: String { channel.localAddress.text }

  func close() { channel.close(promise: nil) }
}
