import MosnConfig
import NIOCore
import ProxyEngine

/// A socket and its place in the engine: the last handler of the socket's pipeline, behind TLS if there is any.
///
/// Bytes read are lent to the engine; bytes to write are collected and flushed once in each turn of the worker.
final class Connection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let worker: Worker
  private(set) var id: ConnectionID
  /// Whether it leads to a host of a cluster.
  let isUpstream: Bool
  private var state: State
  private var context: ChannelHandlerContext?
  /// Goes off when a client's handshake takes too long: whoever does not finish it holds a socket.
  private var handshakeTimer: Scheduled<Void>?
  /// A client's address, as long as its handshake is under way: a socket that was reset has none any more.
  private var remote: NIOCore.SocketAddress?
  /// What went wrong with the socket, to be told when it closes.
  private var failure: String?

  private enum State {
    /// A client, from the accepted socket to the end of its TLS handshake if there is to be one.
    case accepted(listener: String, awaitsHandshake: Bool)
    /// A host that is being connected to.
    case connecting
    /// Known to the engine, which hears of everything.
    case open
    /// The engine is done with it; what still comes in is of no interest.
    case closing
  }

  /// A client's connection.
  ///
  /// - Parameter listener: the name of the listener that accepted it.
  init(_ worker: Worker, listener: String, awaitsHandshake: Bool) {
    self.worker = worker
    id = .none
    isUpstream = false
    state = .accepted(listener: listener, awaitsHandshake: awaitsHandshake)
  }

  /// A connection to a host, by order of the engine.
  init(_ worker: Worker, id: ConnectionID) {
    self.worker = worker
    self.id = id
    isUpstream = true
    state = .connecting
  }

  // MARK: What the engine asks for

  /// Writes at once; what the socket does not take is on the connection's account until it does.
  func write(_ bytes: ByteBuffer) {
    guard let context else { return }
    context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    if !context.channel.isWritable { measure() }
  }

  /// Tells how much the socket has not taken yet.
  func measure() {
    guard case .open = state, let context else { return }
    let left = try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)
    worker.engine.unflushed(left ?? 0, on: id, at: worker.now)
  }

  func setReading(_ isReading: Bool) {
    try? context?.channel.syncOptions?.setOption(.autoRead, value: isReading)
  }

  func close(_ closing: ProxyAction.Closing) {
    state = .closing
    guard let context else { return }
    switch closing {
    case .abortive: context.close(promise: nil)
    case .afterFlush: Lingering(context: context, flushTime: worker.settings.limits.flushTime).start()
    }
  }

  /// - Parameter reason: what the log is to say; without it the peer seems to have ended the connection.
  func abort(_ reason: String) {
    failure = reason
    context?.close(promise: nil)
  }

  // MARK: What became of connecting

  /// The way to the host is open, and the handshake is over if there is one.
  func connected() {
    guard case .connecting = state, let context else { return }
    state = .open
    worker.engine.connected(id, local: context.channel.localAddress.text, at: worker.now)
    worker.reported()
  }

  func connectFailed(_ reason: String, timedOut: Bool, isOurs: Bool = false) {
    guard case .connecting = state else { return }
    state = .closing
    worker.remove(id)
    worker.engine.connectFailed(id, reason: reason, timedOut: timedOut, isOurs: isOurs, at: worker.now)
    worker.reported()
    context?.close(promise: nil)
  }

  // MARK: What the socket reports

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    worker.socketOpened()
    if case .closing = state { context.close(promise: nil) }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    worker.socketClosed()
  }

  /// A client is there, and its handshake is over if there is one.
  func accepted(protocolName: String?) {
    guard case .accepted(let listener, _) = state, let context else { return }
    let channel = context.channel
    guard
      let id = worker.engine.accepted(
        on: listener, remote: channel.remoteAddress.text, local: channel.localAddress.text,
        protocolName: protocolName, at: worker.now)
    else {
      state = .closing
      context.close(promise: nil)
      return worker.reported()
    }
    self.id = id
    state = .open
    handshakeEnded()
    worker.add(self, as: id)
    worker.reported()
  }

  private func handshakeEnded() {
    guard let timer = handshakeTimer else { return }
    timer.cancel()
    handshakeTimer = nil
    worker.handshakes.end(self)
  }

  /// Others need its place more: whoever has been at it longest is the least likely to finish.
  func giveUpHandshake() {
    refuse("too many TLS handshakes are under way (limits.handshakes)", .warn)
    handshakeEnded()
  }

  /// Ends a connection whose handshake came to nothing.
  private func refuse(_ reason: String, _ level: LogLevel) {
    guard case .accepted(let listener, _) = state else { return }
    state = .closing
    worker.refused(remote, on: listener, reason, level)
    context?.close(promise: nil)
  }

  func channelActive(context: ChannelHandlerContext) {
    guard case .accepted(_, let awaitsHandshake) = state else { return }
    guard awaitsHandshake else { return accepted(protocolName: nil) }
    remote = context.channel.remoteAddress
    worker.handshakes.begin(self)
    handshakeTimer = context.eventLoop.assumeIsolated().scheduleTask(in: worker.settings.limits.handshakeTime)
    { self.refuse("the TLS handshake took too long (limits.head_time)", .warn) }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .open = state, !worker.isEnding else { return }
    let bytes = unwrapInboundIn(data)
    worker.engine.receive(bytes.readableBytesSpan, on: id, at: worker.now)
    worker.reported()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    guard case .open = state else { return }
    worker.engine.writable(id, context.channel.isWritable, at: worker.now)
    worker.reported()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .some(.inputClosed) = event as? ChannelEvent {
      switch state {
      case .open:
        worker.engine.readClosed(id, at: worker.now)
        worker.reported()
      case .accepted, .connecting, .closing: context.close(promise: nil)
      }
    } else if let handshake = Handshake(event) {
      switch state {
      case .accepted: accepted(protocolName: handshake.protocolName)
      case .connecting: connected()
      case .open, .closing: break
      }
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    let reason = SocketFailure.text(error)
    failure = reason
    switch state {
    case .connecting: return connectFailed(reason, timedOut: false)
    case .accepted: refuse(reason, SocketFailure.isEnd(error) ? .info : .warn)
    case .open, .closing: context.close(promise: nil)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    switch state {
    case .open:
      state = .closing
      worker.remove(id)
      worker.engine.closed(id, failure: failure, at: worker.now)
      worker.reported()
    case .connecting: connectFailed(failure ?? "closed during the handshake", timedOut: false)
    case .accepted, .closing: state = .closing
    }
    handshakeEnded()
  }
}
