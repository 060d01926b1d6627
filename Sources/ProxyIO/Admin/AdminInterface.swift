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
            try channel.pipeline.syncOperations.addHandler(AdminRequest(workers))
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

/// One request, one answer, and the connection is over.
private final class AdminRequest: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// Longer heads are not waited for.
  private static let longestHead = 8192
  private let workers: WorkerGroup
  private var head: [UInt8] = []
  private var isAnswered = false

  init(_ workers: WorkerGroup) {
    self.workers = workers
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isAnswered else { return }
    head += unwrapInboundIn(data).readableBytesView
    let text = String(decoding: head, as: UTF8.self)
    if text.contains("\r\n\r\n") {
      isAnswered = true
      answer(text, context)
    } else if head.count > Self.longestHead {
      context.close(promise: nil)
    }
  }

  private func answer(_ head: String, _ context: ChannelHandlerContext) {
    let words = head.prefix { $0 != "\r\n" }.split(separator: " ")
    let path = words.count > 1 ? words[1].prefix { $0 != "?" } : ""
    guard words.first == "GET", ["/metrics", "/stats"].contains(path) else {
      return send("404 Not Found", "GET /metrics\n", context)
    }
    workers.figures(on: context.eventLoop).assumeIsolated().whenSuccess {
      self.send("200 OK", $0.text, context)
    }
  }

  private func send(_ status: String, _ body: String, _ context: ChannelHandlerContext) {
    let text = """
      HTTP/1.1 \(status)\r
      Content-Type: text/plain; version=0.0.4\r
      Content-Length: \(body.utf8.count)\r
      Connection: close\r
      \r
      \(body)
      """
    Lingering(context: context).start(last: ByteBuffer(string: text))
  }
}
