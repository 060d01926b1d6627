import NIOCore

/// One end of a connection that is passed on byte by byte (`tcp_proxy`); its partner is the other.
///
/// An end reads only while the other takes what is read, so that at most a socket's buffer and NIO's own wait between
/// a fast side and a slow one. FIN travels as FIN.
final class TCPRelay: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private var state: State
  private var context: ChannelHandlerContext?
  /// The partner could not take more when reading was asked for.
  private var wantsRead = false

  private enum State {
    /// A client's TLS handshake is under way; then one of them is called, once.
    case handshaking(begin: () -> Void, fail: (any Error) -> Void)
    /// The partner is being connected to.
    case waiting
    case joined(TCPRelay)
    case over
  }

  /// A client's end.
  ///
  /// - Parameters:
  ///   - begin: connects the partner.
  ///   - fail: is told why the handshake came to nothing.
  init(awaitsHandshake: Bool, begin: @escaping () -> Void, fail: @escaping (any Error) -> Void) {
    state = .handshaking(begin: begin, fail: fail)
    self.awaitsHandshake = awaitsHandshake
  }

  /// The end of a host that is being connected to.
  init() {
    state = .waiting
    awaitsHandshake = false
  }

  private let awaitsHandshake: Bool

  /// From here on bytes pass in both directions.
  func join(_ partner: TCPRelay) {
    for (one, other) in [(self, partner), (partner, self)] { one.state = .joined(other) }
    resumeReading()
    partner.resumeReading()
  }

  func close() {
    state = .over
    context?.close(promise: nil)
  }

  // MARK: Channel

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    if case .over = state { context.close(promise: nil) }
  }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func channelActive(context: ChannelHandlerContext) {
    context.fireChannelActive()
    if !awaitsHandshake { begin() }
  }

  func read(context: ChannelHandlerContext) {
    switch state {
    case .handshaking: context.read()
    case .joined(let partner) where partner.takesMore: context.read()
    case .joined, .waiting: wantsRead = true
    case .over: break
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .joined(let partner) = state, let other = partner.context else { return }
    other.write(data, promise: nil)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    if case .joined(let partner) = state { partner.context?.flush() }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if case .joined(let partner) = state, context.channel.isWritable { partner.resumeReading() }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .some(.inputClosed) = event as? ChannelEvent {
      guard case .joined(let partner) = state else { return close() }
      partner.context?.close(mode: .output, promise: nil)
    } else if Handshake(event) != nil {
      begin()
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if case .handshaking(_, let fail) = state {
      state = .over
      fail(error)
    }
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    defer { state = .over }
    if case .joined(let partner) = state, case .joined = partner.state, let other = partner.context {
      partner.state = .over
      Lingering(context: other).start()
    }
  }

  // MARK: Parts

  private var takesMore: Bool { context?.channel.isWritable ?? false }

  private func begin() {
    guard case .handshaking(let begin, _) = state else { return }
    state = .waiting
    begin()
  }

  private func resumeReading() {
    guard wantsRead else { return }
    wantsRead = false
    context?.read()
  }
}
