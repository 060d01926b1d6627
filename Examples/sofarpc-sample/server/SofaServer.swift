import BoltCodec
import Glibc
import NIOCore
import NIOPosix

/// A SOFA server in small: answers each bolt request with status 0 and the header map and content it received.
///
/// Usage: sofarpc-server [PORT]; 8080 unless told, 0 for any.
@main
enum SofaServer {
  static func main() throws {
    let port = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 8080
    let server = try ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Calls()) }
      }
      .bind(host: "127.0.0.1", port: port).wait()
    say("[RPC Server] listening on 127.0.0.1:\(server.localAddress?.port ?? port)")
    try server.closeFuture.wait()
  }
}

/// The calls of one connection.
private final class Calls: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private var decoder = BoltDecoder()
  private var peer = "-"

  func channelActive(context: ChannelHandlerContext) {
    peer = "\(context.remoteAddress?.ipAddress ?? "-"):\(context.remoteAddress?.port ?? 0)"
    say("[RPC Server] get connection : \(peer)")
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let bytes = unwrapInboundIn(data)
    decoder.append(bytes.readableBytesSpan)
    var answers: [UInt8] = []
    do {
      while let frame = try decoder.next() { try answer(frame, into: &answers) }
    } catch {
      say("[RPC Server] \(peer): \(error)")
      context.close(promise: nil)
    }
    if !answers.isEmpty { context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: answers)), promise: nil) }
  }

  private func answer(_ frame: BoltFrame, into answers: inout [UInt8]) throws {
    switch frame.kind {
    case .heartbeat: try BoltEncoder.encode(BoltMessage(.heartbeatAck(to: frame.head)), into: &answers)
    case .request:
      let request = try BoltMessage(frame, in: decoder.bytes)
      let answer = BoltMessage(
        .response(to: request.head), className: request.className, headers: request.headers,
        content: request.content)
      try BoltEncoder.encode(answer, into: &answers)
      say("[RPC Server] response connection: \(peer), requestId: \(frame.id)")
    default: break
    }
  }
}

/// A line on standard output, at once, whatever that is.
private func say(_ line: String) {
  var line = line + "\n"
  line.withUTF8 { _ = write(STDOUT_FILENO, $0.baseAddress, $0.count) }
}
