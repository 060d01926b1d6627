import MosnHessian

/// An answer that is none, whatever its status says: an exception of the service, or an error of SOFA.
public struct ContentFailure: Sendable, Hashable {
  /// The exception's class, such as `java.lang.IllegalStateException`; nil for an error of SOFA.
  public var className: String?
  /// What it says; the first 1,024 characters.
  public var message: String?

  static let longestText = 1_024
}

extension ContentReader {
  /// The exception or error that a message holds in place of an answer; nil where it holds none, or it cannot be told.
  public mutating func failure(of message: Message) -> ContentFailure? {
    message.sentContent.flatMap { failure(in: $0) }
  }

  mutating func failure(in content: SentContent) -> ContentFailure? {
    let content = opened(content)
    switch content.form {
    case .hessian where content.coding == nil: return failure(hessian: content.bytes.span.bytes)
    case .text where content.isErrorOfSOFA:
      // A stack may follow.
      let line = content.bytes.prefix(4 * ContentFailure.longestText).prefix { $0 != UInt8(ascii: "\n") }
      let text = String(decoding: line, as: UTF8.self).unicodeScalars.prefix(ContentFailure.longestText)
      return ContentFailure(message: String(String.UnicodeScalarView(text)))
    default: return nil
    }
  }

  private mutating func failure(hessian bytes: RawSpan) -> ContentFailure? {
    hessian.read(bytes)
    func text(_ index: Int?) -> String? {
      index.map { hessian.nodes[$0].token.text.string(in: bytes, atMost: ContentFailure.longestText) }
    }
    func failure(_ throwable: SofaThrowable) -> ContentFailure {
      let name = hessian.typeName(of: throwable.index)
      return ContentFailure(
        className: name?.string(in: bytes, atMost: ContentFailure.longestText),
        message: text(throwable.message))
    }
    switch SofaContent(hessian, in: bytes) {
    case .response(let response) where response.isError:
      return ContentFailure(message: text(response.errorMessage))
    case .response(let response): return response.throwable.map(failure)
    case .throwable(let throwable): return failure(throwable)
    case .request, .values: return nil
    }
  }
}
