import MosnPackets

/// The resets (RST) of one side since its connection last went on.
///
/// A receiver obeys a reset only if its sequence number is exactly the next one it expects; any other is nothing to it,
/// whoever sent it (RFC 9293 §3.10.7.4, RFC 5961 §3.2). A bystander never knows for certain what a receiver expects. So
/// no reset ends the reading of a stream: it ends the connection if nothing contradicts it, and if the connection goes on
/// it becomes a finding.
struct Reset {
  /// How its sequence number stands to the next one that its receiver expects, as far as the capture tells.
  enum Standing: Equatable {
    case next
    /// Bytes that the capture has not shown lie before it.
    case ahead(Int)
    case behind(Int)
    case outside
    /// Nothing was captured to compare it with.
    case unknown
  }

  /// The direction of its sender.
  let side: Direction
  let standing: Standing
  /// Number of its packet, and how many resets have come with the latest one.
  let packet: PacketNumber
  private(set) var latestPacket: PacketNumber
  private(set) var count = 1
  /// Capture time of the first of them that its receiver may have obeyed; if there is one, the connection is over unless
  /// it goes on.
  private(set) var time: Int64?
  /// The packet of that one.
  private(set) var obeyed: PacketNumber?
  /// What its sender said up to here it may have overtaken.
  private let end: TCPSequence?
  /// How far both sides had come.
  private let sent: TCPSequence?
  private let answered: TCPSequence?
  /// Capture time at which something new was said last.
  private var followed: Int64?

  /// - Parameters:
  ///   - sent: the end of what was captured from its sender, `answered` of what was captured from the other side.
  init(of side: Direction, _ seen: Seen, sent: TCPSequence?, answered: TCPSequence?) {
    self.side = side
    standing = seen.standing
    packet = seen.packet
    latestPacket = seen.packet
    (self.sent, self.answered) = (sent, answered)
    time = seen.mayBeObeyed ? seen.time : nil
    obeyed = seen.mayBeObeyed ? seen.packet : nil
    end =
      switch seen.standing {
      case .ahead(let count): seen.mayBeObeyed || count <= Self.overtaken ? seen.sequence : sent
      case .unknown: seen.sequence
      case .next, .behind, .outside: sent
      }
  }

  /// Captures change the order of packets, so that a reset may stand before the last bytes of its sender.
  private static let overtaken = 1 << 16

  /// One more from the same side.
  mutating func add(_ seen: Seen) {
    count += 1
    latestPacket = seen.packet
    if seen.mayBeObeyed, time == nil { (time, obeyed) = (seen.time, seen.packet) }
  }

  /// One reset.
  struct Seen {
    var sequence: TCPSequence
    var standing: Standing
    var mayBeObeyed: Bool
    var packet: PacketNumber
    var time: Int64
  }
}

// MARK: - What comes behind

extension Reset {
  /// Since when nothing new was said behind it; nil if nobody had to obey it.
  var silentSince: Int64? { time.map { max($0, followed ?? $0) } }

  /// Whether its sender goes on: what was captured of it reaches to `sent` now, and it has acknowledged `acknowledged`
  /// of the other side's bytes.
  mutating func isContradicted(
    bySender sent: TCPSequence?, acknowledging acknowledged: TCPSequence?, at time: Int64
  ) -> Bool {
    if let sent, sent != self.sent {
      followed = time
      if Self.isBeyond(sent, end) { return true }
    }
    // It answers what was said behind its reset.
    guard let acknowledged, let answered else { return false }
    return answered.precedes(acknowledged)
  }

  /// Whether the other side goes on, which it would not have had to stop: what was captured of it reaches to `answered`
  /// now. Behind a reset that counts, what was under way still comes for a while.
  mutating func isContradicted(byPeer answered: TCPSequence?, at time: Int64, patience: Int64) -> Bool {
    guard let answered, answered != self.answered else { return false }
    followed = time
    if let reset = self.time { return time.subtractingClamped(reset) > patience }
    return switch standing {
    case .next, .behind, .outside, .unknown: true
    case .ahead(let count): count > Self.overtaken
    }
  }

  /// Whether, now that nothing more comes, the sender never came as far as its reset although more was said.
  func isContradicted(atTheEndBy sent: TCPSequence?) -> Bool { time == nil && followed != nil && sent != end }

  private static func isBeyond(_ position: TCPSequence, _ end: TCPSequence?) -> Bool {
    guard let end else { return true }
    let distance = end.distance(to: position)
    return distance > 0 || distance < -Reassembler.window
  }

  /// What is said of it when the connection went on.
  var finding: Finding {
    let which =
      count == 1
      ? "packet \(packet) is a reset" : "packets \(packet) to \(latestPacket) hold \(count) resets, the first"
    return Finding(
      rule: "stray-reset", text: "\(which) \(standing); the connection goes on", section: "RFC 9293 §3.10.7.4"
    )
  }
}

extension Reset.Standing: CustomStringConvertible {
  var description: String {
    switch self {
    case .next: "with the next sequence number"
    case .ahead(let count): "\(count) bytes ahead of the next sequence number"
    case .behind(let count): "\(count) bytes behind the next sequence number"
    case .outside: "far outside the window"
    case .unknown: "with a sequence number that nothing captured tells about"
    }
  }
}
