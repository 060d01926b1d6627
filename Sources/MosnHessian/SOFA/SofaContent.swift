import MosnText

/// What SOFA says with a content: a call, an answer, or an exception in place of one. Anything else is values.
public enum SofaContent: Sendable, Hashable {
  case request(SofaRequest)
  case response(SofaResponse)
  case throwable(SofaThrowable)
  case values

  public init(_ tree: HessianTree, in bytes: RawSpan) {
    guard !tree.nodes.isEmpty else {
      self = .values
      return
    }
    if let request = SofaRequest(tree, in: bytes) {
      self = .request(request)
    } else if let response = SofaResponse(tree, in: bytes) {
      self = .response(response)
    } else if let throwable = SofaThrowable(0, of: tree, in: bytes) {
      self = .throwable(throwable)
    } else {
      self = .values
    }
  }

  /// Whether it is an answer that is none: an error of SOFA, or an exception of the service.
  public var isFailure: Bool {
    switch self {
    case .response(let response): response.isFailure
    case .throwable: true
    case .request, .values: false
    }
  }
}

extension HessianTree {
  /// The content in a line of at most `width` columns and `limit` bytes: `EchoService.echo("…", 42)` of a request, the
  /// value or the error of a response, otherwise the values. False when it was cut, and ends with `…`.
  @discardableResult
  public func appendLine(
    of bytes: RawSpan, to output: inout [UInt8], width: Int, limit: Int = 4096
  ) -> Bool {
    var text = BoundedText(taking: &output, limit: limit, width: width)
    switch SofaContent(self, in: bytes) {
    case .request(let request): append(request, bytes, &text)
    case .response(let response): append(response, bytes, &text)
    case .throwable(let throwable): appendValue(throwable.index, bytes, &text)
    case .values: appendList(roots, bytes, &text)
    }
    if failure != nil { text.cut() }
    return text.finish(into: &output)
  }

  private func append(_ request: SofaRequest, _ bytes: RawSpan, _ text: inout BoundedText) {
    if let service = request.service {
      text.append(LastName(nodes[service].token.text, in: bytes), in: bytes, quoted: false)
      text.append(".")
    }
    text.append(HessianTextPieces(nodes[request.method].token.text), in: bytes, quoted: false)
    text.append("(")
    appendList(request.arguments(of: self), bytes, &text)
    if failure != nil || lacksArguments(request) { text.cut() }
    text.append(")")
  }

  /// Whether a content ends before the last argument that its types announce.
  private func lacksArguments(_ request: SofaRequest) -> Bool {
    guard let types = request.argumentTypes else { return false }
    var arguments = request.arguments(of: self)
    return children(of: types).contains { _ in arguments.next() == nil }
  }

  private func append(_ response: SofaResponse, _ bytes: RawSpan, _ text: inout BoundedText) {
    if response.isError {
      text.append("error")
      if let message = response.errorMessage {
        text.append(" ")
        appendValue(message, bytes, &text)
      }
    } else if let value = response.value {
      appendValue(value, bytes, &text)
    }
  }
}
