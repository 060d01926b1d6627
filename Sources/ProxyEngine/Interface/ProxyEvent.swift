import MosnConfig

/// Something that happened, for logs and metrics. The edge makes the words.
public enum ProxyEvent: Sendable {
  case accepted(ConnectionID, listener: String, remote: String)
  /// A connection that was not taken, and why.
  case refused(listener: String, remote: String, Refusal)
  /// What the first bytes turned out to be.
  case detected(ConnectionID, ConnectionProtocol)
  case connecting(ConnectionID, cluster: String, NetworkAddress)
  case connected(ConnectionID, cluster: String, NetworkAddress, duration: UInt64)
  case connectFailed(ConnectionID, cluster: String, NetworkAddress, reason: String)
  /// `streamID` is the proxy's own number of the call, unique in the process; `requestID` the client's id or stream.
  case requestReceived(ConnectionID, streamID: UInt32, requestID: UInt32, ConnectionProtocol)
  case upstreamChosen(streamID: UInt32, upstream: ConnectionID, cluster: String, NetworkAddress)
  case retried(streamID: UInt32, ProxyError)
  case ended(AccessRecord)
  /// The peer broke a rule.
  case misbehaved(ConnectionID, String)
  /// A limit of ours, or one that the peer announced, was met; the peer broke no rule.
  case limitMet(ConnectionID, LimitMet)
  /// Some of a head could not be carried over to the other protocol.
  case lost(streamID: UInt32, what: String, count: Int)
  case hostEjected(cluster: String, NetworkAddress, for: UInt64)
  case hostReturned(cluster: String, NetworkAddress)
  case draining(ConnectionID)
  /// The peer announced the end of its HTTP/2 connection: the code's name, and the beginning of its text as it came.
  case goAway(ConnectionID, code: String, text: String, isOrderly: Bool)
  case closed(ConnectionID, CloseReason)

  public enum Refusal: String, Sendable {
    case draining, tooManyConnections, unknownListener, noProxyFilter
    /// The engine speaks nothing of what the listener's clients speak.
    case notSpoken
  }

  public enum CloseReason: Sendable, Equatable {
    /// The peer ended it.
    case peer
    /// The socket failed.
    case failure(String)
    case idle
    /// A head was begun and not finished in time.
    case slowHead
    /// A body was begun and not finished in time.
    case slowBody
    /// A client that never said anything.
    case silent
    /// A server of HTTP/2 did not begin: no SETTINGS within the time of a connect.
    case noSettings
    /// Heartbeats or pings went unanswered.
    case unanswered
    /// The peer broke a rule; `misbehaved` said which.
    case misbehaviour
    /// A client of HTTP/1, which is not spoken: it was told so.
    case http1
    case drained
    /// Its listener or host is no longer configured.
    case removed
    /// It has carried as many requests as the cluster allows.
    case worn
    /// The peer does not read what waits for it.
    case tooMuchUnsent
    /// It holds more by itself than a connection may.
    case tooMuchHeld
    /// The engine was told to.
    case ordered
  }
}
