extension ContentReader {
  /// What a message says, in one line of at most `width` columns: `EchoService.echo("…", 42)` of a SOFA request, the value
  /// of an answer, of a gRPC body its first message. What does not fit is left out, and the line then ends with `…`.
  ///
  /// HTTP/2 bodies are there where they were kept (`Inspector.init(bodyLimit:)`).
  ///
  /// - Returns: false, and nothing is written, where there is no content, or in no form that is known.
  @discardableResult
  public mutating func appendLine(of message: Message, to output: inout Output, width: Int) -> Bool {
    guard let content = message.sentContent else { return false }
    return appendLine(of: content, to: &output, width: width)
  }

  @discardableResult
  mutating func appendLine(of content: SentContent, to output: inout Output, width: Int) -> Bool {
    append(opened(content), as: .line(width: width), to: &output.bytes) != nil
  }

  /// The bytes that are looked at, unpacked.
  func opened(_ content: SentContent) -> SentContent {
    let seen = content.prefix(maxContent)
    return unpacked(seen, limit: maxContent)?.content ?? seen
  }
}

extension Message {
  /// What is said in the message: of a gRPC body the first message. Nil where nothing is, or nothing was kept.
  var sentContent: SentContent? {
    switch content {
    case .bolt(let frame, let bytes): return frame.content.isEmpty ? nil : frame.sentContent(in: bytes)
    case .http2(let message):
      guard let grpc = message.grpc else { return message.sentContent }
      guard grpc.isReadable, let body = message.body else { return nil }
      var parts = GRPCBody(body.bytes[...])
      return parts.next().flatMap { $0.isTrailers ? nil : message.sentContent($0, of: body.bytes[...]) }
    case .http2Frame, .findings: return nil
    }
  }
}
