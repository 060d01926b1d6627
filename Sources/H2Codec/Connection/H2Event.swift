/// What `H2Connection.next` reports, in the order of the wire. Ranges are those of `H2Connection.bytes` and good
/// until the next `receive`.
public enum H2Event: Sendable, Equatable {
  /// A header list: `H2Connection.headers`, read as `H2Connection.head`, both until the next event.
  case headers(H2StreamID, H2MessageHead.Kind, endStream: Bool)
  /// A header list above `HPACKLimits`, which are ours and no rule: nobody is to blame, and nothing was sent about it.
  /// `H2Connection.headers` holds the fields before the limit that was met. A request's stream is open and is to be
  /// answered (431, RFC 6585 §5); anything else is to be reset.
  case tooLarge(H2StreamID, HPACKError)
  /// Content. Every byte of it is owed a `consume`, later or at once.
  case data(H2StreamID, Range<Int>, endStream: Bool)
  /// The peer reset the stream; nothing more comes of it.
  case reset(H2StreamID, H2ErrorCode)
  /// The peer broke a rule of stream scope and the stream was reset. It may be one that was never reported.
  case streamError(H2Error)
  /// A send that was cut short may go on: on this stream, or on any if it is stream 0.
  case windowOpened(H2StreamID)
  /// The peer's settings changed: `H2Connection.remoteSettings`.
  case settingsChanged
  /// The peer has taken ours: `H2Connection.localSettings`.
  case settingsAcknowledged
  /// The answer to a `ping`.
  case pong(UInt64)
  /// The peer will work on no stream of ours above `last`; those get `refused` events.
  case goAway(last: H2StreamID, H2ErrorCode, debugData: Range<Int>)
  /// A stream of ours that the peer's GOAWAY left out: it was not worked on and may be tried elsewhere.
  case refused(H2StreamID)
  /// The last event: GOAWAY is in the output, nothing more is read.
  case connectionError(H2Error)
}

/// Why a command was not carried out: not the peer's fault.
public enum H2SendError: Error, Sendable, Equatable {
  /// A connection error ended everything.
  case connectionOver
  /// The stream's state does not allow it.
  case streamState(H2StreamState)
  /// The peer's MAX_CONCURRENT_STREAMS are in use; a stream that ends makes room.
  case concurrentStreams
  /// One of the sides sent GOAWAY: new streams belong on another connection.
  case goingAway
  /// All 2^30 streams have been used.
  case streamsExhausted
  /// The list is larger than the peer's MAX_HEADER_LIST_SIZE.
  case headerListSize
  /// A client opens streams, a server answers them.
  case role
}
