import NIOCore
import NIOEmbedded
import Testing

@testable import ProxyIO

/// The administration interface reads bytes of strangers too.
@Suite struct AdminRequestTests {
  private let channel: EmbeddedChannel

  init() throws {
    let figures = AdminRequest { loop in
      var figures = Figures()
      figures.accepted = 7
      return loop.makeSucceededFuture(figures)
    }
    channel = EmbeddedChannel(handler: figures)
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
  }

  private func receive(_ text: some StringProtocol) throws {
    try channel.writeInbound(ByteBuffer(substring: Substring(text)))
  }

  private var answer: String? {
    get throws { try channel.readOutbound(as: ByteBuffer.self).map { String(buffer: $0) } }
  }

  @Test(arguments: [1, 3, 100])
  func `a head in any pieces is answered once`(count: Int) throws {
    var rest = "GET /metrics?a HTTP/1.1\r\nHost: a\r\n\r\n"[...]
    while !rest.isEmpty {
      #expect(try answer == nil)
      // In bytes: a line's end is one Character.
      try receive(Substring(rest.utf8.prefix(count)))
      rest = Substring(rest.utf8.dropFirst(count))
    }
    let text = try #require(try answer)
    #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n") && text.contains("mosnd_accepted_total 7\n"), "\(text)")
  }

  @Test(arguments: ["GET / HTTP/1.1", "POST /metrics HTTP/1.1", "", " ", "\u{0}"])
  func `anything else is not found`(line: String) throws {
    try receive(line + "\r\n\r\n")
    #expect(try answer?.hasPrefix("HTTP/1.1 404 Not Found\r\n") ?? false)
  }

  @Test func `a head that does not come in time ends the connection`() throws {
    try receive("GET /metrics HTTP/1.1\r\n")
    channel.embeddedEventLoop.advanceTime(by: AdminRequest.headTime - .nanoseconds(1))
    #expect(channel.isActive)
    channel.embeddedEventLoop.advanceTime(by: .nanoseconds(1))
    #expect(!channel.isActive)
  }

  @Test func `a head that is too long ends the connection`() throws {
    let line = "GET /metrics HTTP/1.1\r\na: "
    try receive(line + String(repeating: "b", count: AdminRequest.longestHead - line.utf8.count))
    #expect(channel.isActive)
    try receive("c")
    #expect(!channel.isActive)
  }
}
