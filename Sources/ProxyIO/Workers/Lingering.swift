import NIOCore
import ProxyEngine

/// The end of a connection whose last bytes matter: flush, send FIN, and wait a little for the peer's.
///
/// Closing at once would drop what is unsent, and would answer bytes still on their way with a reset, upon which the
/// peer may lose the answer it has not read yet.
struct Lingering {
  /// How long the peer may take to read what was written.
  static let flushTime = TimeAmount.nanoseconds(Int64(ProxyLimits().flushTime))
  /// How long we wait for the peer's FIN after ours.
  static let finTime = TimeAmount.seconds(1)

  let context: ChannelHandlerContext
  var flushTime = Self.flushTime

  /// - Parameter last: to be sent before the end.
  func start(last: ByteBuffer = ByteBuffer()) {
    let context = context
    let channel = context.channel
    let flushed = channel.eventLoop.makePromise(of: Void.self)
    let limit = channel.eventLoop.assumeIsolated().scheduleTask(in: flushTime) { channel.close(promise: nil) }
    flushed.futureResult.assumeIsolated().whenComplete { result in
      limit.cancel()
      guard case .success = result else { return channel.close(promise: nil) }
      shutDown(channel)
    }
    context.writeAndFlush(NIOAny(last), promise: flushed)
  }

  private func shutDown(_ channel: any Channel) {
    guard channel.isActive else { return }
    // Reading has to go on for the peer's FIN to be seen.
    try? channel.syncOptions?.setOption(.autoRead, value: true)
    channel.close(mode: .output).assumeIsolated().whenFailure { _ in channel.close(promise: nil) }
    let limit = channel.eventLoop.scheduleTask(in: Self.finTime) { channel.close(promise: nil) }
    channel.closeFuture.whenComplete { _ in limit.cancel() }
  }
}
