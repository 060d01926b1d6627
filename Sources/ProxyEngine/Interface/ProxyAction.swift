import MosnConfig

/// What the edge has to do, in the order it is given.
public enum ProxyAction: Sendable {
  /// Open a connection and answer with `connected` or `connectFailed`, within the destination's timeout.
  case connect(ConnectionID, Destination)
  /// Bytes wait: take them with `withOutput`. Comes once until they were taken, however many are added meanwhile.
  case write(ConnectionID)
  /// The connection is over for the engine and its id is no longer known. Output still waiting has been announced by
  /// a `write` before.
  case close(ConnectionID, Closing)
  /// Take no more bytes from the socket until `resumeReading`.
  case pauseReading(ConnectionID)
  case resumeReading(ConnectionID)
  /// Say with `unflushed` how much the socket has not taken yet.
  case measure(ConnectionID)
  /// Have all other engines of the process `relieve`.
  case relieve

  public enum Closing: Sendable {
    /// When what was written has gone out, and at once if it does not within `ProxyLimits.flushTime`.
    case afterFlush
    /// Now, whatever is unsent.
    case abortive
  }

  /// Where to connect to.
  public struct Destination: Sendable {
    public let cluster: String
    public let address: NetworkAddress
    /// Nil: plain text.
    public let tls: TLSConfiguration?
    /// The protocol to be spoken, for ALPN.
    public let speaksHTTP2: Bool
    /// Nanoseconds.
    public let timeout: UInt64
  }
}
