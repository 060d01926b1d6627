import MosnWire

/// What one direction of a connection has said, whatever its protocol.
struct ConversationSide: ~Copyable {
  var decoder: DirectionDecoder
  /// Where its first bytes came from.
  var opened = LeadInPlaces()
  /// When those of its bytes came that no frame has used.
  var trail = ArrivalTrail()
  /// What was lost since the frame before.
  var losses = Losses()
  /// Findings of a direction that is not HTTP/2, which keeps its own.
  var findings = WaitingFindings()
  /// Bolt: undecoded bytes that a finding has told of.
  var passedOver: UInt64 = 0
  /// HTTP/2: whether its end has been told of.
  var isRestTold = false
  var hasEnded = false
  /// What came behind its end; hardly ever anything.
  var behindEnd: BytesBehindEnd?

  init(isFromBeginning: Bool) { decoder = DirectionDecoder(isFromBeginning: isFromBeginning) }

  var heldBytes: Int { decoder.heldBytes + opened.heldBytes + trail.heldBytes }

  /// Nothing more is to be read: gives all memory back.
  mutating func release() {
    decoder.release()
    trail = ArrivalTrail()
  }
}

/// Bytes that came behind the end of a direction.
struct BytesBehindEnd {
  private(set) var count: Int
  /// Where the first came of those that were not told of.
  private(set) var first: Place
  var told = 0

  init(count: Int, first: Place) { (self.count, self.first) = (count, first) }

  var untold: Int { count - told }

  mutating func add(_ more: Int, at place: Place) {
    if untold == 0 { first = place }
    count += more
  }
}
