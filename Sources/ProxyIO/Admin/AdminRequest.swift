import NIOCore
import ProxyEngine

/// One request over HTTP/1.1, one answer, and the connection is over.
final class AdminRequest: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// Longer heads are not waited for, in bytes.
  static let longestHead = 8192
  /// Nor are slower ones.
  static let headTime = TimeAmount.nanoseconds(Int64(ProxyLimits().headTime))

  private static let emptyLine = Array("\r\n\r\n".utf8)
  private let figures: (any EventLoop) -> EventLoopFuture<Figures>
  private var head: [UInt8] = []
  private var isAnswered = false
  private var timer: Scheduled<Void>?

  init(figures: @escaping (any EventLoop) -> EventLoopFuture<Figures>) {
    self.figures = figures
  }

  func channelActive(context: ChannelHandlerContext) {
    timer = context.eventLoop.assumeIsolated().scheduleTask(in: Self.headTime) {
      context.close(promise: nil)
    }
  }

  func channelInactive(context: ChannelHandlerContext) { timer?.cancel() }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isAnswered else { return }
    // The empty line may have begun in what came before.
    let searched = max(0, head.count - Self.emptyLine.count + 1)
    head += unwrapInboundIn(data).readableBytesView
    if let end = head[searched...].firstRange(of: Self.emptyLine), end.upperBound <= Self.longestHead {
      isAnswered = true
      timer?.cancel()
      answer(String(decoding: head[..<end.lowerBound], as: UTF8.self), context)
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
    figures(context.eventLoop).assumeIsolated().whenSuccess {
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
