import Translate

/// Why a call was not answered by the service: whose fault, what the client is told, and whether another try may help.
public struct ProxyError: Error, Sendable, Hashable {
  public enum Source: Sendable, Hashable { case downstream, upstream, proxy }

  public enum Cause: String, Sendable, Hashable, CaseIterable {
    // downstream
    case malformedHead, malformedBody, bodyTooLarge, headTooLarge
    case clientReset, clientClosed, slowReader
    // proxy
    case noRoute, unknownCluster, noHost, noHealthyHost
    case tooManyRequests, tooManyPending, tooManyConnections, tooMuchBuffered
    case timeout, draining, noPushTarget, internalError
    /// The configuration has the servers speak what the engine does not.
    case protocolNotSpoken
    // upstream
    case connectFailed, connectTimeout, refusedStream, upstreamReset, upstreamClosed, upstreamSilent
    case malformedAnswer, answerTooLarge
  }

  public let cause: Cause
  public init(_ cause: Cause) { self.cause = cause }

  public var source: Source {
    switch cause {
    case .malformedHead, .malformedBody, .bodyTooLarge, .headTooLarge, .clientReset, .clientClosed,
      .slowReader:
      .downstream
    case .noRoute, .unknownCluster, .noHost, .noHealthyHost, .tooManyRequests, .tooManyPending,
      .tooManyConnections, .tooMuchBuffered, .timeout, .draining, .noPushTarget, .internalError,
      .protocolNotSpoken:
      .proxy
    case .connectFailed, .connectTimeout, .refusedStream, .upstreamReset, .upstreamClosed, .upstreamSilent,
      .malformedAnswer, .answerTooLarge:
      .upstream
    }
  }

  /// The client is not to blame: worth telling whoever runs the proxy.
  public var isOurs: Bool { source != .downstream }

  /// Too much was held.
  var isAboutMemory: Bool { cause == .tooMuchBuffered || cause == .slowReader }

  /// The call was certainly not worked on, so that it may go to another connection.
  public var mayRetry: Bool {
    switch cause {
    case .connectFailed, .connectTimeout, .refusedStream: true
    case .malformedHead, .malformedBody, .bodyTooLarge, .headTooLarge, .clientReset, .clientClosed,
      .slowReader,
      .noRoute, .unknownCluster, .noHost, .noHealthyHost, .tooManyRequests, .tooManyPending,
      .tooManyConnections,
      .tooMuchBuffered, .timeout, .draining, .noPushTarget, .internalError, .protocolNotSpoken,
      .upstreamReset, .upstreamClosed,
      .upstreamSilent, .malformedAnswer, .answerTooLarge:
      false
    }
  }
}

extension ProxyError {
  /// What the client is told: a row of Translate's table.
  public var reply: LocalReply {
    switch cause {
    case .malformedHead, .malformedBody: .malformed
    case .bodyTooLarge: .contentTooLarge
    case .headTooLarge: .headTooLarge
    case .noRoute, .unknownCluster: .noRoute
    case .noHost, .noHealthyHost, .noPushTarget, .protocolNotSpoken: .noHealthyUpstream
    case .tooManyRequests, .tooManyPending, .tooManyConnections, .tooMuchBuffered: .overflow
    case .timeout: .timeout
    case .draining: .draining
    case .connectFailed, .connectTimeout: .connectFailed
    case .refusedStream, .upstreamReset, .upstreamClosed, .upstreamSilent, .malformedAnswer, .answerTooLarge:
      .upstreamClosed
    case .clientReset, .clientClosed, .slowReader, .internalError: .internalError
    }
  }
}

extension ProxyError: CustomStringConvertible {
  public var description: String { cause.rawValue }
}
