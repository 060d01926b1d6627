import NIOCore

/// Looks at the first byte of a connection to a listener with `inspector`: a TLS handshake record (0x16), which
/// neither bolt nor HTTP/2 begins with, or plain text.
final class TLSInspector: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  /// RFC 8446 §5.1.
  static let handshakeRecord: UInt8 = 0x16

  /// Sent on instead of a handshake's end.
  struct PlainText {}

  private let tls: TLSServer

  init(_ tls: TLSServer) {
    self.tls = tls
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let bytes = unwrapInboundIn(data)
    guard let first = bytes.getInteger(at: bytes.readerIndex, as: UInt8.self) else { return }
    let pipeline = context.pipeline.syncOperations
    do {
      if first == Self.handshakeRecord {
        try pipeline.addHandlers(tls.handlers(for: context.channel), position: .after(self))
      } else {
        context.fireUserInboundEventTriggered(PlainText())
      }
    } catch {
      return context.close(promise: nil)
    }
    context.fireChannelRead(wrapInboundOut(bytes))
    pipeline.removeHandler(context: context, promise: nil)
  }
}
