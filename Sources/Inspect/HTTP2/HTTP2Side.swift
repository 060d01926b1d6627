import H2Codec

/// What one direction of an HTTP/2 connection has said so far.
struct HTTP2Side {
  var hpack = HPACKDecoder(limits: .observer, mode: .observer)
  var block: FieldBlock?
  var findings = WaitingFindings()
  /// The header list of the block that ended last, and whether that was in the frame being read.
  var list = H2HeaderList()
  var hasNewList = false
  /// Whether nothing of that list was lost, so that what it lacks is its sender's fault.
  var isListWhole = true

  /// Whether a frame of it was read.
  var hasSpoken = false
  /// Whether frames of it may have been missed.
  var isPartial = false
  /// What it announced, for the other side to keep.
  var settings = AnnouncedSettings()
  /// What it has used of the connection's window.
  var window = FlowWindow()
  /// When the other side last gave all its streams more room.
  var streamsOpened: Moment?
  var goAway: GoAway?
  var pings = UnansweredPings()

  /// The farewell of a side, with the lowest of its last streams.
  struct GoAway {
    var last: H2StreamID
    var packet: Int
  }

  var heldBytes: Int { (block?.bytes.count ?? 0) + settings.heldBytes }

  /// Decodes a whole block into `list`; gives back what was wrong with it.
  mutating func decode(_ block: RawSpan) -> HPACKError? {
    do throws(HPACKError) {
      try hpack.decode(block, into: &list)
      return hpack.finding
    } catch {
      return error
    }
  }
}
