import MosnPackets

/// What calls are told of their connection.
extension Connection {
  /// How it stands to what was captured before, of a segment that is not read yet.
  func notes(on segment: TCPSegment, in direction: Direction) -> SegmentNotes {
    let peer = direction.other
    var notes = SegmentNotes(
      isNew: false, isLate: false, isBehind: Pair(isBehind(.forward), isBehind(.backward)))
    if segment.flags.contains(.acknowledgement), let expected = expected(of: peer) {
      // A FIN takes a number of its own.
      let isAhead = expected.distance(to: segment.acknowledgement) > (isEnded(peer) ? 1 : 0)
      notes.isBehind[peer] = isAhead || notes.isBehind[peer]
    }
    // One byte is a probe's, which says nothing.
    guard segment.payloadLength > 1, segment.flags.isDisjoint(with: [.syn, .reset]) else { return notes }
    let isLate = reach(of: direction).map { segment.sequence.precedes($0) } ?? false
    (notes.isLate, notes.isNew) = (isLate, !isLate)
    return notes
  }

  /// How it ended, once it is settled.
  var callEnding: ConnectionEnding {
    ConnectionEnding(
      ending: settled ?? .captureEnds, fins: figures.fins, reset: obeyedReset,
      isBehind: Pair(isBehind(.forward), isBehind(.backward)))
  }
}
