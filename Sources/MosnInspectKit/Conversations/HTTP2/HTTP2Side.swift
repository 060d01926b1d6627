import H2Codec

/// What one direction of an HTTP/2 connection has said so far.
struct HTTP2Side: ~Copyable {
  var hpack = HPACKDecoder(limits: .observer, mode: .observer)
  var block: FieldBlock?
  var findings = WaitingFindings()
  /// What was lost since the frame before.
  var losses = Losses()
  /// Where whole frames were cut off by the recorder last.
  private(set) var lostFrames: (packet: PacketNumber, losses: Losses)?
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
    var packet: PacketNumber
  }

  var isAtRest: Bool { block == nil && findings.isEmpty }

  var heldBytes: Int {
    MemoryLayout<HTTP2Side>.stride + hpack.heldBytes + list.heldBytes + (block?.bytes.count ?? 0)
      + settings.heldBytes
  }

  mutating func noteLostFrames(at place: Place?) {
    if let place, losses.snapLength != nil { lostFrames = (place.packet, losses) }
  }

  /// What the head of a call mostly takes.
  private static let usualFields = 12
  private static let usualBytes = 384

  /// Decodes a whole block into `list`; gives back what was wrong with it.
  mutating func decode(_ block: RawSpan) -> HPACKError? {
    // The list before has gone with its message.
    list = H2HeaderList()
    list.reserveCapacity(fields: Self.usualFields, bytes: Self.usualBytes)
    do throws(HPACKError) {
      try hpack.decode(block, into: &list)
      return hpack.finding
    } catch {
      return error
    }
  }
}
