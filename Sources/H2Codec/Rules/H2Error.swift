/// What the peer did wrong, where, and what was expected instead.
///
/// A connection-scoped error is final. A stream-scoped one has consumed its bytes; reading goes on.
public struct H2Error: Error, Sendable, Equatable {
  public var rule: H2Rule
  /// Where the frame at fault begins, in the stream of its direction.
  public var offset: UInt64
  public var streamID: H2StreamID
  /// The number the rule asked for (a length, a limit, a stream), where there is one.
  public var expected: Int?
  public var found: Int?

  public init(
    _ rule: H2Rule, at offset: UInt64, stream streamID: H2StreamID = .connection, expected: Int? = nil,
    found: Int? = nil
  ) {
    self.rule = rule
    self.offset = offset
    self.streamID = streamID
    self.expected = expected
    self.found = found
  }

  public var scope: H2Scope { rule.scope }
  public var code: H2ErrorCode { rule.code }
}

extension H2Error: CustomStringConvertible {
  public var description: String {
    var text = "\(rule) (\(rule.section)) at \(offset)"
    if !streamID.isConnection { text += ", stream \(streamID)" }
    if let expected { text += ", expected \(expected)" }
    if let found { text += ", found \(found)" }
    return text + ": \(code)"
  }
}
