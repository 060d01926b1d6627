import NIOCore

/// Stops accepting for a moment when the system has no descriptor for another connection.
///
/// The connection stays in the listener's queue, which the kernel reports without end: without a pause the event loop
/// would do nothing else.
final class AcceptPause: ChannelInboundHandler {
  typealias InboundIn = any Channel

  private let note: (any Error) -> TimeAmount

  /// - Parameter note: is told why nothing could be accepted, and says how long to wait.
  init(note: @escaping (any Error) -> TimeAmount) { self.note = note }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard Descriptors.isShortage(error) else { return context.fireErrorCaught(error) }
    let time = note(error)
    let channel = context.channel
    setReading(channel, false)
    context.eventLoop.assumeIsolated().scheduleTask(in: time) { self.setReading(channel, true) }
  }

  private func setReading(_ channel: any Channel, _ isReading: Bool) {
    try? channel.syncOptions?.setOption(.autoRead, value: isReading)
  }
}
