/// How far a packet has been read, how far it reaches, and who said so.
///
///     0            offset            captured        end
///     |  read      |  here            | cut off       |  padding, trailers
///
/// Invariant: 0 <= offset <= captured. `end` may lie behind `captured`, never behind the frame's own end, and
/// only ever moves towards the front.
struct PacketCursor {
  private(set) var offset = 0
  private(set) var end: Int
  private(set) var endSource = PacketStop.LengthSource.frame
  let captured: Int

  /// A frame that claims to be shorter than what was captured of it is as long as what was captured.
  init(captured: Int, original: Int) {
    self.captured = captured
    end = max(captured, original)
  }

  /// Bytes from here to the end on the wire.
  var remaining: Int { end - offset }
  /// What was captured of them.
  var available: Range<Int> { offset..<max(offset, min(end, captured)) }

  /// Nil if the next `count` bytes can be read.
  @inline(__always)
  func shortfall(_ count: Int) -> PacketStop.Reason? {
    if count > end - offset { return .tooShort(needed: count, had: end - offset, source: endSource) }
    if count > captured - offset { return .truncated(needed: count, had: captured - offset) }
    return nil
  }

  /// Only after `shortfall` was nil for as many bytes.
  @inline(__always)
  mutating func advance(_ count: Int) { offset += count }

  /// The layer at the cursor says that it has `length` bytes; what lies behind is padding. A length beyond the
  /// layer around it is not believed.
  @inline(__always)
  mutating func clamp(_ length: Int, source: PacketStop.LengthSource) {
    guard length <= end - offset else { return }
    end = offset + length
    endSource = source
  }
}
