import H2Codec

/// What a peer said, in the order in which it did. Streams and ids are the peer's own numbers of calls; ranges index
/// the bytes that were lent or, unless the event `isLent`, `Peers.held`.
enum PeerEvent {
  // MARK: Of frames

  /// A whole message: `Peers.frame`. Its header need be no map, as `Peers.fault` then says.
  case frame(isLent: Bool, hasMap: Bool)
  /// One that cannot be read to its end, or must not be passed on: `Peers.limitMet` or else `Peers.fault` says why. Its
  /// fixed fields are `Peers.unfitHead`, if they could be read, to answer it.
  case unfit

  // MARK: Of fields

  /// A list of fields: `Peers.takeFields` and `Peers.head`, until the next event.
  case head(UInt32, H2MessageHead.Kind, isWhole: Bool)
  /// The same, of which only the beginning was kept: `Peers.limitMet`.
  case cutHead(UInt32)
  case content(UInt32, Range<Int>, isLast: Bool, isLent: Bool)
  /// Nothing more comes of the message, and nothing is taken.
  case cut(UInt32, H2ErrorCode)
  /// The same, for a rule that the message broke: `Peers.fault`.
  case broken(UInt32)
  /// A body that did not find room may go on; nil: all may.
  case room(UInt32?)

  // MARK: Of the connection

  /// The protocol that the first bytes begin; they are `Peers.takeOpening`'s.
  case opened(Opening)
  /// It has said what it takes.
  case settings(isFirst: Bool)
  /// It takes no more calls; `Peers.farewell` has what it said to that.
  case farewell
  /// A rule was broken, and nothing more is read: `Peers.fault`.
  case failed
}

/// What a peer said when it announced the end of its connection.
struct Farewell {
  let code: String
  /// The beginning of it, as it came.
  let text: String
  let isOrderly: Bool
}
