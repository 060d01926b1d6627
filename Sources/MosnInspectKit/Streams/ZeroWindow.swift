import MosnPackets

/// The receive window of one side, while it is closed (RFC 9293 §3.8.6.1).
struct ZeroWindow {
  private struct Moment {
    var packet: PacketNumber
    var time: Int64
  }

  private var closed: Moment?

  /// So long a silence is worth a finding: a receiver that reads opens its window at once.
  private static let least: Int64 = 500_000_000

  /// Takes the window that a segment announces; gives back what is to be said when it opens.
  mutating func receive(_ segment: TCPSegment, of side: Endpoint, packet: PacketNumber, at time: Int64)
    -> Finding?
  {
    // The window of a SYN is not scaled, and a RST has none.
    guard segment.flags.contains(.acknowledgement), segment.flags.isDisjoint(with: [.syn, .reset]) else {
      return nil
    }
    guard segment.window > 0 else {
      if closed == nil { closed = Moment(packet: packet, time: time) }
      return nil
    }
    return closed == nil ? nil : finding(of: side, until: time, "packets \(closed?.packet ?? 0)-\(packet)")
  }

  /// What is to be said when nothing more comes.
  mutating func finish(of side: Endpoint, at time: Int64) -> Finding? {
    closed.flatMap { finding(of: side, until: time, "from packet \($0.packet) on") }
  }

  private mutating func finding(of side: Endpoint, until time: Int64, _ packets: String) -> Finding? {
    guard let since = closed?.time else { return nil }
    closed = nil
    let duration = time.subtractingClamped(since)
    guard duration >= Self.least else { return nil }
    return Finding(
      rule: "tcp-zero-window", text: "stalled \(duration.inSeconds): TCP window 0 of \(side) (\(packets))")
  }
}
