/// What a header list says about its message (RFC 9113 §8.3), and every rule it breaks.
///
/// Ranges are those of the list's `bytes`.
public struct H2MessageHead: Sendable, Equatable {
  public enum Kind: UInt8, Sendable { case request, response, informational, trailers }

  public internal(set) var kind: Kind
  public internal(set) var method: Range<Int>?
  public internal(set) var scheme: Range<Int>?
  public internal(set) var authority: Range<Int>?
  public internal(set) var path: Range<Int>?
  /// :protocol of an extended CONNECT (RFC 8441).
  public internal(set) var protocolName: Range<Int>?
  public internal(set) var host: Range<Int>?
  /// 100...999; 0 in anything but a response.
  public internal(set) var status = 0
  public internal(set) var contentLength: Int?
  public internal(set) var form: RequestForm = .other
  public internal(set) var violations = H2RuleSet()

  /// The methods that change what may follow.
  public enum RequestForm: UInt8, Sendable { case head, connect, options, other }
}

/// The order of one direction's message (§8.1): informational heads, one head, content, trailers; and its content
/// against content-length (§8.1.1).
public struct H2MessageProgress: Sendable, Equatable {
  public enum Stage: UInt8, Sendable { case head, content, over }

  public private(set) var stage: Stage
  /// Of the request this message answers; meaningless for a request.
  public var answers: H2MessageHead.RequestForm = .other
  /// Whether an answer's content-length binds its content.
  public var checksLength = true
  /// -1: not announced.
  private var expected: Int64 = -1
  private var received: Int64 = 0

  public init(_ stage: Stage = .head, answers: H2MessageHead.RequestForm = .other) {
    self.stage = stage
    self.answers = answers
  }

  /// What the next header list of this message has to be, sent by `role`.
  @inlinable
  public func expectedKind(from role: H2Role) -> H2MessageHead.Kind {
    stage != .head ? .trailers : role == .client ? .request : .response
  }

  /// The next header list of the message.
  public mutating func receive(_ head: H2MessageHead, endStream: Bool) -> H2Rule? {
    switch head.kind {
    case .informational:
      return endStream ? .informationalEnd : nil
    case .trailers:
      guard endStream else { return .trailersWithoutEnd }
    case .request:
      stage = .content
      expected = Int64(head.contentLength ?? -1)
    case .response:
      stage = .content
      expected =
        switch (answers, head.status) {
        case (.head, _), (_, 204), (_, 304): 0
        case (.connect, 200..<300): -1
        case _ where !checksLength: -1
        default: Int64(head.contentLength ?? -1)
        }
    }
    return endStream ? end() : nil
  }

  /// The next DATA of the message, `count` bytes without padding.
  @inline(__always)
  public mutating func receive(data count: Int, endStream: Bool) -> H2Rule? {
    guard stage == .content else { return .dataBeforeHeaders }
    received &+= Int64(count)
    if expected >= 0, received > expected { return .contentLength }
    return endStream ? end() : nil
  }

  private mutating func end() -> H2Rule? {
    stage = .over
    return expected < 0 || received == expected ? nil : .contentLength
  }
}
