import Glibc
import MosnConfig
import NIOCore
import NIOPosix
import Synchronization

/// The administration interface: HTTP/1.1, `GET /metrics` (or `/stats`) and nothing else. There is none unless the
/// configuration asks for it.
struct AdminInterface: Sendable {
  private let channel: any Channel

  /// Listens when it returns.
  static func open(
    at address: NetworkAddress, workers: WorkerGroup, process: ProcessFigures
  ) throws(DaemonError) -> AdminInterface {
    do {
      let socketAddress = try SocketAddress.makeAddressResolvingHost(address.host, port: Int(address.port))
      let bootstrap = ServerBootstrap(group: workers.group)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .serverChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(
              AcceptPause { _ in
                process.descriptorShortages.add(1, ordering: .relaxed)
                return EdgeLimits.defaultAcceptPause
              })
          }
        }
        .childChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(
              AdminRequest { loop in workers.figures(on: loop).map { $0 + Figures(process) } })
          }
        }
      return AdminInterface(channel: try bootstrap.bind(to: socketAddress).wait())
    } catch {
      let number = (error as? IOError)?.errnoCode ?? EADDRNOTAVAIL
      throw .listener(name: "admin", address: "\(address)", errno: number)
    }
  }

  var address: String { channel.localAddress.text }

  func close() { try? channel.close().wait() }
}
